"""The demonstration: the paper's 14 rows by integers alone, on every Python of this machine.

`python -m qbfgs_tools.lab.demo` runs tests/traces/trace_paper.py, unchanged, with CPython and with
MicroPython, compares what they print line by line, and says what came out. Exit code 0 when all
rows of the default mode end at cost 0 and at least one MicroPython printed the same lines.
"""

import sys
import time
from pathlib import Path

from qbfgs_tools.virtual import interpreters

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "tests" / "traces" / "trace_paper.py"
MODE = "compensated"
STARTS = ("(-1.232, 1.212)", "(-3, -4)")
ROWS = 14


class Trace:
    """What one interpreter printed: its name, version, lines, seconds, and error if it failed."""

    def __init__(self, interpreter):
        started = time.perf_counter()
        result = interpreter.run(SCRIPT, path=[ROOT / "shared"])
        self.seconds = time.perf_counter() - started
        self.name = interpreter.name
        self.version = interpreter.version()
        self.lines = result.stdout.decode(errors="replace").splitlines()
        self.error = ""
        if result.returncode != 0:
            text = result.stderr.decode(errors="replace") or "\n".join(self.lines[-5:])
            self.error = f"ended with exit code {result.returncode}\n{text}"
        elif not self.lines or self.lines[-1] != f"end {len(self.lines) - 1}":
            self.error = "printed only a part of its trace"

    def results(self):
        """The rows of the default mode: lists of the fields after "done"."""
        split = [line.split() for line in self.lines]
        return [f[:2] + f[3:] for f in split if f[0] == MODE and f[2] == "done"]


def first_difference(ours, theirs):
    """The number (from 1) and both texts of the first differing line, or None."""
    for i in range(max(len(ours), len(theirs))):
        a = ours[i] if i < len(ours) else "(no such line)"
        b = theirs[i] if i < len(theirs) else "(no such line)"
        if a != b:
            return i + 1, a, b
    return None


def table(results):
    """The rows as aligned text, one line each, under a heading."""
    heading = ("start", "Qp", "epochs", "updates", "idles", "compens.", "end", "cost")
    rows = [heading]
    for i, (_, qp, _, epochs, updates, idles, compensations, x, y, cost, _) in enumerate(results):
        start = STARTS[i * len(STARTS) // ROWS]
        end = f"({x}, {y})/{qp}"
        rows.append((start, qp, epochs, updates, idles, compensations, end, cost))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    )


def solved(results):
    """How many rows end at (1, 1) with cost 0."""
    return sum(r[7] == r[8] == r[1] and r[9] == "0" for r in results)


def verdict(reference, trace):
    """(whether the trace equals the reference, the sentence that says so)."""
    difference = first_difference(reference.lines, trace.lines)
    if trace.error:
        return False, trace.error
    if difference is None:
        return True, f"identical to {reference.name}'s"
    number, ours, theirs = difference
    return False, (
        f"DIFFERENT from line {number} on:\n"
        f"    {reference.name}: {ours}\n    {trace.name}: {theirs}"
    )


def main():
    """Runs the demonstration; returns the exit code."""
    if not SCRIPT.is_file():
        print("The demonstration needs a checkout of the project: it runs", SCRIPT.name)
        return 2
    able, missing = [], []
    for interpreter in interpreters.every():
        ok, reason = interpreter.available()
        if ok:
            able.append(interpreter)
        else:
            missing.append(f"{interpreter.name}: not run, {reason}")
    reference, *others = [Trace(interpreter) for interpreter in able]  # one by one, to be timed
    if reference.error:
        print(f"{reference.name} {reference.error}")
        return 1
    results = reference.results()
    count = solved(results)
    print("The paper's two tables, solved by integers alone\n")
    print(table(results))
    epochs = sum(int(r[3]) for r in results)
    print(f"\n{count} of {ROWS} rows end at (1, 1) with cost 0; {epochs} epochs in all.\n")
    print(f"Every epoch of these runs in all four modes is a line; {len(reference.lines)} lines:\n")
    print(f"- {reference.name} ({reference.version}): the reference, {reference.seconds:.1f} s")
    verdicts = [verdict(reference, trace) for trace in others]
    for trace, (_, sentence) in zip(others, verdicts, strict=True):
        print(f"- {trace.name} ({trace.version}): {sentence}, {trace.seconds:.1f} s")
    for sentence in missing:
        print(f"- {sentence}")
    return 0 if count == ROWS and verdicts and all(same for same, _ in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
