"""A virtual board: MicroPython's unix port behind a serial port, with a folder as its flash.

It behaves like a board on a cable: `port` takes mpremote or a terminal program; a soft reset
(Ctrl-D) starts MicroPython anew; the heap has a limit; `power_off` kills it at any moment, and
`power_on` starts it on the same folder, running boot.py and main.py as a board does.
"""

import contextlib
import functools
import os
import pty
import re
import signal
import subprocess
import threading
import time
import tty
from pathlib import Path

from qbfgs_tools.virtual import rom as virtual_rom
from qbfgs_tools.virtual.board import VirtualBoard
from qbfgs_tools.virtual.interpreters import UnixPort, UnixPort32
from qbfgs_tools.virtual.raw_repl import MARK, RawRepl
from qbfgs_tools.virtual.wire import Wire, bound

PORTS = {"unix": UnixPort, "unix32": UnixPort32}  # the interpreter of each such board
FRIENDLY_ALONE = ("unix32",)  # those whose REPL has no raw mode
HEAP = 256 * 1024  # bytes; what a board such as the Raspberry Pi Pico has, roughly
INTERRUPTION = 1.0  # seconds that a program has to end after Ctrl-C
PROMPT = b">>> "
INTERRUPT = b"\x03"
# Without this CPython would catch Ctrl-C until MicroPython is up.
DEAF = ["sh", "-c", 'trap "" INT; exec "$0" "$@"']
# The folder becomes the root of the file system; the mark tells that it is done.
SETUP = (
    "import os, sys, vfs\n"
    "vfs.umount('/')\n"
    "vfs.mount(vfs.VfsPosix({folder!r}), '/')\n"
    "os.chdir('/')\n"
    "sys.path[:] = ['', '.frozen', '/lib']\n"
    "del os, sys, vfs\n"
    "print(end={mark!r})\n"
)
RUN_IF_THERE = "try:\n open({name!r}).close()\nexcept OSError:\n pass\nelse:\n execfile({name!r})\n"


def available(name="unix"):
    """(True, "") when this machine can start one, else (False, a sentence that says why)."""
    return PORTS[name]().available()


class UnixBoard(VirtualBoard):
    """The board.

    folder: its file system, made if missing. heap: bytes. boot: whether boot.py and main.py run at
    power on and (main.py: outside the raw REPL) at a soft reset. name: which of PORTS.
    """

    def __init__(self, folder, heap=HEAP, boot=True, tamper=None, power=True, name="unix"):
        ok, reason = available(name)
        if not ok:
            raise RuntimeError(reason)
        self.folder = Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        super().__init__(Wire(tamper=tamper))
        self.name = name
        self.heap = heap
        self.boot = boot
        self.resets = 0
        self._lock = threading.RLock()
        self._terminal = None
        self._set_up = self._prompted = False
        self._early = b""
        self._held = 0.0
        self._tail = b""
        self._hidden = b""
        self._hiding = False
        self._raw_repl = None
        if power:
            self.power_on()

    def power_on(self):
        """Starts MicroPython; boot.py and main.py run when `boot` is set."""
        with self._lock:
            if self._process is None:
                self._start(("boot.py", "main.py") if self.boot else ())

    def power_off(self):
        """Kills MicroPython wherever it is, without a warning."""
        with self._lock:
            self.wire.detach()
            self._stop()

    def _start(self, scripts):
        code = SETUP.format(folder=str(self.folder), mark=MARK.decode())
        if (self.folder / virtual_rom.FILE).exists():
            code += virtual_rom.MOUNT
        code += "".join([RUN_IF_THERE.format(name=name) for name in scripts])
        self._terminal, slave = pty.openpty()
        tty.setraw(slave)
        options = ["-X", f"heapsize={self.heap}", "-i", "-c", code]
        self._process = subprocess.Popen(
            [*bound(), *DEAF, *PORTS[self.name]().launcher(), *options],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=self.folder,
            env={"MICROPYPATH": ".frozen", "PATH": os.environ.get("PATH", "")},
            start_new_session=True,
        )
        os.close(slave)
        self._set_up = self._prompted = False
        self._early = b""
        self._held = 0.0
        self._tail = b""
        terminal = self._terminal
        write = functools.partial(os.write, terminal)
        self._raw_repl = None
        if self.name in FRIENDLY_ALONE:
            wire = self.wire
            translator = RawRepl(write, wire.send_to_host, wire.send_to_board, self._interruptible)
            self._raw_repl, write = translator, translator.typed
        self.wire.attach(terminal, terminal, self._said, self._ended, self._gate, write)

    def _stop(self):
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None
        with contextlib.suppress(OSError):
            os.close(self._terminal)

    def _gate(self, data):
        """How many of the bytes may go now: a Ctrl-C becomes a signal while a program runs.

        MicroPython forgets what it has not read when a program ends, so what follows a Ctrl-C
        waits until the program is interrupted, and everything waits for the first prompt, but for
        what goes to boot.py and main.py.
        """
        running = self._set_up and self._interruptible()
        if not running and not self._prompted:
            return 0
        if not running:
            self._held = 0.0
        elif time.monotonic() < self._held:
            return 0
        elif INTERRUPT in data:
            self._held = time.monotonic() + INTERRUPTION
            self._process.send_signal(signal.SIGINT)
            if self._raw_repl:
                self._raw_repl.interrupted = True
            return data.index(INTERRUPT)
        return len(data)

    def _interruptible(self):
        """Whether a program runs: MicroPython catches SIGINT then, and only then."""
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{self._process.pid}/status").read_text()
            caught = int(re.search(r"^SigCgt:\s*(\w+)", status, re.M).group(1), 16)
            return bool(caught >> (signal.SIGINT - 1) & 1)
        return False

    def _said(self, data):
        """Looks at what MicroPython says on its way to the host, and hides a banner."""
        if not self._set_up:
            data = self._said_early(data)
        self._tail = (self._tail + data)[-16:]
        self._prompted |= self._tail.endswith(PROMPT)
        if not self._hiding:
            return self._raw_repl.said(data) if self._raw_repl else data
        self._hidden += data
        if self._hidden.endswith(PROMPT):
            self._hiding = False
            self._hidden = b""
            self.wire.send_to_board(b"\x01")
        return b""

    def _said_early(self, data):
        """What the host hears: nothing before the mark, but all where none came."""
        self._early += data
        _, mark, after = self._early.partition(MARK)
        self._set_up = bool(mark) or self._early.endswith(PROMPT)
        if not self._set_up:
            return b""
        return after if mark else self._early

    def _ended(self):
        """MicroPython ended by itself: a soft reset, into the REPL in which it was."""
        with self._lock:
            if self._process is None:
                return
            if self._raw_repl:
                raw = self._raw_repl.raw
            else:
                raw = self._tail.endswith((b"OK\r\n", b"\x04\x04"))
            self._stop()
            self.resets += 1
            self.wire.send_to_host(b"\r\nMPY: soft reboot\r\n")
            self._hiding = raw
            scripts = ("boot.py",) if raw else ("boot.py", "main.py")
            self._start(scripts if self.boot else ())
