"""The chunks of a sweep that are done, in a folder, until all are: what an interruption leaves."""

import os
import shutil
import zlib
from pathlib import Path

import numpy as np

from . import npz
from .results import SweepFile

PLAN = "plan.json"


class OtherPlan(ValueError):
    """The folder, or the file, belongs to another plan."""


class Journal:
    """The folder beside a file of results: `FILE.npz.chunks`.

    A chunk is a file of its records and a CRC-32 over them, the plan and its number; it appears
    whole or not at all, and one that is damaged counts as missing.  Raises OtherPlan where the
    folder's plan is another.
    """

    def __init__(self, path, plan):
        self.path = Path(path)
        self.folder = self.path.with_name(self.path.name + ".chunks")
        self.plan = plan
        self.record = plan.record()
        self._plan_text = plan.json().encode()
        self.folder.mkdir(exist_ok=True)
        note = self.folder / PLAN
        if not note.exists():
            self._write(note, self._plan_text)
        elif note.read_bytes() != self._plan_text:
            raise OtherPlan(f"{self.folder} holds a part of another sweep")

    def put(self, number, records):
        """Keeps the records of a chunk, an array of `Plan.record`."""
        data = records.tobytes()
        crc = self._crc(number, data).to_bytes(4, "little")
        self._write(self._name(number), data + crc)

    def get(self, number, count):
        """The records of a chunk of `count` runs; None when missing or damaged."""
        try:
            whole = self._name(number).read_bytes()
        except FileNotFoundError:
            return None
        data, crc = whole[:-4], int.from_bytes(whole[-4:], "little")
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

    def finish(self):
        """Writes the file of results from all chunks, one in memory at a time, and removes the
        folder.  Raises RuntimeError when a chunk is missing."""
        whole = self.folder / "whole"
        shape = (len(self.plan.cases()), self.plan.starts.size)
        with npz.Writer(whole) as writer:
            writer.add_text("plan", self._plan_text.decode())
            for name in self.record.names:
                kind = self.record[name]
                writer.add(name, kind.base, shape + kind.shape, self._column(name))
        os.replace(whole, self.path)
        shutil.rmtree(self.folder)

    def _column(self, name):
        for number, chunk in enumerate(self.plan.chunks()):
            records = self.get(number, chunk.count)
            if records is None:
                raise RuntimeError(f"chunk {number} is gone or damaged: sweep again to mend it")
            yield records[name]

    def _name(self, number):
        return self.folder / f"{number:08d}"

    def _crc(self, number, data):
        return zlib.crc32(data, zlib.crc32(self._plan_text + number.to_bytes(8, "little")))

    def _write(self, path, data):
        part = path.with_suffix(".part")
        part.write_bytes(data)
        os.replace(part, path)


def finished(path, plan):
    """Whether the file of results is there, with this plan.  Raises OtherPlan for another's, and
    ValueError for a file that is none."""
    if not Path(path).exists():
        return False
    if SweepFile(path).plan != plan:
        raise OtherPlan(f"{path} holds another sweep")
    return True
