"""Which problems a desk makes for a board: those of qbfgs, and what the caller hands over.

A board, and whoever writes to its port, can name anything.  So a name is looked up, never imported;
a data file lies in the current folder, is a file, and is of bounded size; and a problem is not made
larger than any board could hold.
"""

import io
from pathlib import Path

from qbfgs.calibrate.jobs import NAMES, Calibration
from qbfgs.data import DataFile
from qbfgs.models.recipes import make, parse
from qbfgs.problems import ALL

MOST_DATA = 1 << 26  # bytes of a data file
MOST = {"limited": 1 << 14, "fixed-rate": 1 << 14}  # parameters, by mode
MOST_DENSE = 1 << 11  # in the other modes: a board with 8 MB holds the triangle of 2000


def problem_class(name):
    """What makes the problem that a report names: a class of `qbfgs.problems`, by its name or as
    module:Class, or RECIPE@FILE (a calibration's too) with a data file in the current folder.

    Raises ValueError for any other.
    """
    if "@" in name:
        return DataModel(name)
    for kind in ALL:
        if name in (kind.name, f"qbfgs.problems:{kind.__name__}"):
            return kind
    if ":" in name:
        raise ValueError(f"{name!r} is no problem of qbfgs, and nobody said which class it is")
    raise ValueError(f"{name!r} is no problem of qbfgs")


class DataModel:
    """Makes the model of RECIPE@FILE. data: the bytes of the file, read from it by default.

    Raises ValueError, also as `qbfgs.data` and `qbfgs.models.recipes` do.
    """

    n = None  # it is made from qp alone

    def __init__(self, text, data=None):
        self.recipe, _, path = text.partition("@")
        if self.recipe not in NAMES and parse(self.recipe)[1] > MOST_DENSE:
            raise ValueError(f"{self.recipe!r} is larger than any board can hold")
        self.data = read_inside(path) if data is None else data

    @property
    def contents(self):
        """What stands for the data in headers and labels."""
        return DataFile(io.BytesIO(self.data)).checksum

    def __call__(self, qp):
        source = DataFile(io.BytesIO(self.data))
        if self.recipe in NAMES:
            return Calibration(source, qp)
        return make(self.recipe, source, len(source.labels[-1]), qp)


def read_inside(path):
    """The bytes of a data file in the current folder or below it.

    Raises ValueError when it is elsewhere, no file, too large or cannot be read.
    """
    folder = Path.cwd().resolve()
    try:
        place = (folder / path).resolve()
        if not place.is_relative_to(folder):
            raise ValueError(f"{path!r} is not in the current folder: a board may name no other")
        if not place.is_file():
            raise ValueError(f"there is no data file {path!r} in the current folder")
        with open(place, "rb") as file:
            data = file.read(MOST_DATA + 1)
    except OSError as error:
        raise ValueError(f"cannot read {path!r}: {error.strerror}") from None
    if len(data) > MOST_DATA:
        raise ValueError(f"{path!r} is larger than {MOST_DATA >> 20} MB")
    return data


def check_size(mode, n):
    """Raises ValueError for more parameters than the desk makes for a board."""
    most = MOST.get(mode, MOST_DENSE)
    if n > most:
        raise ValueError(f"{n} parameters are more than any board holds: up to {most} in this mode")
