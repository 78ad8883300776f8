"""A job run on a board over a link: its report read, shown, saved and compared as it comes in."""

from typing import NamedTuple

from qbfgs.status import text as status_text
from qbfgs_desktop.boards.replay import Comparison, Verdict
from qbfgs_desktop.boards.report import Epoch, Final, Header, Notice, Reader
from qbfgs_tools.boards.errors import BoardError, LinkError, OutOfMemory
from qbfgs_tools.boards.remedies import less_heap
from qbfgs_tools.builds.files import sha256

JOB_FILE = "job.txt"
CHECKPOINTS = ("qbfgs.a", "qbfgs.b")
PROGRAM = "from qbfgs_board.runner import run\nrun('job.txt')\n"
SILENCE = 60  # seconds without a word from the board
MEMORY = 4  # the code of an error record about a lack of heap, see firmware/qbfgs_board/report.py


class Run(NamedTuple):
    """What came of it. records: all of the report. damaged: lines that were not whole.
    verdict: against the desk. error: a sentence, "" when the run came to its end. lost: whether the
    board was lost, and may be able to go on."""

    records: list
    damaged: int
    verdict: Verdict
    error: str
    lost: bool = False

    def last(self, kind):
        """The last record of a kind, or None."""
        return next((r for r in reversed(self.records) if isinstance(r, kind)), None)

    def warnings(self):
        """The board's warnings, sentences."""
        return [r.text for r in self.records if isinstance(r, Notice) and not r.fatal]


class Meter:
    """The text of the live view: epoch, cost, epochs a second by the board's clock, heap."""

    def __init__(self):
        self._microseconds = 0
        self._count = 0
        self._used = None

    def text(self, epoch, scale=None):
        """About an epoch record. scale: cost units per unit, None where unknown."""
        words = [f"epoch {epoch.number}"]
        words.append(f"cost {cost_text(epoch.cost, scale)}")
        if epoch.microseconds is not None and epoch.number:  # 0 is the start alone
            self._microseconds += epoch.microseconds
            self._count += 1
            if self._microseconds:
                words.append(f"{self._count * 1000000 // self._microseconds} epochs/s")
        if epoch.used is not None:
            self._used = epoch.used
        if self._used is not None:  # not every epoch is measured
            words.append(f"heap {self._used / 1024:.1f} KB")
        return ", ".join(words)


def prepare(link, job, keep_checkpoints=False):
    """Puts the job and its files on the board; earlier checkpoints go unless they are kept."""
    for path, data in (*filter(None, [job.data]), *job.modules, (JOB_FILE, job.text.encode())):
        there = link.hash_of(path)
        if there is None or there[1] != sha256(data):
            link.write_file(path, data)
    if not keep_checkpoints:
        for path in CHECKPOINTS:
            link.remove_file(path)


class OtherJob(LinkError):
    """The board runs another job than the one that it was given."""


def run(link, view, job, save=None, silence=SILENCE, resumed=False):
    """Runs the board's job from a fresh start of its MicroPython; returns a `Run`.

    view: a `LiveView`. job: the `Job` that the board was given: it makes the problem, whatever the
    report names, and a report of another job ends the run. save: a binary file that takes what the
    board said. resumed: whether the run may go on from a checkpoint. Errors of the board and of the
    cable end in the `Run`; what came before them is not lost.
    """
    reader, meter = Reader(), Meter()
    comparison = Comparison(job.maker, job.header, resumed)
    records = []

    def take(data):
        if save:
            save.write(data)
        for record in reader.feed(data):
            records.append(record)
            comparison.add(record)
            if isinstance(record, Epoch):
                view.show(meter.text(record, job.scale))
        if comparison.verdict().foreign:
            raise OtherJob(f"the board's run was stopped: {comparison.verdict().difference}")

    error, lost = "", False
    try:
        link.soft_reset()
        link.execute(PROGRAM, take, silence, doing="the job ran")
    except OutOfMemory as failure:
        error = f"{failure}: {less_heap(link)}"
    except BoardError as failure:
        error = f"{failure}\n{failure.traceback.strip()}" if _unknown(failure) else str(failure)
    except OtherJob as failure:
        error = str(failure)
        link.interrupt()
    except LinkError as failure:
        error, lost = str(failure), True
    except KeyboardInterrupt:
        link.interrupt()
        raise
    verdict = comparison.verdict()
    if not error and verdict.error:
        error = f"the board says: {verdict.error}"
        if any(isinstance(r, Notice) and r.fatal and r.code == MEMORY for r in records):
            error = f"{error.partition(': use')[0]}: {less_heap(link)}"  # it knows the build
    elif not error and not any(isinstance(r, Header) for r in records):
        error = "the board ended without a report"
    elif not error and not any(isinstance(r, Final) for r in records):
        error = "the board ended without a final record"
    made = Run(records, reader.damaged, verdict, error, lost)
    view.end(error or ending(made, job.scale))
    return made


def _unknown(failure):
    return type(failure) is BoardError and "interrupted" not in str(failure)


def cost_text(cost, scale):
    """A cost for people: real, by its cost units per unit; in cost units where these are unknown
    (None)."""
    return f"{cost / scale:.6g}" if scale else f"{cost} cost units"


def ending(run, scale):
    """How a run ended, in a few words; scale: as in `cost_text`."""
    final = run.last(Final)
    if final is None:
        return run.error
    ended = status_text(final.status).split(":")[0]
    return f"{ended}, {final.epochs} epochs, cost {cost_text(final.cost, scale)}"
