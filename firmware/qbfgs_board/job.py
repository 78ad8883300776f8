"""The job file: one `key value` a line, `#` begins a comment.

problem rosenbrock      a name in qbfgs.problems, your own module:Class, or RECIPE@FILE: a model of
                        qbfgs.models.recipes that learns from a data file, logistic+1024@iris.qbfd,
                        or compass@FILE, accelerometer@FILE with readings, x y z, and qp 8192
qp 1024                 grid steps per unit
start -1.232 1.212      decimal numbers; default: the problem's own `start`
n 4                     parameters, for a problem of any size, to begin at its own `start`
mode compensated        this and the next seven as in qbfgs.Optimizer
max_epochs 2000
target 0
radius 256
pairs 2
polls 16
tolerance 14            end the run when the model promises no more than 2^-14 of the cost
certify 1               search on for a certificate; default: 0
checkpoint 10           write a checkpoint every 10 epochs; default: never
watchdog 5000           reset the board when an epoch takes more milliseconds; default: never
"""

from .report import ABSENT, JOB, Failure, described

MAX_EPOCHS = 2000
_MARK = 0xFEFF  # what some editors begin a file with
_LEAST = {"qp": 1, "n": 1, "checkpoint": 1, "watchdog": 1}
_OTHERS = ("max_epochs", "target", "radius", "pairs", "polls", "tolerance", "certify")
_KEYS = ("problem", "qp", "start", "n", "mode") + _OTHERS + ("checkpoint", "watchdog")


def read(path):
    """The job in a file: a dict of what it says, ints, text, and a list of words for "start".

    Raises Failure when the file cannot be read or is wrong.
    """
    try:
        with open(path) as file:
            text = file.read()
    except OSError as error:
        if error.args[0] == ABSENT:
            raise Failure(JOB, "there is no job file %s: copy one to the board" % path)
        raise Failure(JOB, "the job file %s cannot be read: %s" % (path, described(error)))
    except ValueError:
        raise Failure(JOB, "the job file %s is not text: write it again" % path)
    return parse(text)


def parse(text):
    """The job in a text, as `read` gives it. A byte order mark is read over."""
    if text and ord(text[0]) == _MARK:
        text = text[1:]
    job = {"mode": "compensated", "max_epochs": MAX_EPOCHS}
    given = []
    for line in text.split("\n"):
        words = line.split("#")[0].split()
        if words:
            key = words[0]
            if key in given:
                raise Failure(JOB, "the job file has the key '%s' twice: keep one" % key)
            given.append(key)
            job[key] = _value(key, words[1:])
    for key in ("problem", "qp"):
        if key not in given:
            raise Failure(JOB, "the job file has no line '%s': add one" % key)
    return job


def _value(key, words):
    if key not in _KEYS:
        raise Failure(JOB, "unknown key '%s' in the job file: use %s" % (key, ", ".join(_KEYS)))
    if key == "start" and words:
        return words
    if len(words) != 1:
        raise Failure(JOB, "'%s' in the job file needs one value, not %d" % (key, len(words)))
    if key == "problem" or key == "mode":
        return words[0]
    try:
        value = int(words[0])
    except ValueError:
        raise Failure(JOB, "'%s' must be an integer, not '%s': mend the job file" % (key, words[0]))
    if value < _LEAST.get(key, value):
        raise Failure(JOB, "'%s' must be 1 or more, not %d: mend the job file" % (key, value))
    return value
