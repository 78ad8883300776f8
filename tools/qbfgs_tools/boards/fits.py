"""A fit of a formula on a board, beside the same fit at the desk.

The rows lie in a file of the board, lines of one length, so that they take no heap there.
"""

import json
from typing import NamedTuple

from qbfgs_tools.boards.errors import LinkError, OutOfMemory
from qbfgs_tools.boards.remedies import less_heap

FORMULA, ROWS = "qbfgs_formula", "qbfgs_rows.txt"  # files on the board, gone after the fit
SILENCE = 600  # seconds that a pass over the rows may take
# Garbage is collected when the heap is full; where that leaves no room in one piece, more often.
THRESHOLDS = (-1, 4096)
MARK = b"\x16fit\n"
PROGRAM = """
import gc
gc.threshold({threshold})
from time import ticks_diff, ticks_ms
from qbfgs.fits.fit import Fit
{model}
class Rows:
    def __init__(self):
        self.file = open({rows!r}, "rb")
    def __len__(self):
        return {count}
    def cells(self, k):
        if k >= {count}:
            raise IndexError
        self.file.seek(k * {width})
        return self.file.read({width}).decode().split()
    def __getitem__(self, k):
        return self.cells(k)[:{columns}]
rows = Rows()
began = ticks_ms()
took = 0
found = Fit(model, rows, sigma={sigma}, **{settings!r})
while True:
    more = found.step()
    now = ticks_ms()
    took += ticks_diff(now, began)
    began = now
    print(found.evaluations)
    if not more:
        break
gc.collect()
used = gc.mem_alloc()
print("\\x16fit")
print(took, used)
print(found.save())
"""


class Done(NamedTuple):
    """What a board said of a fit: the text of its `save`, milliseconds by its clock, and bytes of
    heap in use at the end, modules included."""

    saved: str
    milliseconds: int
    heap: int


def run(link, view, title, source, name, rows, sigma, settings):
    """The `Done` of a fit on the board, from a fresh start of its MicroPython.

    title: the named model, or None with source: the text of a Python file, whose function `name` is
    the formula. rows, sigma: texts, as `formulas.columns` gives them. settings: of `qbfgs.fit`,
    plain values. Raises LinkError with what this person can do.
    """
    width, lines = _lines(rows, sigma)
    fields = {
        "model": f"model = {title!r}" if title else f"from {FORMULA} import {name} as model",
        "rows": ROWS,
        "count": len(rows),
        "width": width,
        "columns": len(rows[0]),
        "sigma": f"[rows.cells(k)[{len(rows[0])}] for k in range({len(rows)})]" if sigma else None,
        "settings": {key: value for key, value in settings.items() if value is not None},
    }
    files = {ROWS: lines} | ({} if title else {f"{FORMULA}.py": source.encode()})
    said = bytearray()

    def take(data):
        said.extend(data.replace(b"\r", b""))
        passes = bytes(said).partition(MARK)[0].split()
        if passes:
            view.show(f"pass {passes[-1].decode(errors='replace')}")

    try:
        for path, data in files.items():
            link.write_file(path, data)
        for threshold in THRESHOLDS:
            said.clear()
            link.soft_reset()
            try:
                code = PROGRAM.format(threshold=threshold, **fields)
                link.execute(code, take, SILENCE, doing="it fitted")
                return _read(bytes(said))
            except OutOfMemory as error:
                failure = error
        raise LinkError(f"{failure}: {less_heap(link)}")
    finally:
        for path in files:
            link.remove_file(path)


def _lines(rows, sigma):
    """(bytes of a line, all lines) of the rows, with sigma behind."""
    texts = [
        " ".join([*row, *([sigma[k]] if sigma else [])]).encode() for k, row in enumerate(rows)
    ]
    width = max(map(len, texts)) + 1
    return width, b"".join(text.ljust(width - 1) + b"\n" for text in texts)


def _read(said):
    """The `Done` in what a board printed."""
    first, _, saved = said.partition(MARK)[2].decode(errors="replace").partition("\n")
    words = first.split()
    if len(words) != 2:
        raise LinkError("the board ended without a fit")
    return Done(saved.strip(), *map(int, words))


def difference(ours, theirs):
    """How two texts of `Fit.save` differ, in a sentence; "" for the same."""
    if ours.strip() == theirs:
        return ""
    try:
        ours, theirs = json.loads(ours), json.loads(theirs)
    except ValueError:
        return "what came over the line is damaged: try again"
    for key in ours:
        if ours[key] != theirs.get(key):
            return f"{key}: {theirs.get(key)} there, {ours[key]} here"
    return "its text is another"
