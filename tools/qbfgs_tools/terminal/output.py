"""What the qbfgs command prints: reports of aligned tables and notes, or JSON.

A terminal gets colours when rich is installed; a pipe gets the same text without.
"""

import json
import sys
import textwrap
from fractions import Fraction
from typing import NamedTuple

from qbfgs_desktop.texts import printable
from qbfgs_tools.terminal.live_view import hide

WIDTH = 96  # of notes, characters
GAP, GROUP_GAP = "  ", "   "


class Bad(str):
    """Text that tells of a failure; red on a terminal."""


class Table(NamedTuple):
    """A title ("" for none); headings ("<" before one means that the column is left-aligned, and
    none are shown when all are empty); rows of texts; groups: (label, number of columns) over all
    the headings, none by default."""

    title: str
    headings: tuple
    rows: list
    groups: tuple = ()


class Report(NamedTuple):
    """What a command has to say. blocks: tables and notes (str) for people; data: the same for
    machines, of dicts, named tuples, lists, numbers and texts; stopped: what is there, in a few
    words, where Ctrl-C ended the work before its end."""

    blocks: list
    data: object
    stopped: str = ""


def emit(report, as_json, stream=None):
    """Prints a report to a stream, the standard output by default."""
    stream = stream or sys.stdout
    hide()
    if as_json:
        stream.write(json.dumps(plain(report.data), indent=1) + "\n")
    else:
        lines = []
        for block in report.blocks:
            lines += table_lines(block) if isinstance(block, Table) else note_lines(block)
            lines.append([])
        _print(lines[:-1], stream)
    stream.flush()


def plain(value):
    """Data as json takes it: named tuples become dicts, Fractions floats."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, Fraction) else value


def number(value, digits=4):
    """A real number as a short text: "0" only where it is exactly 0, "-" for None."""
    if value is None:
        return "-"
    return "0" if value == 0 else f"{float(value):.{digits}g}"


def note_lines(text):
    """A note as lines of (text, style) pieces, folded."""
    style = "red" if isinstance(text, Bad) else ""
    return [[(printable(line), style)] for line in textwrap.wrap(text, WIDTH)]


def table_lines(table):
    """A table as lines of (text, style) pieces."""
    left = [heading.startswith("<") for heading in table.headings]
    headings = [printable(heading.removeprefix("<")) for heading in table.headings]
    rows = [[type(cell)(printable(cell)) for cell in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    starts = set()  # of groups, but for the first
    groups = []
    at = 0
    for label, span in table.groups:
        inner = sum(widths[at : at + span]) + len(GAP) * (span - 1)
        if len(label) > inner:
            widths[at] += len(label) - inner
            inner = len(label)
        groups.append((GROUP_GAP * bool(at) + label.center(inner), "bold"))
        starts.add(at)
        at += span
    starts.discard(0)

    def line(cells, style):
        pieces = []
        for i, cell in enumerate(cells):
            gap = "" if i == 0 else GROUP_GAP if i in starts else GAP
            text = cell.ljust(widths[i]) if left[i] else cell.rjust(widths[i])
            pieces.append((gap + text, "red" if isinstance(cell, Bad) else style))
        return pieces

    lines = [[(printable(table.title), "bold")]] if table.title else []
    if groups:
        lines.append(groups)
    if any(headings):
        lines.append(line(headings, "bold"))
    return lines + [line(row, "") for row in rows]


def _console(stream):
    """A rich console for a terminal; None for a pipe, and without rich."""
    if not stream.isatty():
        return None
    try:
        from rich.console import Console
    except ImportError:
        return None
    return Console(file=stream, highlight=False)


def _print(lines, stream):
    console = _console(stream)
    if console:
        from rich.text import Text

        for line in lines:
            console.print(Text.assemble(*line), soft_wrap=True)
    else:
        for line in lines:
            stream.write("".join(text for text, _ in line).rstrip() + "\n")
