"""A virtual board: the BBC micro:bit under QEMU, with the real firmware of the real board.

A Cortex-M0 with 16 KB of RAM, MicroPython 1.9.2 and 8.9 KB of heap. It has no file system that
mpremote could use, so programs are sent, not copied. Its times mean nothing unless `counting`:
then guest time counts instructions, `INSTRUCTIONS_PER_US` of them a microsecond, repeatably.
"""

import fcntl
import glob
import re
import select
import shutil
import subprocess
import termios
import time
from pathlib import Path

from qbfgs_tools.virtual.board import VirtualBoard
from qbfgs_tools.virtual.wire import Wire, bound

QEMU = "qemu-system-arm"
QEMU_PACKAGE = "qemu-system-arm"
FIRMWARE_PACKAGE = "firmware-microbit-micropython"
FIRMWARE = "/usr/share/firmware-microbit-micropython/*.hex"
INSTRUCTIONS_PER_US = 62.5  # at shift=4, where an instruction takes 2^4 ns
BOOT_SECONDS = 20
# QEMU's UART has no speed: bytes come as fast as the firmware's interrupts take them, and more than
# its small buffer holds are lost. So few go at once, and the next ones when the processor has had
# the time to use them, or sleeps.
CHUNK, PAUSE = 16, 0.001
TIME, TIME_ASLEEP = 1500000, 50000  # nanoseconds of the processor's thread


def firmware():
    """The path of the firmware, or None."""
    found = sorted(glob.glob(FIRMWARE))
    return found[0] if found else None


def available():
    """(True, "") when this machine can start one, else (False, a sentence that says why)."""
    packages = []
    if shutil.which(QEMU) is None:
        packages.append(QEMU_PACKAGE)
    if firmware() is None:
        packages.append(FIRMWARE_PACKAGE)
    if packages:
        what = " and ".join(packages)
        install = "apt-get install --no-install-recommends " + " ".join(packages)
        return False, f"missing: {what} (Debian: {install})"
    return True, ""


class MicrobitBoard(VirtualBoard):
    """The board.

    counting: guest time is a count of instructions, and slower.
    """

    def __init__(self, counting=False, tamper=None):
        ok, reason = available()
        if not ok:
            raise RuntimeError(reason)
        self.counting = counting
        super().__init__(Wire(CHUNK, PAUSE, tamper))
        self.power_on()

    def power_on(self):
        """Starts QEMU and waits for the firmware to be up."""
        if self._process is not None:
            return
        command = [*bound(), QEMU, "-M", "microbit", "-display", "none", "-monitor", "null"]
        command += ["-name", "microbit,debug-threads=on"]
        command += ["-serial", "stdio", "-device", f"loader,file={firmware()}"]
        if self.counting:
            command += ["-icount", "shift=4,align=off,sleep=off"]
        self._process = subprocess.Popen(
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._await_prompt()
        self._processor = self._thread()
        self._used = 0
        source, sink = self._process.stdout.fileno(), self._process.stdin.fileno()
        self.wire.attach(source, sink, gate=self._gate)

    def _await_prompt(self):
        said = b""
        end = time.monotonic() + BOOT_SECONDS
        output = self._process.stdout
        while not re.search(rb">>> $", said):
            ready, _, _ = select.select([output], [], [], max(0.0, end - time.monotonic()))
            data = output.read(256) if ready else b""
            if not data:
                self.close()
                raise RuntimeError(f"the micro:bit's firmware did not start: {said[-200:]!r}")
            said += data

    def _thread(self):
        """The folder in /proc of the thread that is the board's processor."""
        for folder in Path(f"/proc/{self._process.pid}/task").iterdir():
            if (folder / "comm").read_text().startswith(("CPU 0", "ALL CPU")):
                return folder
        raise RuntimeError("QEMU has no thread for the micro:bit's processor")

    def _gate(self, data):
        """How many of the bytes may go now."""
        try:
            used = int((self._processor / "schedstat").read_text().split()[0])
            asleep = (self._processor / "stat").read_text().rsplit(")")[-1].split()[0] == "S"
            waiting = fcntl.ioctl(self._process.stdin.fileno(), termios.FIONREAD, bytes(4))
        except OSError:
            return 0
        if any(waiting) or used - self._used < (TIME_ASLEEP if asleep else TIME):
            return 0
        self._used = used
        return len(data)

    def power_off(self):
        """Kills QEMU wherever it is."""
        self.wire.detach()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
            self._process.stdout.close()
            self._process = None
