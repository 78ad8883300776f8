"""Runs a job from its file to its end, reporting every epoch."""

from .heap import collect, collect_often, collect_seldom, collected, forget, free
from .report import JOB, MEMORY, Failure, say

_RESERVE = 512  # bytes that the report of a lack of memory may need
# Modules that are needed once, freed before the larger ones are loaded.
_ONCE = ("qbfgs_board.job", "qbfgs_board.problem", "qbfgs_board.beginning")
_ONCE += (
    "qbfgs.grid.quantizer",
    "qbfgs.grid.scales",
    "qbfgs.grid.radius",
    "qbfgs.checks",
    "qbfgs.modes",
)
_ONCE += ("qbfgs.problems",)
_ONCE += ("qbfgs_board.learning", "qbfgs_board.contents", "qbfgs.models.recipes")
_ONCE += ("qbfgs.data.checks",)
# Folders, which hold the modules in them by name alone, and numbers that all took already.
_FOLDERS = ("qbfgs.grid", "qbfgs.model", "qbfgs.search", "qbfgs.words", "qbfgs.status")


def run(path="job.txt"):
    """Runs the job in a file, going on from its checkpoint if it has one.

    Returns the finished Optimizer; None after an error, which the last record tells.
    """
    before, room = collected(), free()
    roomy = collect_often(room)
    reserve = bytearray(_RESERVE)
    try:
        return _run(path, before, room, roomy)
    except Failure as failure:
        from .faults import judged

        say("X", *judged(*failure.args))
    except MemoryError as error:
        sentence = str(error)
        del reserve
        collect()
        text = "out of memory (%s): use fewer parameters or pairs"
        say("X", MEMORY, text % sentence)
    return None


def _run(path, before, room, roomy):
    from .clock import Stopwatch

    watch = Stopwatch()
    job = _read(path)
    objective, x0 = _prepared(job)
    _forget(roomy, _ONCE)
    # The order in which a board that compiles source needs the least heap, found by trial.
    feed, store, optimizer = _begun(job, objective, x0)
    _forget(roomy, _ONCE)
    load(job["mode"])
    _forget(roomy, _FOLDERS)
    from .measures import Measures  # noqa: F401

    if not roomy:
        collect()
    from .session import Session

    session = Session(objective, optimizer, feed, before, room, watch)
    if optimizer is None:
        session.start(x0, job)
        optimizer = session.optimizer
    forget(_ONCE)
    collect_seldom()
    while optimizer.ask() is not None:
        session.step()
        if store is not None and optimizer.epochs % job["checkpoint"] == 0:
            session.save(store)
    session.finish()
    return optimizer


def _forget(roomy, names):
    """Drops modules before others are loaded, where the heap has no room for all of them."""
    if not roomy:
        forget(names)


def _read(path):
    from .job import read

    return read(path)


def load(mode):
    """Imports what a mode needs. Raises Failure for a mode that is none."""
    from qbfgs.modes import rule_of

    try:
        rule_of(mode)
    except ValueError as error:
        raise Failure(JOB, "%s; mend the job file" % error)


def _prepared(job):
    """The objective of a job and its start."""
    from .problem import problem_of, start_of

    objective = problem_of(job)
    return objective, start_of(job, objective)


def _begun(job, objective, x0):
    """The watchdog's feed, the Store and the resumed Optimizer, each None where there is none."""
    from .beginning import begin

    return begin(job, objective, x0)
