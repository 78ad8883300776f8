"""The smallest heap at which a job's run on the virtual unix board equals the desk's."""

import io
import tempfile
from typing import NamedTuple

from qbfgs_tools import board_run
from qbfgs_tools.installation import compiled, install, sources
from qbfgs_tools.link import Link, LinkError
from qbfgs_tools.live_view import LiveView
from qbfgs_tools.virtual_unix import UnixBoard

LEAST, MOST, STEP = 8, 256, 1  # KB


class Smallest(NamedTuple):
    """form: "source" or ".mpy". kilobytes: the smallest heap. file_bytes: what is installed.
    total, epochs: jobs and epochs that were equal to the desk's there."""

    form: str
    kilobytes: int
    file_bytes: int
    total: int
    epochs: int


def passes(folder, jobs, kilobytes):
    """The epochs that were equal when every job's run is, with that heap; else 0."""
    silent = LiveView(len(jobs), io.StringIO())
    count = 0
    with UnixBoard(folder, kilobytes * 1024, boot=False) as board, Link(board.port) as link:
        for job in jobs:
            board_run.prepare(link, job)
            run = board_run.run(link, silent)
            if run.error or not run.verdict.equal:
                return 0
            count += run.verdict.compared
    return count


def smallest(jobs, mpy):
    """The `Smallest` heap for jobs, by bisection and then upwards until it holds."""
    files = compiled(sources()) if mpy else sources()
    with tempfile.TemporaryDirectory() as folder:
        with UnixBoard(folder, MOST * 1024, boot=False) as board, Link(board.port) as link:
            install(link, files)
        low, high = LEAST, MOST
        while high - low > STEP:
            middle = (low + high) // 2
            if _passes(folder, jobs[:1], middle):
                high = middle
            else:
                low = middle
        while not (epochs := _passes(folder, jobs, high)):
            high += STEP
    form = ".mpy" if mpy else "source"
    return Smallest(form, high, sum(map(len, files.values())), len(jobs), epochs)


def _passes(folder, jobs, kilobytes):
    """`passes`, and 0 where the heap is too small even for the link."""
    try:
        return passes(folder, jobs, kilobytes)
    except LinkError:
        return 0
