"""NPZ files written column by column without holding one in memory, the same bytes every time.

The comment at the end of such a file is the SHA-256 of all that stands before it.
"""

import hashlib
import zipfile

import numpy as np
from numpy.lib import format as npy

_DATE = (1980, 1, 1, 0, 0, 0)  # the zip format's first
_UNIX = 3  # where the file says that it was made, wherever it was
BLOCK = 1 << 16  # rows read at a time
_BYTES = 1 << 20  # hashed at a time
_SEAL = 2 * hashlib.sha256().digest_size  # characters


class Writer:
    """Writes an NPZ file that `numpy.load` reads to a stream; a context.  Nothing is compressed, so
    that the bytes hang on no library."""

    def __init__(self, stream):
        self._stream = _Sealing(stream)
        self._zip = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_STORED)
        self._zip.comment = bytes(_SEAL)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self._zip.close()
        if error is None:
            self._stream.seal()

    def add(self, name, dtype, shape, parts):
        """An array by its parts: arrays whose items, one after the other, fill the shape."""
        member = zipfile.ZipInfo(name + ".npy", _DATE)
        member.create_system = _UNIX
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


class _Sealing:
    """Passes on what is written, but in place of the last `_SEAL` bytes the hash of the others.

    It has no `seek`, so `zipfile` writes from front to back.
    """

    def __init__(self, stream):
        self._stream = stream
        self._hash = hashlib.sha256()
        self._last = b""

    def write(self, data):
        held = self._last + data
        self._hash.update(held[:-_SEAL])
        self._stream.write(held[:-_SEAL])
        self._last = held[-_SEAL:]
        return len(data)

    def flush(self):
        pass

    def seal(self):
        self._stream.write(self._hash.hexdigest().encode())


def is_whole(path):
    """Whether a file is as `Writer` wrote it, to the last bit.  Raises OSError."""
    digest = hashlib.sha256()
    last = b""
    with open(path, "rb") as stream:
        while data := stream.read(_BYTES):
            data = last + data
            digest.update(data[:-_SEAL])
            last = data[-_SEAL:]
    return last == digest.hexdigest().encode()


def read_text(path, name):
    """A text written by `Writer.add_text`."""
    with np.load(path) as file:
        return file[name].item()


def read_kinds(path):
    """{name: (type, shape)} of the arrays in a file."""
    kinds = {}
    with zipfile.ZipFile(path) as file:
        for name in file.namelist():
            with file.open(name) as stream:
                npy.read_magic(stream)
                shape, _, dtype = npy.read_array_header_1_0(stream)
            kinds[name.removesuffix(".npy")] = dtype, shape
    return kinds


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
