"""A virtual board: the BBC micro:bit under QEMU, with the real firmware of the real board.

A Cortex-M0 with 16 KB of RAM, MicroPython 1.9.2 and 8.9 KB of heap. It has no file system that
mpremote could use, so programs are sent, not copied. Its times mean nothing unless `counting`:
then guest time counts instructions, `INSTRUCTIONS_PER_US` of them a microsecond, repeatably.
"""

import glob
import re
import select
import shutil
import subprocess
import time

from qbfgs_tools.wire import Wire

NAME = "microbit"
QEMU = "qemu-system-arm"
QEMU_PACKAGE = "qemu-system-arm"
FIRMWARE_PACKAGE = "firmware-microbit-micropython"
FIRMWARE = "/usr/share/firmware-microbit-micropython/*.hex"
INSTRUCTIONS_PER_US = 62.5  # at shift=4, where an instruction takes 2^4 ns
BOOT_SECONDS = 20
# The firmware loses bytes that come faster than a real UART brings them, 11520 a second.
CHUNK, PAUSE = 32, 0.003


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


class MicrobitBoard:
    """The board. Use it in a `with` statement, or call `close`.

    counting: guest time is a count of instructions, and slower.
    """

    name = NAME
    emulated = True

    def __init__(self, counting=False, tamper=None):
        ok, reason = available()
        if not ok:
            raise RuntimeError(reason)
        self.counting = counting
        self.wire = Wire(CHUNK, PAUSE, tamper)
        self.port = self.wire.port
        self._process = None
        self.power_on()

    def power_on(self):
        """Starts QEMU and waits for the firmware to be up."""
        if self._process is not None:
            return
        command = [QEMU, "-M", "microbit", "-display", "none", "-monitor", "null"]
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
        self.wire.attach(self._process.stdout.fileno(), self._process.stdin.fileno())

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

    def power_off(self):
        """Kills QEMU wherever it is."""
        self.wire.detach()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
            self._process.stdout.close()
            self._process = None

    def powered(self):
        """True while it has power."""
        return self._process is not None

    def unplug(self):
        """Pulls the cable for good; the board goes on."""
        self.wire.close()

    def close(self):
        """Ends the board."""
        self.power_off()
        self.wire.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()
