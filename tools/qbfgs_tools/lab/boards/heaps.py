"""The smallest heap at which a job's run on a virtual board equals the desk's."""

import io
import tempfile
from typing import NamedTuple

from qbfgs_desktop.boards.report import Final
from qbfgs_tools.boards import rom
from qbfgs_tools.boards import run as board_run
from qbfgs_tools.boards.errors import LinkError, OutOfMemory
from qbfgs_tools.boards.installation import install
from qbfgs_tools.boards.link import Link
from qbfgs_tools.boards.places import availability, powered
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import sources
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.terminal.live_view import LiveView

LEAST, MOST, STEP = 8, 256, 1  # KB
FORMS = (builds.SOURCE, *builds.FORMS, builds.LEAN, builds.ROM)
# What an Optimizer in mode "compensated" needs: the files that were loaded, and their heap.
IMPORT = """
import gc, sys
def load():
    from qbfgs import Optimizer
    Optimizer(None, [1, 1])
    for name in ("qbfgs.checks", "qbfgs.modes", "qbfgs.grid.scales"):
        if name in sys.modules:
            del sys.modules[name]
            package, _, last = name.rpartition(".")
            delattr(sys.modules[package], last)
gc.threshold(1024)
gc.collect()
before = gc.mem_alloc()
load()
gc.collect()
files = [getattr(module, "__file__", "") for module in sys.modules.values()]
print(repr((gc.mem_alloc() - before, files)))
"""


class Smallest(NamedTuple):
    """board: its name. form: one of FORMS. kilobytes: the smallest heap for the jobs.
    file_bytes: what is installed. core_bytes: files that stay loaded for an Optimizer of two
    parameters; core_kilobytes: the smallest heap in which it can be imported and made; core_heap:
    the bytes that it holds then.
    total, epochs: jobs and epochs that were equal to the desk's."""

    board: str
    form: str
    kilobytes: int
    file_bytes: int
    core_bytes: int
    core_kilobytes: int
    core_heap: int
    total: int
    epochs: int


def passes(folder, board, jobs, kilobytes):
    """The epochs that were equal when every job's run is, with that heap; else 0."""
    silent = LiveView(len(jobs), io.StringIO())

    def run_all(link):
        count = 0
        for job in jobs:
            board_run.prepare(link, job)
            run = board_run.run(link, silent, job)
            if run.error or not run.verdict.equal:
                return 0
            count += run.verdict.compared
        return count

    return _linked(folder, board, kilobytes, run_all) or 0


class Need(NamedTuple):
    """Heap that a job needs on a board, bytes, None where unknown. heap: all of it; before: in use
    before the job; peak: the most in use after an epoch. error: a sentence, "" for none."""

    job: str
    heap: int | None
    before: int | None
    peak: int | None
    error: str


def on_port(port, jobs, view):
    """The `Need` of each job on a board with qbfgs installed, as they are made. view: a
    `LiveView`."""
    with Link(port) as link:
        for job in jobs:
            view.begin(job.name)
            board_run.prepare(link, job)
            run = board_run.run(link, view, job)
            final = run.last(Final)
            sizes = (final.heap, final.before, final.peak) if final else (None,) * 3
            yield Need(job.name, *sizes, run.error or run.verdict.difference)


def imported(folder, board, kilobytes):
    """(bytes of heap that the core holds, the files it came from); None where it has no room."""
    return _linked(folder, board, kilobytes, lambda link: link.ask(IMPORT))


def _linked(folder, board, kilobytes, work):
    """work(link) on a board with that heap; None where it is too small, even for the link."""
    for _ in range(2):  # a busy machine can lose the link too
        try:
            with powered(board, folder, kilobytes) as made, Link(made.port) as link:
                return work(link)
        except OutOfMemory:
            return None
        except LinkError:
            continue
    return None


def smallest(jobs, board, form):
    """The `Smallest` heap for jobs. Raises UserError when the board or the form cannot be had."""
    ok, reason = availability(board)
    if not ok:
        raise UserError(reason)
    with tempfile.TemporaryDirectory() as folder:
        with powered(board, folder, MOST) as made, Link(made.port) as link:
            files = builds.fitting(form, link.mpy, sources())
            (rom.install if form == builds.ROM else install)(link, files)
        whole = imported(folder, board, MOST)
        if whole is None:
            raise UserError(f"the core cannot be imported there, even with {MOST} KB of heap")
        held, loaded = whole
        paths = [path.removeprefix(rom.MOUNTED).strip("/") for path in loaded]
        core = sum(len(files[path]) for path in paths if path in files)
        least = _least(lambda kilobytes: imported(folder, board, kilobytes))
        high = _least(lambda kilobytes: passes(folder, board, jobs[:1], kilobytes))
        while not (epochs := passes(folder, board, jobs, high)):
            high += STEP
    total = sum(map(len, files.values()))
    return Smallest(board, form, high, total, core, least, held, len(jobs), epochs)


def _least(works):
    """The least number of KB that works, by bisection."""
    low, high = LEAST, MOST
    while high - low > STEP:
        middle = (low + high) // 2
        low, high = (low, middle) if works(middle) else (middle, high)
    return high
