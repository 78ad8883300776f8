"""What a person sees while boards work: a rich progress line on a terminal, else plain lines."""

import sys
import time

from qbfgs_desktop.texts import printable

PERIOD = 1.0  # seconds between plain lines


class LiveView:
    """A progress bar over `total` jobs, with a line about the one that runs; to be entered.

    stream: where it goes; the standard error, so that reports can be piped.
    """

    def __init__(self, total, stream=None):
        self._total = total
        self._stream = stream or sys.stderr
        self._progress = None
        self._task = None
        self._done = 0
        self._next = 0.0
        self._name = ""

    def __enter__(self):
        if self._stream.isatty():
            try:
                from rich.console import Console
                from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
            except ImportError:
                return self
            text = TextColumn("{task.description}", markup=False)
            columns = (BarColumn(20), MofNCompleteColumn(), text)
            self._progress = Progress(*columns, console=Console(file=self._stream), transient=True)
            self._progress.start()
            self._task = self._progress.add_task("", total=self._total)
        return self

    def __exit__(self, *exception):
        if self._progress:
            self._progress.stop()

    def begin(self, name):
        """The next job begins."""
        self._name = printable(name)
        self._next = 0.0

    def show(self, text):
        """What the job is at: shown at once on a terminal, at most once a second in a pipe."""
        text = printable(text)
        if self._progress:
            self._progress.update(self._task, description=f"{self._name}: {text}")
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + PERIOD
            print(f"{self._name}: {text}", file=self._stream, flush=True)

    def end(self, text):
        """The job is done."""
        self._done += 1
        text = printable(text)
        if self._progress:
            self._progress.update(self._task, completed=self._done)
        else:
            count = f"{self._done}/{self._total} "
            print(f"{count}{self._name}: {text}", file=self._stream, flush=True)
