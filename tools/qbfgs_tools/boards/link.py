"""The link to a board: mpremote's transport, with errors that say what to do.

Everything goes through the raw REPL of MicroPython 1.9.2 or later. `Link` never resets a board
unless `soft_reset` is called, as mpremote does with `resume`.
"""

import ast
import contextlib
import errno
import io
import os
import re
from pathlib import Path

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport
from serial.tools import list_ports

OLDEST = (1, 9, 2)
ANSWER = 10  # seconds for the board to answer a request
ENTRY = 5  # seconds to get into the raw REPL
LOOK = 0.2  # seconds between looks at a quiet wire
CHUNK = 256  # bytes of a file in one request
LONGEST_LINE = 1 << 17  # bytes; what goes on beyond is handed over as it is
MOST_OUTPUT = 1 << 24  # bytes in answer to one request
MOST_ERROR = 1 << 16  # bytes of a traceback that are kept

INFO = (
    "import sys\n"
    "v = getattr(sys, 'implementation', None)\n"
    "print(repr((getattr(v, 'name', '?'), tuple(getattr(v, 'version', ()))[:3], sys.platform,"
    " getattr(v, '_mpy', 0))))"
)
HASHES = """
import hashlib, binascii, os
def walk(folder):
    try:
        entries = os.ilistdir(folder or "/")
    except OSError:
        return
    for entry in entries:
        path = folder + "/" + entry[0] if folder else entry[0]
        if entry[1] & 0x4000:
            walk(path)
        else:
            h = hashlib.sha256()
            size = 0
            with open(path, "rb") as f:
                while True:
                    data = f.read(256)
                    if not data:
                        break
                    size += len(data)
                    h.update(data)
            print(repr((path, size, binascii.hexlify(h.digest()).decode())))
walk(%r)
del walk
"""


class LinkError(Exception):
    """What went wrong between the desk and the board: a sentence for a person."""


class PortError(LinkError):
    """The port cannot be opened."""


class NoMicroPython(LinkError):
    """Nothing on the port answers like MicroPython, or it is too old."""


class CableLost(LinkError):
    """The port went away, or the board fell silent, in the middle of something."""


class BoardError(LinkError):
    """A program on the board ended with an exception; `traceback` has the board's own words."""

    def __init__(self, sentence, traceback):
        super().__init__(sentence)
        self.traceback = traceback


class OutOfMemory(BoardError):
    """The heap of the board is too small for what it was asked."""


class MissingFiles(BoardError):
    """The board lacks modules that a program imports."""


def ports():
    """The serial ports of this machine that may be boards: (device, description) pairs."""
    found = [(p.device, p.description or "") for p in list_ports.comports() if p.vid is not None]
    return sorted(found)


def _not_opened(port, error):
    """The reason why a port cannot be opened, as a sentence."""
    if not port.startswith(("socket:", "rfc2217:", "loop:")) and not os.path.exists(port):
        if not re.match(r"COM\d+$", port, re.I):
            there = ", ".join([device for device, _ in ports()]) or "none"
            return f"there is no port {port}; boards connected: {there} (qbfgs board list)"
    number = getattr(error, "errno", None)
    text = str(error)
    if number == errno.EACCES or "ermission denied" in text:
        return f"no permission to open {port}: join the group that owns it (often dialout)"
    if number in (errno.EBUSY, errno.EAGAIN) or "lock" in text or "Access is denied" in text:
        return f"{port} is in use by another program: close it (terminal, editor, second qbfgs)"
    if "configure port" in text:
        return f"{port} is no serial port (qbfgs board list): {text}"
    return f"{port} cannot be opened: {text}"


def explain(traceback):
    """The exception for a traceback of the board: what happened, and what helps."""
    lines = [line for line in traceback.replace("\r", "").split("\n") if line.strip()]
    last = lines[-1].strip() if lines else "an exception without a message"
    if last.startswith("MemoryError"):
        return OutOfMemory(f"the board is out of memory ({last})", traceback)
    missing = re.match(r"ImportError: no module named '?([\w.]+)'?", last)
    if missing:
        name = missing.group(1)
        sentence = f"the board has no module {name}"
        if name.split(".")[0] in ("qbfgs", "qbfgs_board"):
            sentence += ": install it first (qbfgs board install)"
        return MissingFiles(sentence, traceback)
    if "KeyboardInterrupt" in last:
        return BoardError("the program on the board was interrupted", traceback)
    return BoardError(f"the program on the board failed: {last}", traceback)


def _lines_to(take):
    """A consumer of single bytes that gives whole lines to `take`, and the rest at the end.

    A line of more than LONGEST_LINE bytes comes in pieces.
    """
    line = bytearray()

    def consume(byte):
        if byte != b"\x04":
            line.extend(byte)
        if line and (byte in (b"\x04", b"\n") or len(line) == LONGEST_LINE):
            take(bytes(line))
            line.clear()

    return consume


