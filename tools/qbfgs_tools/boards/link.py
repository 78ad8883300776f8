"""The link to a board: mpremote's transport, with errors that say what to do.

Everything goes through the raw REPL of MicroPython 1.20 or later. `Link` never resets a board
unless `soft_reset` is called, as mpremote does with `resume`.
"""

import ast
import contextlib
import errno
import io
import os
import re

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport
from serial.tools import list_ports

from qbfgs_tools.boards.errors import (
    CableLost,
    LinkError,
    NoMicroPython,
    PortError,
    explain,
)
from qbfgs_tools.boards.files import Files

OLDEST = (1, 20)
ANSWER = 10  # seconds for the board to answer a request
ENTRY = 5  # seconds to get into the raw REPL
LOOK = 0.2  # seconds between looks at a quiet wire
LONGEST_LINE = 1 << 17  # bytes; what goes on beyond is handed over as it is
MOST_OUTPUT = 1 << 24  # bytes in answer to one request
MOST_ERROR = 1 << 16  # bytes of a traceback that are kept

INFO = (
    "import sys\n"
    "v = getattr(sys, 'implementation', None)\n"
    "print(repr((getattr(v, 'name', '?'), tuple(getattr(v, 'version', ()))[:3], sys.platform,"
    " getattr(v, '_mpy', 0))))"
)


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


class Link(Files):
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
            raise explain(error.error_output, doing) from None
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
        Raises BoardError (OutOfMemory, MissingFiles, FileError) for an exception there, CableLost.
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
            raise explain(errors.decode(errors="replace"), doing)
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

    def ask(self, code, doing="a program ran"):
        """The plain value that the code prints."""
        return self.value(self.execute(code, doing=doing).strip())

    def value(self, text):
        """The plain value in bytes that the board printed."""
        try:
            return ast.literal_eval(text.decode())
        except (SyntaxError, ValueError):
            raise LinkError(
                f"{self.port}: the board said {text[:80]!r} in place of an answer: does a program"
                " of its own run, such as one that its boot.py starts?"
            ) from None
