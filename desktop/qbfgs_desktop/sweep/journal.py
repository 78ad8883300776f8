"""The chunks of a sweep that are done, in a folder, until all are: what an interruption leaves."""

import contextlib
import json
import os
import zlib
from pathlib import Path

import numpy as np

from .. import files
from . import results
from .lock import Busy, Lock

PLAN = "plan.json"


class OtherPlan(ValueError):
    """The folder, or the file, belongs to another plan."""


class Journal:
    """The folder beside a file of results: `FILE.npz.chunks`; as a context, it is locked.

    A chunk is a file of its records and a CRC-32 over them, the plan and its number; beside the
    chunks lies the plan.  A file appears whole or not at all, and one that is damaged, or cannot be
    read, counts as missing.  Raises OtherPlan where all chunks there are of another, OSError,
    and as a context lock.Busy where another process works there.
    """

    def __init__(self, path, plan):
        self.path = Path(os.path.realpath(path))
        self.folder = _folder(path)
        self.plan = plan
        self.record = plan.record()
        self._plan_text = plan.json().encode()
        self._lock = None
        if self.folder.is_symlink():
            raise OtherPlan(f"{self.folder} is a link")
        self.folder.mkdir(exist_ok=True)
        self._begin()

    def __enter__(self):
        self._lock = Lock(self.folder)
        try:
            self._begin()
            for name in filter(files.is_temporary, os.listdir(self.folder)):
                os.unlink(self.folder / name)  # of a process that was killed
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _begin(self):
        files.sync(self.folder.parent)
        chunks = 0
        for name in os.listdir(self.folder):
            if (self.folder / name).is_symlink():  # no journal lays one: it is not followed
                os.unlink(self.folder / name)
            else:
                chunks += name.isdigit()
        note = self.folder / PLAN
        text = _read(note)
        if text != self._plan_text:
            if chunks and not self._any():
                other = _other(_command(text), self.plan)
                raise OtherPlan(f"{self.folder} holds {chunks} chunks, a part of {other}")
            files.write_whole(note, self._plan_text)

    def put(self, number, records):
        """Keeps the records of a chunk, an array of `Plan.record`."""
        data = records.tobytes()
        files.write_whole(self._name(number), data + self._crc(number, data))

    def get(self, number, count):
        """The records of a chunk of `count` runs; None when missing or damaged."""
        whole = _read(self._name(number))
        data, crc = whole[:-4], whole[-4:]
        if len(data) != count * self.record.itemsize or crc != self._crc(number, data):
            return None
        return np.frombuffer(data, self.record)

    def missing(self):
        """(number, chunk) of each chunk that is not there, or damaged."""
        return [
            (number, chunk)
            for number, chunk in enumerate(self.plan.chunks())
            if self.get(number, chunk.count) is None
        ]

    def _any(self):
        """Whether there is a chunk of this plan."""
        chunks = enumerate(self.plan.chunks())
        return any(self.get(number, chunk.count) is not None for number, chunk in chunks)

    def finish(self):
        """Writes the file of results from all chunks, one in memory at a time, and removes them.
        Raises RuntimeError when a chunk is missing."""
        with files.whole(self.path, self.folder) as stream:
            results.write(stream, self.plan, self._column)
        self.clear()

    def clear(self):
        """Removes what the journal wrote, and the folder if nothing else is in it."""
        for name in os.listdir(self.folder):
            if name == PLAN or name.isdigit() or files.is_temporary(name):
                os.unlink(self.folder / name)
        if self._lock is not None:
            self._lock.release(remove=True)
            self._lock = None
        with contextlib.suppress(OSError):
            os.rmdir(self.folder)

    def _column(self, name):
        for number, chunk in enumerate(self.plan.chunks()):
            records = self.get(number, chunk.count)
            if records is None:
                raise RuntimeError(f"chunk {number} is gone or damaged: sweep again to mend it")
            yield records[name]

    def _name(self, number):
        return self.folder / f"{number:08d}"

    def _crc(self, number, data):
        crc = zlib.crc32(data, zlib.crc32(self._plan_text + number.to_bytes(8, "little")))
        return crc.to_bytes(4, "little")


def finished(path, plan):
    """Whether the file of results is there, whole, with this plan.  Raises OtherPlan for another's,
    results.NoSweep for a file that is damaged, none, or cannot be read."""
    if not Path(path).exists():
        return False
    try:
        there = results.SweepFile(path).plan
    except OSError as error:
        raise results.NoSweep(f"{path} cannot be read: {error.strerror}") from error
    if there != plan:
        raise OtherPlan(f"{path} holds {_other(there.command, plan)}")
    return True


def tidy(path, plan):
    """Removes the chunks of a finished sweep, where an interruption left them."""
    if _folder(path).is_dir():
        with contextlib.suppress(OtherPlan, Busy, OSError), Journal(path, plan) as book:
            book.clear()


def _folder(path):
    path = Path(os.path.realpath(path))
    return path.with_name(path.name + ".chunks")


def _other(command, plan):
    """What another plan, with this command, is."""
    if command != plan.command:
        return f"another sweep ({command})"
    return "another sweep (the same command, but qbfgs or the objective changed)"


def _command(text):
    """The command line in the text of a plan."""
    try:
        return json.loads(text)["command"]
    except (LookupError, TypeError, ValueError):
        return "its plan is damaged"


def _read(path):
    """The bytes of a file; none where it is not there, or cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
