"""What is wrong with a job is told in one error record."""

import sys

import pytest
from qbfgs_board import runner

from qbfgs_desktop.boards.report import Notice, Reader

GOOD = "problem rosenbrock\nqp 64\nmax_epochs 3\n"
OWN = """
class Late:
    n = 1
    start = ("5",)
    def __init__(self, qp): pass
    def cost(self, X): return X[0] ** 2 if X[0] > 200 else 1 // 0
    def gradient(self, X): return [2 * X[0]]
class Wrong(Late):
    def cost(self, X): return "a*b$c"
class Full(Late):
    def cost(self, X): raise MemoryError
class Needy:
    n = 1
class Strange(Late):
    start = None
"""
JOB, PROBLEM, OBJECTIVE, MEMORY, FILES = 1, 2, 3, 4, 7

WRONG = {
    "unknown key": (GOOD + "epochs 4", JOB, "unknown key 'epochs' in the job file: use problem, q"),
    "no value": (GOOD + "n", JOB, "'n' in the job file needs one value, not 0"),
    "two values": (GOOD + "mode a b", JOB, "'mode' in the job file needs one value, not 2"),
    "no start": (GOOD + "start", JOB, "'start' in the job file needs one value, not 0"),
    "twice": (GOOD + "qp 4", JOB, "the job file has the key 'qp' twice: keep one"),
    "no problem": ("qp 4", JOB, "the job file has no line 'problem': add one"),
    "no qp": ("problem wood # qp 4", JOB, "the job file has no line 'qp': add one"),
    "no integer": (GOOD + "pairs 1.5", JOB, "'pairs' must be an integer, not '1.5': mend the job"),
    "too small": (GOOD + "checkpoint 0", JOB, "'checkpoint' must be 1 or more, not 0: mend the"),
    "negative": (GOOD + "radius -1", JOB, "radius must be 1 or more, not -1; mend the job file"),
    "no number": (GOOD + "start 1 2x", JOB, "'2x' is not a decimal number: write it like"),
    "outside": (GOOD + "start 1 1e9", JOB, "x0[1] = 64000000000 is outside the grid, whose ends"),
    "mode": (GOOD + "mode fast", JOB, "unknown mode 'fast': use one of compensated, paper, "),
    "size": (
        GOOD + "n 3",
        JOB,
        "the problem rosenbrock has 2 parameters, but the job file g",
    ),
    "start's size": (GOOD + "start 1 2 3", JOB, "the problem rosenbrock has 2 parameters, but"),
    "no size": (
        "problem extended-rosenbrock\nqp 4",
        JOB,
        "the problem extended-rosenbrock may h",
    ),
    "both sizes": (
        "problem broyden-tridiagonal\nqp 4\nn 3\nstart 1 2",
        JOB,
        "x0 has 2 numbers, b",
    ),
    "odd size": (
        "problem extended-rosenbrock\nqp 4\nn 3",
        PROBLEM,
        "the problem extended-rose",
    ),
    "unknown problem": ("problem wod\nqp 4", PROBLEM, "unknown problem 'wod': use rosenbrock, ext"),
    "no module": ("problem nix:A\nqp 4", PROBLEM, "cannot take A from nix: ModuleNotFoundError"),
    "no class": ("problem own:A\nqp 4", PROBLEM, "cannot take A from own: AttributeError: "),
    "broken module": ("problem broken:A\nqp 4", PROBLEM, "cannot take A from broken: SyntaxError"),
    "takes no qp": (
        "problem own:Needy\nqp 4",
        PROBLEM,
        "the problem own:Needy cannot be made: T",
    ),
    "no own start": (
        "problem own:Strange\nqp 4",
        JOB,
        "the problem own:Strange has no start of i",
    ),
    "raises late": (
        "problem own:Late\nqp 64",
        OBJECTIVE,
        "the problem failed at X = [160]: ZeroDivisionError: ",
    ),
    "raises at once": (
        "problem own:Late\nqp 1",
        OBJECTIVE,
        "the problem failed at X = [5]: ZeroDivisionError: ",
    ),
    "wrong answer": (
        "problem own:Wrong\nqp 1",
        OBJECTIVE,
        "the problem failed at X = [5]: TypeError: the cost at [5] must be an int, not 'a?b?c'; ",
    ),
    "no memory": ("problem own:Full\nqp 1", MEMORY, "out of memory (): use fewer parameters"),
}


@pytest.fixture
def errors(tmp_path, monkeypatch, capsys):
    """errors(job): runs it here, and returns what it reports."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("own", "broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "broken.py").write_text("class A\n")

    def run(job=None):
        if job is not None:
            (tmp_path / "job.txt").write_bytes(job if isinstance(job, bytes) else job.encode())
        result = runner.run()
        records = Reader().feed(capsys.readouterr().out.encode())
        return result, records

    return run


@pytest.mark.parametrize("name", WRONG)
def test_an_error_says_what_and_what_to_do(errors, name):
    job, code, sentence = WRONG[name]
    result, records = errors(job)
    assert result is None
    assert records[-1].text.startswith(sentence)
    assert isinstance(records[-1], Notice) and records[-1].fatal and records[-1].code == code
    assert len(records) == 1 or code >= OBJECTIVE


def test_no_job_file(errors):
    _, records = errors()
    assert records == [Notice(True, JOB, "there is no job file job.txt: copy one to the board")]
    _, records = errors(b"problem \xff\xfe")
    assert records == [Notice(True, JOB, "the job file job.txt is not text: write it again")]


def test_a_good_job_with_comments_and_blank_lines(errors):
    result, records = errors("# a job\n\n  " + GOOD.replace("\n", "  # why\r\n"))
    assert result.epochs == 3
    assert not any(isinstance(record, Notice) for record in records)


def test_a_missing_watchdog_is_a_warning(errors):
    result, records = errors(GOOD + "watchdog 100")
    assert result.epochs == 3
    assert records[0].code == 6 and not records[0].fatal


def test_a_byte_order_mark_is_read_over(errors):
    result, records = errors(b"\xef\xbb\xbf" + GOOD.encode())
    assert result.epochs == 3
    assert not any(isinstance(record, Notice) for record in records)


def test_a_file_that_cannot_be_read_is_not_called_absent(errors, monkeypatch):
    from qbfgs_board import job, learning

    def failing(path, mode="r"):
        raise OSError(5, "EIO")

    monkeypatch.setattr(job, "open", failing, raising=False)
    _, records = errors(GOOD)
    assert records[-1].text.startswith("the job file job.txt cannot be read: OSError: ")
    monkeypatch.undo()
    monkeypatch.setattr(learning, "open", failing, raising=False)
    with pytest.raises(job.Failure, match="the data file x.qbfd cannot be read: OSError: "):
        learning.model_of("linear@x.qbfd", 4)


@pytest.mark.parametrize(
    "error", [ValueError("incompatible .mpy file"), ImportError("no module named 'qbfgs.modes.x'")]
)
def test_files_of_another_micropython_are_no_fault_of_the_job(errors, monkeypatch, error):
    """The job file was to be mended."""

    def late(*arguments, **settings):
        raise error

    lazy = (
        "qbfgs.modes.rule_of" if isinstance(error, ValueError) else "qbfgs_board.session.Optimizer"
    )
    monkeypatch.setattr(lazy, late)
    _, records = errors(GOOD)
    assert records[-1].code == FILES
    assert records[-1].text.startswith("qbfgs on the board lacks files, or has compiled ones of an")
