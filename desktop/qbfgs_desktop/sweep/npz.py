"""NPZ files written column by column without holding one in memory, the same bytes every time."""

import zipfile

import numpy as np
from numpy.lib import format as npy

_DATE = (1980, 1, 1, 0, 0, 0)  # the zip format's first
BLOCK = 1 << 16  # rows read at a time


class Writer:
    """Writes an NPZ file that `numpy.load` reads; a context.  Nothing is compressed, so that the
    bytes hang on no library."""

    def __init__(self, path):
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._zip.close()

    def add(self, name, dtype, shape, parts):
        """An array by its parts: arrays whose items, one after the other, fill the shape."""
        member = zipfile.ZipInfo(name + ".npy", _DATE)
        header = {
            "descr": npy.dtype_to_descr(np.dtype(dtype)),
            "fortran_order": False,
            "shape": tuple(shape),
        }
        with self._zip.open(member, "w", force_zip64=True) as stream:
            npy.write_array_header_1_0(stream, header)
            for part in parts:
                stream.write(np.ascontiguousarray(part, dtype).tobytes())

    def add_text(self, name, text):
        """A text, as an array of no dimension."""
        value = np.array(text)
        self.add(name, value.dtype, (), [value])


def read_text(path, name):
    """A text written by `Writer.add_text`.  Raises OSError, and ValueError when the file has
    none of this name, or is no NPZ file."""
    try:
        with np.load(path) as file:
            return file[name].item()
    except (KeyError, ValueError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is no file of a sweep") from error


def read_rows(path, name):
    """Yields (i, array of items along the first two axes) of an array from a file in blocks.

    i counts along the first axis, and a block stays within one.
    """
    with zipfile.ZipFile(path) as file, file.open(name + ".npy") as stream:
        npy.read_magic(stream)
        shape, _, dtype = npy.read_array_header_1_0(stream)
        row = shape[2:]
        size = dtype.itemsize * int(np.prod(row, dtype=int))
        for i in range(shape[0]):
            for first in range(0, shape[1], BLOCK):
                data = stream.read(size * min(BLOCK, shape[1] - first))
                yield i, np.frombuffer(data, dtype).reshape(-1, *row)
