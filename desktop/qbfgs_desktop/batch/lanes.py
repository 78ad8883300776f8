"""Arrays with one entry a run: the last axis of every array is that of the lanes.

Some lanes are given by an array of their numbers, in any order; `EVERY` stands for all, and costs
no copy.
"""

import copy

import numpy as np

EVERY = slice(None)


def mostly(mask):
    """Whether so many lanes are meant that working on all of them costs less than picking them."""
    return 4 * np.count_nonzero(mask) >= 3 * len(mask)


def take(array, lanes):
    """The entries of some lanes, a copy; of EVERY, the array itself."""
    if lanes is EVERY:
        return array
    if array.ndim == 1:
        return array.take(lanes)
    # Row by row: NumPy takes along a last axis several times slower.
    out = np.empty(array.shape[:-1] + lanes.shape, array.dtype)
    rows = array.reshape(-1, array.shape[-1])
    for row, part in zip(rows, out.reshape(len(rows), -1), strict=True):
        row.take(lanes, out=part, mode="clip")
    return out


def put(array, lanes, values):
    """Writes values to some lanes of an array."""
    if array.ndim == 1 or lanes is EVERY:
        array[..., lanes] = values
        return
    rows = array.reshape(-1, array.shape[-1])
    for row, part in zip(rows, values.reshape(len(rows), -1), strict=True):
        row[lanes] = part


class Lanes:
    """Something with one entry a lane in each of its FIELDS: arrays, or Lanes again, or lists."""

    FIELDS = ()

    def at(self, lanes, fields=None):
        """The same for some lanes only, a copy, of some fields or all; of EVERY, itself."""
        if lanes is EVERY:
            return self
        part = copy.copy(self)
        for name in fields or self.FIELDS:
            setattr(part, name, at(getattr(self, name), lanes))
        return part

    def put(self, lanes, part, fields=None):
        """Takes over what became of something made by `at`."""
        for name in fields or self.FIELDS:
            new = getattr(part, name)
            if lanes is EVERY:
                setattr(self, name, new)
            else:
                put_back(getattr(self, name), lanes, new)

    def where(self, mask, method, *arguments, fields=None):
        """Calls a method of its class with the lanes where the mask holds.

        arguments: arrays, or Lanes, with one entry for each of its lanes. fields: those that the
        method reads and writes; all when None.
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


def at(field, lanes):
    """Some lanes of an array, of Lanes, or of a list of those: a copy."""
    if isinstance(field, np.ndarray):
        return take(field, lanes)
    if isinstance(field, list):
        return [at(entry, lanes) for entry in field]
    return field.at(lanes)


def put_back(field, lanes, part):
    """Writes what became of a copy made by `at` to its lanes."""
    if isinstance(field, np.ndarray):
        put(field, lanes, part)
    elif isinstance(field, list):
        for entry, new in zip(field, part, strict=True):
            put_back(entry, lanes, new)
    else:
        field.put(lanes, part)
