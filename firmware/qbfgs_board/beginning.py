"""How a run begins: a checkpoint is taken up, the watchdog started, the header sent."""

from qbfgs.status import EPOCH_LIMIT

from .report import CHECKPOINT, FORMAT, WATCHDOG, joined, say, send

_SETTINGS = ("qp", "max_epochs", "target", "radius", "pairs", "polls", "tolerance", "certify")
_SETTINGS += ("checkpoint",)


def begin(job, objective, x0):
    """Begins a run; returns the function that feeds the watchdog, the Store of the checkpoints,
    and the Optimizer of the newer one: None where there is none.

    Raises Failure as `contents_of` does.
    """
    contents = None
    if "@" in job["problem"] or ":" in job["problem"]:
        from .contents import contents_of

        contents = contents_of(job["problem"], objective)
    store = None
    optimizer = None
    if "checkpoint" in job:
        from .store import Store

        store = Store(_label(job, x0, contents))
        optimizer = store.resume(objective, _refuse)
    feed = _watchdog(job["watchdog"]) if "watchdog" in job else None
    _send_header(job, x0, contents, optimizer)
    if optimizer is not None:
        _limit(optimizer, job)
    return feed, store, optimizer


def _watchdog(milliseconds):
    """Starts the watchdog; the function that feeds it."""
    from .watchdog import start

    feed, sentence = start(milliseconds)
    if sentence:
        say("W", WATCHDOG, sentence)
    return feed


def _limit(optimizer, job):
    """Gives a resumed optimiser the job's limits: they win over those in the checkpoint."""
    o = optimizer
    target = job.get("target")
    o.max_epochs, o.target = job["max_epochs"], target
    if o.tolerance is not None:
        from qbfgs.checks import checked_tolerance

        o.tolerance = checked_tolerance(job.get("tolerance"), bool(job.get("certify")))
    if o.epochs >= o.max_epochs or (target is not None and o.cost <= target):
        o.status = EPOCH_LIMIT  # makes `ask` look at both limits again


def _label(job, x0, contents):
    """What makes a checkpoint this job's, as an int. Limits are not in it: they may be changed."""
    keys = ("problem", "mode", "qp", "radius", "pairs", "polls", "certify")
    text = joined([job.get(key) for key in keys] + x0)
    if contents is not None:
        text += b";%d" % contents
    return int.from_bytes(text, "little")


def _refuse(sentence):
    say("W", CHECKPOINT, sentence)


def _send_header(job, x0, contents, optimizer):
    fields = [FORMAT, job["problem"], job["mode"], len(x0)]
    for key in _SETTINGS:
        fields.append(job.get(key))
    fields.append(None if optimizer is None else optimizer.epochs)
    send("H", *fields, x=x0 if contents is None else x0 + [contents])
