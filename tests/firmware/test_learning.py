"""Jobs that learn from a data file: the same records on boards and at the desk."""

import pytest

from qbfgs_desktop.boards.problems import DataModel
from qbfgs_desktop.boards.replay import replay
from qbfgs_desktop.boards.report import Epoch, Final, Header, Notice, Reader
from qbfgs_desktop.fits import datasets, fitting, learned
from qbfgs_desktop.studies.learning_figures import bundled
from qbfgs_tools.virtual import interpreters

CPYTHON, UNIX, UNIX32 = interpreters.every()[:3]
CURVE = "t,v\n" + "".join(f"{t},{round(9 * 0.8**t + 1, 2)}\n" for t in range(12))
PLANE = "a,b,y\n" + "".join(f"{k},{k * k % 17},{3 * k - 2 * (k * k % 17)}.5\n" for k in range(20))

# Bytes that an epoch takes on 32 bits, at most; a collection in its midst would hide part of them.
TAKEN = {"linear": 2048, "exp": 2048, "mlp": 3072, "softmax": 32768}


def csv_task(text, target, recipe, folder):
    path = folder / "data.csv"
    path.write_text(text)
    return fitting.task(recipe, datasets.load(path, None, target), tolerance=12, max_epochs=60)


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("csv")
    return {
        "linear": csv_task(PLANE, "y", "linear", folder),
        "exp": csv_task(CURVE, "v", "exp", folder),
        "mlp": csv_task(CURVE, "v", "mlp:2+1", folder),
        "softmax": fitting.task("softmax+1024", bundled("iris"), max_epochs=60, tolerance=None),
    }


def records(board, interpreter, task, qp, more=""):
    (board.folder / fitting.DATA_FILE).write_bytes(datasets.to_bytes(task.training))
    reader = Reader()
    said = reader.feed(board.run(interpreter, task.job(qp) + more))
    assert reader.damaged == 0
    return said


@pytest.mark.parametrize("interpreter", [CPYTHON, UNIX, UNIX32], ids=lambda i: i.name)
@pytest.mark.parametrize("name", ["linear", "exp", "mlp", "softmax"])
def test_a_fit_is_the_same_on_the_board_and_at_the_desk(name, interpreter, tasks, board, need):
    need(interpreter)
    task = tasks[name]
    said = records(board(), interpreter, task, 64)
    assert isinstance(said[0], Header) and said[0].problem == f"{task.recipe}@{fitting.DATA_FILE}"
    verdict = replay(said, task.maker)
    assert verdict.equal, verdict
    fit = fitting.run(task, 64)
    final = said[-1]
    assert isinstance(final, Final)
    assert (list(final.x), final.cost, final.checksum) == (fit.x, fit.cost, fit.checksum)
    assert final.epochs == fit.epochs >= 10


@pytest.mark.parametrize("name", ["linear", "exp", "mlp", "softmax"])
def test_the_heap_does_not_grow(name, tasks, board, need):
    """Words of 32 bits: an epoch leaves its wide ints, of the cost and the gradient, as garbage."""
    need(UNIX32)
    said = records(board(), UNIX32, tasks[name], 64)
    epochs = [r for r in said if isinstance(r, Epoch) and r.number]
    assert len(epochs) >= 20
    measured = [r for r in epochs if r.used is not None]
    assert measured[0].number == 1
    assert max(r.grown for r in measured) <= TAKEN[name]
    assert said[-1].after - (measured[0].used - measured[0].grown) <= 512


def test_the_desk_finds_the_data_file_beside_a_report(tasks, board, tmp_path, monkeypatch):
    said = records(board(), CPYTHON, tasks["linear"], 64)
    monkeypatch.chdir(tmp_path)
    assert (tmp_path / fitting.DATA_FILE).exists()
    assert replay(said).equal
    assert DataModel(said[0].problem)(64).n == 3


def test_a_reset_goes_on_with_the_data(tasks, board):
    made = board()
    whole = records(made, CPYTHON, tasks["linear"], 256)
    records(made, CPYTHON, tasks["linear"]._replace(max_epochs=9), 256, "checkpoint 4\n")
    rest = records(made, CPYTHON, tasks["linear"], 256, "checkpoint 4\n")
    assert rest[0].resumed == 8
    assert rest[-1].checksum == whole[-1].checksum


WRONG = {
    "linear@missing.qbfd": "there is no data file missing.qbfd: copy it to the board",
    "cubic@fit.qbfd": "cubic@fit.qbfd cannot be learnt: ValueError: unknown model 'cubic'",
    "softmax@fit.qbfd": "softmax@fit.qbfd cannot be learnt: ValueError: the model softmax needs c",
    "poly@fit.qbfd": "poly@fit.qbfd cannot be learnt: ValueError: 'poly': write the model as pol",
    "linear@job.txt": "linear@job.txt cannot be learnt: ValueError: this is no data file of qbfgs",
}


@pytest.mark.parametrize("problem", WRONG)
def test_what_cannot_be_learnt_is_told(problem, tasks, board):
    made = board()
    (made.folder / fitting.DATA_FILE).write_bytes(datasets.to_bytes(tasks["linear"].training))
    said = Reader().feed(made.run(CPYTHON, f"problem {problem}\nqp 16\n"))
    assert isinstance(said[-1], Notice) and said[-1].fatal
    assert said[-1].text.startswith(WRONG[problem])


def test_a_damaged_data_file_is_refused(tasks, board):
    made = board()
    data = bytearray(datasets.to_bytes(tasks["linear"].training))
    data[-9] ^= 4
    (made.folder / fitting.DATA_FILE).write_bytes(data)
    said = Reader().feed(made.run(CPYTHON, "problem linear@fit.qbfd\nqp 16\n"))
    assert "the CRC of its rows does not fit" in said[-1].text


def test_the_jobs_limit_and_rule_end_a_fit(tasks):
    task = tasks["softmax"]._replace(tolerance=12)
    short = fitting.run(task._replace(max_epochs=4), 64)
    assert short.epochs == 4 and short.ended.startswith("epoch limit")
    whole = fitting.run(task, 64)
    assert whole.ended.startswith("converged")
    assert learned.describe(task, whole)["x"] == whole.x
