"""firmware/main.py, unchanged, on every interpreter: the desk replays each report."""

import pytest

from qbfgs.problems import ALL, Rosenbrock
from qbfgs_desktop.boards.replay import replay, resume
from qbfgs_desktop.boards.report import Checkpoint, Epoch, Final, Notice, Reader
from qbfgs_tools.virtual import interpreters

INTERPRETERS = interpreters.every()
UNIX = INTERPRETERS[1]
GRIDS = (16, 32, 64, 128, 256, 512, 1024)
ROWS = [(qp, " ".join(start)) for start in Rosenbrock.PAPER_STARTS for qp in GRIDS]
OWN = """
class Bowl:
    def __init__(self, qp, n):
        self.qp, self.n, self.slope = qp, n, [0] * n

    def cost(self, X):
        return sum([(i + 1) * (X[i] - 3 * i) ** 2 for i in range(self.n)])

    def gradient(self, X):
        for i in range(self.n):
            self.slope[i] = 2 * (i + 1) * (X[i] - 3 * i)
        return self.slope
"""
JOBS = {
    "paper's row": "problem rosenbrock\nqp 1024\nstart -3 -4\ncheckpoint 7",
    "own problem": (
        "problem own:Bowl\nqp 100\nstart 1 2e0 -3.5\npairs 1\npolls 3\nradius 9\ncertify 1\n"
    ),
    "wide costs": "problem brown-dennis\nqp 1000\nmax_epochs 25\n",
    "any size": "problem extended-rosenbrock\nqp 16\nn 6\n",
    "paper": "problem rosenbrock\nqp 256\nmode paper\nmax_epochs 60\nwatchdog 9000\n",
    "fixed-rate": "problem wood\nqp 16\nmode fixed-rate\nmax_epochs 15\r\ntarget -5 # never",
}


def records_of(output):
    reader = Reader()
    records = reader.feed(output) + reader.close()
    assert reader.damaged == 0 and output.count(b"\n") == len(records)
    return records


@pytest.mark.parametrize("interpreter", INTERPRETERS, ids=lambda i: i.name)
@pytest.mark.parametrize("name", JOBS)
def test_a_report_is_replayed(name, interpreter, board, need):
    need(interpreter)
    records = records_of(board({"own.py": OWN}).run(interpreter, JOBS[name]))
    namespace = {}
    exec(OWN, namespace)
    verdict = replay(records, namespace["Bowl"] if name == "own problem" else None)
    assert verdict.equal, verdict
    assert verdict.compared >= 10


@pytest.mark.parametrize("qp, start", ROWS)
def test_the_papers_rows_on_micropython(qp, start, board, need):
    need(UNIX)
    records = records_of(board().run(UNIX, f"problem rosenbrock\nqp {qp}\nstart {start}"))
    assert replay(records).equal
    assert (records[-1].cost, records[-1].x) == (0, (qp, qp))


def test_every_problem_is_found_by_its_name(board):
    made = board()
    for problem in ALL:
        job = f"problem {problem.name}\nqp 16\nmax_epochs 2\nn {getattr(problem, 'n', 4)}"
        assert replay(records_of(made.run(INTERPRETERS[0], job))).equal


@pytest.mark.parametrize("interpreter", INTERPRETERS, ids=lambda i: i.name)
def test_times_and_heap_are_measured(interpreter, board, need):
    need(interpreter)
    records = records_of(board().run(interpreter, JOBS["paper's row"]))
    final = records[-1]
    epochs = [record for record in records if isinstance(record, Epoch)]
    assert sum(epoch.microseconds for epoch in epochs) == final.epochs_us <= final.total_us
    if "CPython" in interpreter.name:
        measured = {*final[9:13], *(epoch.used for epoch in epochs)}
        assert measured | {epoch.grown for epoch in epochs} == {None}
        return
    assert 0 < final.before < final.after < final.heap
    if isinstance(
        interpreter, interpreters.UnixPort
    ):  # in WebAssembly nothing is collected while a script runs
        assert final.after <= final.peak < final.heap
    measured = [epoch for epoch in epochs if epoch.used is not None]
    assert final.peak == max(final.after, *(epoch.used for epoch in measured))
    # Wide costs, and the problem's fresh gradient: 32-bit words keep each intermediate of them.
    assert all(0 <= epoch.grown <= 2048 for epoch in measured), epochs
    assert 1 in {epoch.number for epoch in measured}


def test_the_reports_own_allocations_are_not_the_epochs(board, need):
    """On the unix port the costs of a small grid fit a word, so an idle takes nothing at all."""
    need(UNIX)
    job = "problem rosenbrock\nqp 16\nmode steepest\nmax_epochs 20"
    first = next(r for r in records_of(board().run(UNIX, job)) if isinstance(r, Epoch) and r.number)
    assert (first.number, first.go, first.grown) == (1, False, 0)


def test_out_of_memory_is_reported(board, need):
    """With heaps from one that holds little more than the firmware to one that suffices."""
    need(UNIX)
    made = board()
    ends = []
    for kilobytes in range(40, 136, 4):
        job = "problem rosenbrock\nqp 64\ncheckpoint 9"
        result = made.reset(UNIX, job, heap=f"{kilobytes}K")
        if result.returncode:
            # Not even the runner has room, or none in one piece.
            assert kilobytes <= 68 and b"MemoryError" in result.stdout
        else:
            ends.append(records_of(result.stdout)[-1])
    errors = [end for end in ends if isinstance(end, Notice)]
    assert len(errors) > 3 and isinstance(ends[-1], Final)
    for error in errors:
        assert (error.fatal, error.code) == (True, 4)
        assert error.text.startswith("out of memory (")


@pytest.mark.parametrize("interpreter", INTERPRETERS[:2], ids=lambda i: i.name)
def test_a_reset_goes_on_from_the_checkpoint(interpreter, board, need):
    need(interpreter)
    made = board()
    whole = records_of(made.run(interpreter, JOBS["paper's row"].replace("checkpoint 7", "")))
    short = JOBS["paper's row"] + "\nmax_epochs 10"
    cut = records_of(made.run(interpreter, short))
    rest = records_of(made.run(interpreter, JOBS["paper's row"]))
    assert rest[0].resumed == 7 and rest[1].number == 8
    assert same(rest[-1]) == same(whole[-1])
    verdict = replay(cut[:-1] + rest)
    assert verdict.equal and verdict.runs == 2
    last = [record for record in rest if isinstance(record, Checkpoint)][-1]
    data = (made.folder / ("qbfgs.a", "qbfgs.b")[last.file]).read_bytes()
    assert len(data) == last.size
    optimizer = resume(rest[0], data)
    while optimizer.step():
        pass
    assert optimizer.checksum == whole[-1].checksum


def test_limits_of_the_job_win_over_the_checkpoints(board):
    made = board()
    job = "problem rosenbrock\nqp 64\ncheckpoint 5\nmax_epochs "
    for limit, resumed, epochs in ((20, None, 20), (20, 20, 20), (12, 20, 20), (27, 20, 27)):
        records = records_of(made.run(INTERPRETERS[0], job + str(limit)))
        assert (records[0].resumed, records[-1].epochs) == (resumed, epochs)
        assert records[-1].status == 4
        assert replay(records).equal


def same(final: Final):
    """A final record without what was measured."""
    return final[:7] + final[13:]