class Link:
    """A connection to the raw REPL of a board. Use it in a `with` statement, or call `close`.

    Raises PortError or NoMicroPython when there is no board to talk to.
    """

    def __init__(self, port):
        self.port = port
        self._doing = "connecting"
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    _transport = None

    def _open(self):
        # pyserial's own words are lost in mpremote's error, so the port is tried first.
        try:
            serial.serial_for_url(self.port, 115200, timeout=LOOK, exclusive=True).close()
            self._transport = SerialTransport(self.port, timeout=ANSWER)
        except (OSError, ValueError, TransportError) as error:
            raise PortError(_not_opened(self.port, error)) from None
        self._enter(soft_reset=False)
        self.name, self.version, self.platform, self.mpy = self._info()
        if self.name != "micropython" or self.version < OLDEST:
            found = f"{self.name} {'.'.join(map(str, self.version))}"
            need = ".".join(map(str, OLDEST))
            raise NoMicroPython(
                f"{self.port} runs {found}; qbfgs needs MicroPython {need} or later"
            )

    def _info(self):
        text = self.execute(INFO).decode(errors="replace")
        try:
            name, version, platform, mpy = ast.literal_eval(text.strip())
            return str(name), tuple(map(int, version)), str(platform), int(mpy)
        except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
            raise NoMicroPython(
                f"{self.port} did not say what it runs, but {text[:80]!r}"
            ) from None

    @contextlib.contextmanager
    def _guard(self, doing):
        """Turns what serial ports and mpremote raise into sentences."""
        self._doing = doing
        try:
            yield
        except TransportExecError as error:
            raise explain(error.error_output) from None
        except TransportError as error:
            raise CableLost(f"{self.port}: lost the board while {doing} ({error})") from None
        except (serial.SerialException, OSError) as error:
            raise CableLost(
                f"{self.port}: the cable was pulled or the board lost power while {doing} ({error})"
            ) from None

    def _enter(self, soft_reset):
        heard = self._asked(soft_reset)
        if heard and self._asked(soft_reset) is None:
            return  # it was booting, for one
        if heard is not None:
            raise NoMicroPython(
                f"no MicroPython answers on {self.port}: it said {heard or 'nothing'} (press reset"
                " on the board, and check that MicroPython is on it and that this is its REPL's"
                " port)"
            )

    def _asked(self, soft_reset):
        """Enters the raw REPL; None, or what was said in its place."""
        self._transport.serial.timeout = LOOK
        noise = io.StringIO()
        try:
            with contextlib.redirect_stdout(noise):
                self._transport.enter_raw_repl(soft_reset=soft_reset, timeout_overall=ENTRY)
        except TransportError:
            return noise.getvalue().strip().replace("b''", "")[:80]
        except (serial.SerialException, OSError) as error:
            raise CableLost(f"{self.port}: lost the board while connecting ({error})") from None
        finally:
            self._transport.serial.timeout = ANSWER
        return None

    def close(self):
        """Leaves the board at its friendly prompt, and frees the port."""
        if self._transport is not None:
            with contextlib.suppress(OSError, serial.SerialException):
                self._transport.exit_raw_repl()
            with contextlib.suppress(OSError, serial.SerialException):
                self._transport.close()
            self._transport = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def soft_reset(self):
        """Starts MicroPython anew: an empty heap, nothing imported, boot.py run, main.py not."""
        self._enter(soft_reset=True)

    def execute(self, code, on_output=None, silence=ANSWER, doing="a program ran"):
        """Runs code; returns what it printed, bytes, or gives it piece by piece to `on_output`.

        silence: seconds without output after which the board counts as lost; None waits for ever.
        Raises BoardError (OutOfMemory, MissingFiles) for an exception there, CableLost.
        """
        printed = bytearray()

        def collect(data):
            printed.extend(data)
            if len(printed) > MOST_OUTPUT:
                raise LinkError(f"{self.port}: the board sends without an end while {doing}")

        code = code or "pass"  # to the raw REPL an empty program is a soft reset
        with self._guard(doing):
            with contextlib.redirect_stdout(io.StringIO()):  # mpremote prints what it distrusts
                self._transport.exec_raw_no_follow(code)
            port = self._transport.serial
            port.timeout = LOOK
            try:
                self._hear(silence, _lines_to(on_output or collect))
                errors = bytearray()
                self._hear(silence, lambda byte: len(errors) < MOST_ERROR and errors.extend(byte))
            finally:
                port.timeout = ANSWER
        errors = errors.rstrip(b"\x04")
        if errors:
            raise explain(errors.decode(errors="replace"))
        return bytes(printed)

    def _hear(self, silence, consume):
        """Gives bytes to `consume` up to the next end of output, which is the last one."""
        if self._transport.read_until(1, b"\x04", silence, consume) != b"\x04":
            raise TransportError("timeout waiting for the end of output")

    @contextlib.contextmanager
    def lent(self, doing):
        """mpremote's own transport in the raw REPL, for commands of mpremote."""
        with self._guard(doing):
            yield self._transport

    def interrupt(self):
        """Stops the program that runs (Ctrl-C), and gets back to the raw REPL."""
        self._enter(soft_reset=False)

    def evaluate(self, expression):
        """The value of an expression on the board, for plain values."""
        return self.ask(f"print(repr({expression}))")

    def ask(self, code):
        """The plain value that the code prints."""
        return ast.literal_eval(self.execute(code).decode().strip())

    def read_file(self, path):
        """A file of the board as bytes; None when there is none."""
        with self._guard(f"reading {path}"):
            try:
                return bytes(self._transport.fs_readfile(path))
            except FileNotFoundError:
                return None

    def write_file(self, path, data, progress=None):
        """Writes bytes to a file of the board; makes its folders. progress(done, all): or None."""
        with self._guard(f"writing {path}"):
            for folder in [str(p) for p in reversed(Path(path).parents)][1:]:
                if not self._transport.fs_isdir(folder):
                    self._transport.fs_mkdir(folder)
            self._transport.fs_writefile(path, data, CHUNK, progress)

    def remove_file(self, path):
        """Removes a file of the board; True when it was there."""
        with self._guard(f"removing {path}"):
            try:
                self._transport.fs_rmfile(path)
                return True
            except FileNotFoundError:
                return False

    def hashes(self, folder):
        """The files below a folder of the board: {path: (size, sha256 in hex)}."""
        text = self.execute(HASHES % folder, doing="the board's files were compared").decode()
        rows = [ast.literal_eval(line) for line in text.splitlines()]
        return {path: (size, digest) for path, size, digest in rows}
