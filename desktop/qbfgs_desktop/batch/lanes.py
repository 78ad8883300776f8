"""Arrays with one entry a run: the last axis of every array is that of the lanes."""

import copy

import numpy as np


def take(array, lanes):
    """The entries of some lanes, a copy; lanes: an array of places on the last axis."""
    if array.ndim == 1:
        return array.take(lanes)
    # Row by row: NumPy takes along a last axis several times slower.
    out = np.empty(array.shape[:-1] + lanes.shape, array.dtype)
    rows = array.reshape(-1, array.shape[-1])
    for row, part in zip(rows, out.reshape(len(rows), -1), strict=True):
        row.take(lanes, out=part, mode="clip")
    return out


def put(array, lanes, values):
    """Writes what `take` gave back to its lanes."""
    if array.ndim == 1:
        array[lanes] = values
        return
    rows = array.reshape(-1, array.shape[-1])
    for row, part in zip(rows, values.reshape(len(rows), -1), strict=True):
        row[lanes] = part


class Lanes:
    """Something with one entry a lane in each of its FIELDS: arrays, or Lanes again, or lists."""

    FIELDS = ()

    def at(self, lanes):
        """The same for some lanes only, a copy."""
        part = copy.copy(self)
        for name in self.FIELDS:
            setattr(part, name, at(getattr(self, name), lanes))
        return part

    def put(self, lanes, part):
        """Takes over what became of a copy made by `at`."""
        for name in self.FIELDS:
            put_back(getattr(self, name), lanes, getattr(part, name))


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
