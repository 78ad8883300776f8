"""Runs a job from its file to its end, reporting every epoch."""

from qbfgs.status import EPOCH_LIMIT

from . import heap
from .report import CHECKPOINT, FORMAT, MEMORY, WATCHDOG, Failure, joined, say, send

# Modules that only the beginning of a run needs.
_BEGINNING = ("qbfgs_board.job", "qbfgs_board.problem", "qbfgs.quantizer", "qbfgs.checks")
_RESERVE = 512  # bytes that the report of a lack of memory may need


def run(path="job.txt"):
    """Runs the job in a file, going on from its checkpoint if it has one.

    Returns the finished Optimizer; None after an error, which the last record tells.
    """
    reserve = bytearray(_RESERVE)
    try:
        return _run(path)
    except Failure as failure:
        say("X", *failure.args)
    except MemoryError as error:
        sentence = str(error)
        del reserve
        heap.collect()
        text = "out of memory (%s): use fewer parameters or pairs, or compiled files"
        say("X", MEMORY, text % sentence)
    return None


def _prepared(path):
    """The job in a file, its objective and its start; frees what only this needs."""
    from .job import read
    from .problem import problem_of, start_of

    job = read(path)
    objective = problem_of(job)
    x0 = start_of(job, objective)
    heap.forget(_BEGINNING)
    return job, objective, x0


def _run(path):
    before = heap.collected()
    job, objective, x0 = _prepared(path)
    heap.collect()
    from .session import Session, check_mode

    check_mode(job)
    store = None
    optimizer = None
    every = job.get("checkpoint")
    if every is not None:
        from .store import Store

        store = Store(_label(job, x0))
        optimizer = store.resume(objective, _refuse)
    feed = _watchdog(job["watchdog"]) if "watchdog" in job else _feed_nothing
    _send_header(job, x0, optimizer)
    session = Session(objective, optimizer, feed, before)
    if optimizer is None:
        session.start(x0, job)
        optimizer = session.optimizer
    else:
        _limit(optimizer, job)
    while optimizer.ask() is not None:
        session.step()
        if every is not None and optimizer.epochs % every == 0:
            session.save(store)
    session.finish()
    return optimizer


def _watchdog(milliseconds):
    """Starts the watchdog; the function that feeds it."""
    from .watchdog import start

    feed, sentence = start(milliseconds)
    if sentence:
        say("W", WATCHDOG, sentence)
    return feed


def _feed_nothing():
    pass


def _limit(optimizer, job):
    """Gives a resumed optimiser the job's limits: they win over those in the checkpoint."""
    o = optimizer
    target = job.get("target")
    o.max_epochs, o.target = job["max_epochs"], target
    if o.epochs >= o.max_epochs or (target is not None and o.cost <= target):
        o.status = EPOCH_LIMIT  # makes `ask` look at both limits again


def _label(job, x0):
    """What makes a checkpoint this job's, as an int. Limits are not in it: they may be changed."""
    keys = ("problem", "mode", "qp", "radius", "pairs", "polls")
    text = joined([job.get(key) for key in keys] + x0)
    return int.from_bytes(text.encode(), "little")


def _refuse(sentence):
    say("W", CHECKPOINT, sentence)


def _send_header(job, x0, optimizer):
    fields = [FORMAT, job["problem"], job["mode"], len(x0)]
    for key in ("qp", "max_epochs", "target", "radius", "pairs", "polls", "checkpoint"):
        fields.append(job.get(key))
    fields.append(None if optimizer is None else optimizer.epochs)
    send("H", *fields, x=x0)
