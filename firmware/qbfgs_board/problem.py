"""The problem and the start that a job asks for."""

from qbfgs.checks import check_settings, check_start, checked_tolerance
from qbfgs.grid.quantizer import quantize
from qbfgs.modes import check_mode

from .report import JOB, PROBLEM, Failure, described


def problem_of(job):
    """The objective: its class is called with qp, and with n where the class has no `n`.

    Raises Failure when it is unknown, cannot be imported or cannot be made.
    """
    if "@" in job["problem"]:
        from .learning import model_of

        return model_of(job["problem"], job["qp"])
    kind = _class(job["problem"])
    n = job.get("n", len(job.get("start", ())))
    if hasattr(kind, "n"):
        if n and n != kind.n:
            text = "the problem %s has %d parameters, but the job file gives %d: mend the job file"
            raise Failure(JOB, text % (job["problem"], kind.n, n))
        sizes = ()
    elif n:
        sizes = (n,)
    else:
        text = "the problem %s may have any size: add a line 'n' or 'start' to the job file"
        raise Failure(JOB, text % job["problem"])
    try:
        return kind(job["qp"], *sizes)
    except (TypeError, ValueError) as error:
        text = "the problem %s cannot be made: %s"
        raise Failure(PROBLEM, text % (job["problem"], described(error)))


def _class(name):
    module, _, attribute = name.partition(":")
    if attribute:
        try:
            return getattr(__import__(module, None, None, (attribute,)), attribute)
        except MemoryError:
            raise
        except Exception as error:
            text = "cannot take %s from %s: %s; is the file there, and is it right?"
            raise Failure(PROBLEM, text % (attribute, module, described(error)))
    if name == "rosenbrock":  # alone in its file, a fifth of the heap that all problems take
        from qbfgs.problems.rosenbrock import Rosenbrock

        return Rosenbrock
    from qbfgs.problems import ALL

    for kind in ALL:
        if kind.name == name:
            return kind
    names = ", ".join([kind.name for kind in ALL])
    text = "unknown problem '%s': use %s, or module:Class for your own"
    raise Failure(PROBLEM, text % (name, names))


def start_of(job, objective):
    """The start, a list of grid integers, with the settings of the job checked too.

    Raises Failure. The mode is checked by `runner.load`.
    """
    start = job.get("start", getattr(objective, "start", None))
    if start is None:
        text = "the problem %s has no start of its own: add a line 'start' to the job file"
        raise Failure(JOB, text % job["problem"])
    try:
        x0 = start() if callable(start) else [quantize(text, job["qp"]) for text in start]
        check_start(x0, objective)
        check_mode(job["mode"])
        radius = job.get("radius", 1)
        pairs, polls = job.get("pairs"), job.get("polls")
        check_settings(job["max_epochs"], job.get("target"), radius, pairs, polls)
        checked_tolerance(job.get("tolerance"), True)
    except (TypeError, ValueError) as error:
        raise Failure(JOB, "%s; mend the job file" % error)
    return x0
