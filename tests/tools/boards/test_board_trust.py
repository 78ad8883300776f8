"""What a board says to the commands: its job is not run unasked, and what it sends has an end."""

import sys

import pytest

from qbfgs_desktop.boards.problems import problem_class
from qbfgs_tools.boards import link as link_module
from qbfgs_tools.boards import resume as board_resume
from qbfgs_tools.boards import run as board_run
from qbfgs_tools.boards.jobs import from_text
from qbfgs_tools.boards.link import LinkError, _lines_to
from qbfgs_tools.builds.files import importable
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.terminal.live_view import LiveView

OWN = """
class Bowl:
    n = 2
    start = ("3", "5")

    def __init__(self, qp):
        self.qp = qp

    def cost(self, X):
        return X[0] ** 2 + 3 * X[1] ** 2

    def gradient(self, X):
        return [2 * X[0], 6 * X[1]]
"""
JOB = "problem rosenbrock\nqp 64\nstart -1.232 1.212\n"


class FakeLink:
    """A board with these files, which says this whenever a program runs."""

    def __init__(self, files=(), says=b""):
        self.files = dict(files)
        self.says = says
        self.interrupted = False

    def read_file(self, path):
        return self.files.get(path)

    def soft_reset(self):
        pass

    def interrupt(self):
        self.interrupted = True

    def execute(self, code, on_output, silence, doing):
        for line in self.says.splitlines(keepends=True):
            on_output(line)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, from which modules can be imported; own.py is in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "own", raising=False)
    (tmp_path / "own.py").write_text(OWN)
    return tmp_path


def on(text):
    return FakeLink({"job.txt": text.encode()})


def test_a_boards_job_imports_nothing_that_was_not_named(folder):
    job = on("problem own:Bowl\nqp 16\n")
    with pytest.raises(UserError, match="if it is yours, let it run here with --problem own:Bowl"):
        board_resume.job_on(job)
    with pytest.raises(UserError, match="is no problem of qbfgs"):
        board_resume.job_on(job, ["own:Other"])
    with pytest.raises(UserError, match="nobody said which class it is$"):  # no advice to type that
        board_resume.job_on(on("problem own:Bowl;reboot\nqp 16\n"), ["own:Other"])
    assert "own" not in sys.modules
    made = board_resume.job_on(job, ["own:Bowl"])
    assert made.header.problem == "own:Bowl" and made.header.start == (48, 80)
    assert made.maker(16).cost([1, 1]) == 4


WRONG = {
    "os": ("problem os:system\nqp 1\n", "'os:system' is no problem of qbfgs"),
    "a data file elsewhere": ("problem linear@../x\nqp 1\n", "is not in the current folder"),
    "a vast model": ("problem mlp:99999999@x\nqp 1\n", "larger than any board can hold"),
    "vast": ("problem extended-rosenbrock\nqp 1\nn 100000000\n", "more than any board holds"),
    "Qp 0": ("problem rosenbrock\nqp 0\n", "'qp' must be 1 or more"),
    "no text": ("\0\ufffd\n", "unknown key"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_boards_job_that_is_wrong_is_a_sentence(name, folder):
    text, sentence = WRONG[name]
    with pytest.raises(UserError, match=sentence):
        board_resume.job_on(on(text))


def report_of(text, folder, capsys):
    """What a board says about a job, made here."""
    importable()
    from qbfgs_board.runner import run as run_job

    (folder / "job.txt").write_text(text)
    capsys.readouterr()
    run_job(str(folder / "job.txt"))
    return capsys.readouterr().out.encode()


def heard(says, asked, **settings):
    link = FakeLink(says=says)
    with LiveView(1) as view:
        return link, board_run.run(link, view, from_text("asked", asked), **settings)


OTHERS = (
    "qp 32",
    "qp 64\nradius 3",
    "qp 64\nmode paper",
    "qp 64\nmax_epochs 9",
    "qp 64\ncheckpoint 5",
)


def test_a_run_of_another_job_is_stopped_and_never_equal(folder, capsys):
    """`board verify` said that it was equal."""
    link, run = heard(report_of(JOB, folder, capsys), JOB)
    assert run.verdict.equal and not run.error and not link.interrupted
    for change in OTHERS:
        link, run = heard(report_of(JOB, folder, capsys), JOB.replace("qp 64", change))
        assert link.interrupted and not run.verdict.equal and not run.lost
        assert "this is not the job that was asked for" in run.error
        assert len(run.records) == 1


def test_a_module_or_data_file_that_is_another_is_another_job(folder, capsys):
    job = "problem own:Bowl\nqp 16\n"
    says = report_of(job, folder, capsys)
    assert heard(says, job)[1].verdict.equal
    (folder / "own.py").write_text(OWN + "\n# changed\n")
    _, run = heard(says, job)
    assert "the data file or the module on the board is not the desk's" in run.error


def test_a_resumed_run_may_go_on_where_it_was_asked_to(folder, capsys):
    text = JOB + "checkpoint 4\n"
    report_of(text + "max_epochs 10\n", folder, capsys)
    says = report_of(text, folder, capsys)
    assert heard(says, text, resumed=True)[1].verdict.equal
    assert "not from its beginning" in heard(says, text)[1].error


def test_a_line_without_an_end_comes_in_pieces(monkeypatch):
    """It was kept until there was no memory."""
    monkeypatch.setattr(link_module, "LONGEST_LINE", 10)
    lines = []
    consume = _lines_to(lines.append)
    for byte in b"0123456789" * 2 + b"012\nab\n\n\x04":
        consume(bytes([byte]))
    assert lines == [b"0123456789", b"0123456789", b"012\n", b"ab\n", b"\n"]


def test_the_problems_of_qbfgs_need_no_name(folder):
    made = board_resume.job_on(on("problem wood\nqp 16\n"))
    assert made.header.problem == problem_class("wood").name
    assert made.maker(16).n == 4


def test_endless_answers_are_an_error(monkeypatch):
    """A board that sends without an end was listened to without one."""

    class Endless:
        serial = type("Port", (), {"timeout": 0})()

        def exec_raw_no_follow(self, code):
            pass

        def read_until(self, least, ending, timeout, consume):
            for _ in range(10_000):
                consume(b"x")
            return b"x"

    link = link_module.Link.__new__(link_module.Link)
    link.port, link._transport = "port", Endless()
    monkeypatch.setattr(link_module, "MOST_OUTPUT", 1000)
    monkeypatch.setattr(link_module, "LONGEST_LINE", 100)
    with pytest.raises(LinkError, match="the board sends without an end while a file was read"):
        link.execute("pass", doing="a file was read")
    link._transport = None
