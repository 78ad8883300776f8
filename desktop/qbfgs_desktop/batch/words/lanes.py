"""Arrays with one entry a run: the last axis of every array is that of the lanes.

Some lanes are given by an array of their numbers, in any order; `EVERY` stands for all, and costs
no copy.
"""

import numpy as np

EVERY = slice(None)


def mostly(mask):
    """Whether so many lanes are meant that working on all of them costs less than picking them."""
    return 8 * np.count_nonzero(mask) >= 7 * len(mask)


def take(array, lanes):
    """The entries of some lanes, a copy; of EVERY, the array itself."""
    if lanes is EVERY:
        return array
    if array.ndim == 1:
        return array.take(lanes)
    # Row by row: NumPy takes along a last axis several times slower.
    out = np.empty(array.shape[:-1] + lanes.shape, array.dtype)
    for row, part in zip(array, out, strict=True):
        row.take(lanes, out=part, mode="clip")
    return out


def put(array, lanes, values):
    """Writes values to some lanes of an array."""
    if array.ndim == 1 or lanes is EVERY:
        array[..., lanes] = values
        return
    for row, part in zip(array, values, strict=True):
        row[lanes] = part


class Lanes:
    """Something with one entry a lane in each of its FIELDS: arrays, or Lanes again, or lists.

    A class may name other sets of fields, for those that a part of the work reads and writes.
    """

    FIELDS = ()

    def at(self, lanes, fields="FIELDS"):
        """The same for some lanes only, a copy, of a set of fields; of EVERY, itself."""
        if lanes is EVERY:
            return self
        part = object.__new__(type(self))
        part.__dict__.update(self.__dict__)
        for name in getattr(self, fields, self.FIELDS):
            part.__dict__[name] = at(self.__dict__[name], lanes, fields)
        return part

    def put(self, lanes, part, fields="FIELDS"):
        """Takes over what became of something made by `at`."""
        for name in getattr(self, fields, self.FIELDS):
            if lanes is EVERY:
                self.__dict__[name] = part.__dict__[name]
            else:
                put_back(self.__dict__[name], lanes, part.__dict__[name], fields)

    def where(self, mask, method, *arguments, fields="FIELDS"):
        """Calls a method of its class with the lanes where the mask holds.

        arguments: arrays, or Lanes, with one entry for each of its lanes. fields: the set that the
        method reads and writes.
        """
        if mostly(mask):
            others = np.flatnonzero(~mask)
            kept = self.at(others, fields) if len(others) else None
            method(self, *arguments)
            if kept is not None:
                self.put(others, kept, fields)
        elif mask.any():
            lanes = np.flatnonzero(mask)
            part = self.at(lanes, fields)
            method(part, *(at(argument, lanes) for argument in arguments))
            self.put(lanes, part, fields)


def at(field, lanes, fields="FIELDS"):
    """Some lanes of an array, of Lanes, or of a list of those: a copy."""
    if isinstance(field, np.ndarray):
        return take(field, lanes)
    if isinstance(field, list):
        return [at(entry, lanes, fields) for entry in field]
    return field.at(lanes, fields)


def put_back(field, lanes, part, fields):
    """Writes what became of a copy made by `at` to its lanes."""
    if isinstance(field, np.ndarray):
        put(field, lanes, part)
    elif isinstance(field, list):
        for entry, new in zip(field, part, strict=True):
            put_back(entry, lanes, new, fields)
    else:
        field.put(lanes, part, fields)
