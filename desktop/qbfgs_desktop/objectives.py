"""Problems by name, or from a Python file, in a form that other processes and machines can take."""

import contextlib
import inspect
from typing import NamedTuple

from qbfgs.problems import polynomials as problems

KINDS = {kind.name: kind for kind in problems.ALL}
NEEDED = ("n", "cost", "gradient")


class Source(NamedTuple):
    """Where an objective comes from.

    name: of a problem of `qbfgs.problems`; with a text, of a class or function in it.  n: the
    number of parameters where it may be chosen, else None.  text: Python source, or None.
    """

    name: str
    n: int | None = None
    text: str | None = None

    def make(self, qp):
        """The objective on a grid of qp steps per unit; it is given what it lacks of name, qp,
        cost_scale (1) and start (zeros, decimal texts).

        Raises ValueError, with what is wrong, for an unknown name, for a text that fails, and for
        what is no objective; whatever the class itself raises as ValueError goes through.
        """
        kind = KINDS.get(self.name) if self.text is None else self._run().get(self.name)
        if kind is None:
            known = ", ".join(KINDS if self.text is None else _candidates(self._run()))
            raise ValueError(f"no problem {self.name!r}: there are {known or 'none'}")
        try:
            made = kind(qp) if self.n is None else kind(qp, self.n)
        except TypeError as error:
            raise ValueError(f"{self.name} must take qp (and n, if asked for): {error}") from error
        missing = [name for name in NEEDED if not hasattr(made, name)]
        if missing:
            raise ValueError(f"{self.name} is no objective: it lacks {', '.join(missing)}")
        known = {"name": self.name, "qp": qp, "cost_scale": 1, "start": ("0",) * made.n}
        for name, value in known.items():
            if not hasattr(made, name):
                setattr(made, name, value)
        return made

    def _run(self):
        """What the text defines."""
        space = {"__name__": "objective"}
        try:
            exec(compile(self.text, "objective", "exec"), space)
        except Exception as error:
            raise ValueError(f"the file fails: {type(error).__name__}: {error}") from error
        return space


def from_text(text, name=None, n=None):
    """The `Source` of an objective in Python source; name: needed where it defines several.

    Raises ValueError, also when the text defines none, or several and no name is given.
    """
    found = _candidates(Source("", n, text)._run())
    if name is None and len(found) != 1:
        there = ", ".join(found) or "none"
        raise ValueError(f"which class? Name one as FILE:CLASS; with cost and gradient: {there}")
    return Source(name or found[0], n, text)


def _candidates(space):
    """The names of the classes with a cost and a gradient that a text itself defines."""
    return [
        name
        for name, value in space.items()
        if inspect.isclass(value)
        and value.__module__ == "objective"
        and hasattr(value, "cost")
        and hasattr(value, "gradient")
    ]


@contextlib.contextmanager
def explained(source):
    """A context in which an exception of an objective's own text becomes a ValueError.

    TypeError and ValueError, by which the optimiser refuses settings and answers, go through.
    """
    try:
        yield
    except (TypeError, ValueError):
        raise
    except Exception as error:
        if source.text is None:
            raise
        raise ValueError(f"the objective fails: {type(error).__name__}: {error}") from error
