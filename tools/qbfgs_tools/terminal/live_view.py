"""How far a command is: bars on a terminal, a plain line now and then in a pipe.

All of it goes to the standard error, so that reports can be piped.
"""

import contextlib
import sys
import threading
import time

from qbfgs_desktop.texts import printable

FIRST = 2  # seconds until the first plain line: what ends before needs none
PERIOD = 10  # seconds between plain lines
WIDTH = 20  # of a bar, characters
COLOUR = "cyan"  # red is for what is wrong

_shown = None  # the `_Display` of this process; None while nothing is shown


class LiveView:
    """How far a piece of work is; to be entered. One inside another is shown below it.

    total: how much there is to do, None where that is unknown. stream: where it is shown, the
    standard error by default. label: of the work. resumes: whether the first that is done was found
    done. clock: seconds, for tests.
    """

    def __init__(self, total=None, stream=None, label="", resumes=False, clock=time.monotonic):
        self.total, self.label, self.done = total, label, 0
        self._stream, self._clock, self._display = stream, clock, None
        self._name = self._text = ""
        self._entered = clock()
        self._last = self._entered, 0  # (seconds, done) when something was done
        self._first = None if resumes else self._last

    def __enter__(self):
        global _shown
        if _shown is not None and self._stream is None:
            self._display = _shown
        else:
            self._display = _Display(self._stream or sys.stderr)
            if self._stream is None:
                _shown = self._display
        self._display.add(self)
        return self

    def __exit__(self, *exception):
        global _shown
        self._display.remove(self)
        if not self._display.views and self._display is _shown:
            _shown = None

    def begin(self, name):
        """The next of the jobs begins."""
        self._name, self._text = name, ""

    def show(self, text):
        """What the job is at."""
        self._text = text

    def end(self, text=""):
        """The job is done."""
        self._text = text
        self.advance()

    def advance(self, count=1):
        """So much more is done."""
        self.done += count
        self._last = self._clock(), self.done
        self._first = self._first or self._last

    def track(self, items, total=None):
        """The items as they come, each of which is done when the next is asked for. total: how
        many, where the view was not told."""
        self.total = total or self.total
        for item in items:
            yield item
            self.advance()

    @property
    def counts(self):
        """Whether there is a count to show: one job alone has none."""
        return self.total is not None and self.total > 1

    def left(self):
        """Seconds that the rest will take at the pace so far, None where that is unknown."""
        (begin, before), (end, done) = self._first or self._last, self._last
        if not self.counts or done == before:
            return None
        rest = (end - begin) / (done - before) * (self.total - done)
        return max(0, rest - (self._clock() - end))

    def told(self):
        """All of it, in a line."""
        count = ""
        if self.counts:
            count = f"{self.done}/{self.total} ({100 * self.done // self.total} %)"
            left = self.left()
            count += f", {duration(left)} left" if left is not None else ""
        elif not (self._name or self._text):
            count = duration(self._clock() - self._entered)
        return printable(": ".join(filter(None, (self.label, count, self._name, self._text))))


@contextlib.contextmanager
def kept(made):
    """A context that Ctrl-C only ends where something was made before it.

    made: a collection; where it is empty, KeyboardInterrupt goes on."""
    try:
        yield
    except KeyboardInterrupt:
        if not made:
            raise


def gathered(items):
    """The items as a list, of those that came before Ctrl-C; see `kept`."""
    made = []
    with kept(made):
        for item in items:
            made.append(item)
    return made


def undone(done, total, what):
    """What `output.Report.stopped` says of so many: "" where all are done."""
    return "" if done == total else f"{done} of {total} {what} are done"


def silent(items, total):
    """The items, as `LiveView.track` gives them, and nobody is told."""
    return items


def hide():
    """Takes away what is shown, before something else is printed."""
    if _shown is not None:
        _shown.stop()


def duration(seconds):
    """Seconds in a short text."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


class _Display:
    """Shows the views that are entered, on a terminal with rich as bars, else as plain lines."""

    def __init__(self, stream):
        self.views = []
        self._stream = stream
        self._stopped = threading.Event()
        self._bars = _bars(stream, self.rows)

    def add(self, view):
        self.views.append(view)
        if len(self.views) > 1:
            return
        if self._bars:
            self._bars.start()
        else:
            threading.Thread(target=self.speak, args=(self._stopped.wait,), daemon=True).start()

    def remove(self, view):
        self.views.remove(view)
        if not self.views:
            self.stop()

    def stop(self):
        self._stopped.set()
        if self._bars:
            self._bars.stop()

    def speak(self, wait):
        """Plain lines; wait(seconds): whether all is over before they are."""
        pause = FIRST
        while not wait(pause):
            line = ": ".join(filter(None, [view.told() for view in list(self.views)]))
            try:
                print(line, file=self._stream, flush=True)
            except (OSError, ValueError):  # the reader went away
                return
            pause = PERIOD

    def rows(self):
        """What the terminal shows now: the command's own view only where there is no other."""
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1))
        table.add_column()
        table.add_column(no_wrap=True, overflow="ellipsis")
        for view in self.views[1:] or self.views[:]:
            bar = ProgressBar(
                view.total or 1,
                view.done,
                WIDTH,
                pulse=not view.counts,
                complete_style=COLOUR,
                finished_style=COLOUR,
                pulse_style=COLOUR,
            )
            table.add_row(bar, Text(view.told()))
        return table


def _bars(stream, rows):
    """A rich display for a terminal that can move its cursor; None otherwise, and without rich."""
    if not stream.isatty():
        return None
    try:
        from rich.console import Console
        from rich.live import Live
    except ImportError:
        return None
    console = Console(file=stream)
    if not console.is_interactive:
        return None
    return Live(
        console=console,
        get_renderable=rows,
        refresh_per_second=8,
        transient=True,
        redirect_stdout=False,
    )
