"""The figures of `qbfgs lab bench`, read from its CSV file: what an epoch costs on each board.

The file grows; of the same figure the last counts.
"""

import csv
from typing import NamedTuple

CORE, FLOAT = "word core", "float BFGS"
TIME = ("epoch", "us")  # quantity, unit
COLUMNS = ("n", "where", "build", "subject", "quantity", "unit", "value")


class Entry(NamedTuple):
    """The core on one interpreter or board, in one build, for n parameters.  epoch: microseconds;
    float_epoch: of the float BFGS in the same build.  heap: bytes that an epoch takes; held: bytes
    that the optimiser keeps; imported: bytes that importing it takes.  None where unknown."""

    where: str
    build: str
    n: int
    epoch: float
    float_epoch: float | None
    heap: int | None
    held: int | None
    imported: int | None

    @property
    def name(self):
        """The board and the build."""
        return f"{self.where}, {self.build}"


def read(path):
    """The entries of a file, in its order.  Raises OSError, and ValueError for another file."""
    values = {}
    try:
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                n, where, build, subject, quantity, unit, value = (row[name] for name in COLUMNS)
                values[where, build, n, subject, quantity, unit] = float(value)
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise ValueError(f"{path} is no file of qbfgs lab bench") from error
    return [
        Entry(
            where,
            build,
            int(n),
            epoch,
            values.get((where, build, n, FLOAT, *TIME)),
            values.get((where, build, n, CORE, "heap", "bytes an epoch")),
            values.get((where, build, n, CORE, "held", "bytes")),
            values.get((where, build, "", CORE, "import", "bytes of heap")),
        )
        for (where, build, n, subject, *what), epoch in values.items()
        if (subject, *what) == (CORE, *TIME)
    ]


def of_board(entries, name, n):
    """The entries of the boards whose name contains a text, for the number of parameters that is
    nearest to n from above, or else the largest, one a build.

    Raises ValueError, with the names that there are, when there is none.
    """
    found = [entry for entry in entries if name.lower() in entry.name.lower()]
    if not found:
        names = "; ".join(dict.fromkeys(entry.name for entry in entries))
        there = f"there are {names}" if names else "qbfgs lab bench --section times makes some"
        raise ValueError(f"no times of a board {name!r} in the bench file: {there}")
    chosen = {}
    for entry in sorted(found, key=lambda entry: (entry.n < n, abs(entry.n - n))):
        chosen.setdefault(entry.name, entry)
    return list(chosen.values())
