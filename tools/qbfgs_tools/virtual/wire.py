"""The serial wire of a virtual board: a pseudo-terminal for people, a relay behind it.

The host opens `port` like that of a real board; it stays the same through resets and power cuts.
What the board says while nobody has the port open is lost, as on a real wire.
"""

import contextlib
import os
import pty
import select
import shutil
import threading
import time
import tty

MOST = 4096  # bytes that wait in one direction before the relay stops reading
RETRY = 0.001  # seconds until the gate is asked again
IDLE = 0.005  # seconds between looks at a port that nobody has open


def bound():
    """The beginning of a command line whose process ends when this one is killed."""
    return ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


class Wire:
    """Relays bytes between a pseudo-terminal and the board that is attached, in a thread.

    tamper: a function on each piece of bytes that goes to the host, for tests.
    """

    def __init__(self, tamper=None):
        self.tamper = tamper
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        self.port = os.ttyname(slave)
        os.close(slave)  # with no slave open the master tells that nobody listens
        os.set_blocking(self._master, False)
        self._lock = threading.RLock()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        self._source = self._sink = None
        self._on_data = self._on_end = self._gate = self._write = None
        self._to_board = bytearray()
        self._to_host = bytearray()
        self._next_send = 0.0
        self._closed = False
        self._thread = threading.Thread(target=self._pump, name="wire " + self.port, daemon=True)
        self._thread.start()

    def attach(self, source, sink, on_data=None, on_end=None, gate=len, write=None):
        """Connects the board: a descriptor to read from and one to write to (may be the same).

        on_data(bytes) gives what goes to the host instead; on_end() is called, in the wire's
        thread, when the board's side has closed; gate(bytes) gives how many of the bytes may go to
        the board now; write(bytes) takes them in the place of the sink, and returns how many.
        """
        for descriptor in (source, sink):
            os.set_blocking(descriptor, False)
        with self._lock:
            self._to_board.clear()
            self._source, self._sink = source, sink
            self._on_data, self._on_end, self._gate = on_data, on_end, gate
            self._write = write or (lambda data: os.write(sink, data))
        self._wake()

    def detach(self):
        """Disconnects the board; its descriptors are the caller's again."""
        with self._lock:
            self._source = self._sink = None
            self._on_data = self._on_end = self._gate = self._write = None
            self._to_board.clear()

    def send_to_board(self, data):
        """Puts bytes on the way to the board, as if the host had sent them."""
        with self._lock:
            self._to_board += data
        self._wake()

    def send_to_host(self, data):
        """Puts bytes on the way to the host, as if the board had said them."""
        with self._lock:
            self._to_host += data
        self._wake()

    def close(self):
        """Pulls the cable: whoever has the port open gets an error, and the port is gone."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._wake()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        for descriptor in (self._master, self._wake_read, self._wake_write):
            os.close(descriptor)

    def _wake(self):
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b"w")

    def _pump(self):
        while not self._closed:
            ready = self._wait()
            with self._lock:
                self._host_to_board(ready)
                ended = self._board_to_host(ready)
                on_end = self._on_end if ended else None
                if ended:
                    self.detach()
            if on_end:
                on_end()

    def _wait(self):
        """Waits until something can be moved; a dict of descriptors and what they are ready for."""
        poll = select.poll()
        timeout = 1000
        with self._lock:
            poll.register(self._wake_read, select.POLLIN)
            wanted = select.POLLIN if len(self._to_board) < MOST else 0
            wanted |= select.POLLOUT if self._to_host else 0
            host = select.poll()
            host.register(self._master, wanted)
            gone = host.poll(0)
            if gone and gone[0][1] & select.POLLHUP:
                self._to_host.clear()
                timeout = IDLE * 1000
            else:
                poll.register(self._master, wanted)
            if self._source is not None:
                wants = {self._source: select.POLLIN if len(self._to_host) < MOST else 0}
                if self._to_board:
                    late = self._next_send - time.monotonic()
                    if late <= 0:
                        wants[self._sink] = wants.get(self._sink, 0) | select.POLLOUT
                    else:
                        timeout = min(timeout, late * 1000)
                for descriptor, events in wants.items():
                    poll.register(descriptor, events)
        ready = dict(poll.poll(timeout))
        if self._wake_read in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake_read, MOST)
        return ready

    def _host_to_board(self, ready):
        if ready.get(self._master, 0) & select.POLLIN:
            with contextlib.suppress(OSError):
                self._to_board += os.read(self._master, MOST)
        if self._sink is None:
            self._to_board.clear()  # a board without power hears nothing
        elif self._to_board and time.monotonic() >= self._next_send:
            data = bytes(self._to_board[:MOST])
            data = data[: self._gate(data)]
            with contextlib.suppress(OSError):
                count = self._write(data) if data else 0
                del self._to_board[:count]
                self._next_send = time.monotonic() + (0 if count else RETRY)

    def _board_to_host(self, ready):
        """Moves what the board says; True when its side has closed."""
        ended = False
        events = ready.get(self._source, 0) if self._source is not None else 0
        if events & (select.POLLIN | select.POLLHUP | select.POLLERR):
            try:
                data = os.read(self._source, MOST)
            except BlockingIOError:
                data = None
            except OSError:
                data = b""  # a pseudo-terminal whose last process is gone
            ended = data == b""
            if data:
                if self._on_data:
                    data = self._on_data(data)
                self._to_host += self.tamper(data) if self.tamper else data
        if self._to_host:
            with contextlib.suppress(OSError):
                count = os.write(self._master, self._to_host)
                del self._to_host[:count]
        return ended
