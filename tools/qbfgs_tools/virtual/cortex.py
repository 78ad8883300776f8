"""A virtual board: a Cortex-M3 under QEMU with MicroPython 1.25, made by tools/cortex_m3.sh.

It is the board MPS2-AN385 with what MicroPython's port for it lacks and a board has: a clock, and
flash for files and a ROM partition, which is a file of the folder here. Guest time counts
instructions, `INSTRUCTIONS_PER_US` of them a microsecond, and stands still while the board waits
for its line: the same program takes the same time, whatever else this machine does.
"""

import shutil
import subprocess
from pathlib import Path

from qbfgs_tools.virtual.board import VirtualBoard
from qbfgs_tools.virtual.interpreters import TOOLS, installed_by
from qbfgs_tools.virtual.wire import Wire, bound

QEMU = "qemu-system-arm"
FIRMWARE = TOOLS / "cortex_m3" / "firmware.elf"
FLASH = "flash"  # in the board's folder
FLASH_SIZE = "16M"  # all of the memory that QEMU gives the board there; the file has holes
HEAP = 192 * 1024  # bytes; what a Raspberry Pi Pico has, roughly
MOST_HEAP = (4 << 20) - 16
SETTINGS = 0x203FFFF0  # as in tools/cortex_m3/port/board.h
CLOCK = ["-icount", "shift=4,align=off,sleep=off"]
INSTRUCTIONS_PER_US = 62.5  # at shift=4, where an instruction takes 2^4 ns
INSTRUCTIONS_PER_TICK = 2.5  # of `time.ticks_cpu()` there, which counts 25 MHz


def available():
    """(True, "") when this machine can start one, else (False, a sentence that says why)."""
    if shutil.which(QEMU) is None:
        return False, f"{QEMU} is not installed (Debian: apt-get install qemu-system-arm)"
    if not FIRMWARE.is_file():
        return False, installed_by("cortex_m3.sh", f"there is no firmware {FIRMWARE}")
    return True, ""


class CortexBoard(VirtualBoard):
    """The board.

    folder: holds its flash; made if missing. heap: bytes. boot: whether boot.py and main.py run at
    power on and (main.py: outside the raw REPL) at a soft reset.
    """

    def __init__(self, folder, heap=HEAP, boot=True, tamper=None, power=True):
        ok, reason = available()
        if not ok:
            raise RuntimeError(reason)
        if heap > MOST_HEAP:
            raise ValueError(f"the board has room for a heap of {MOST_HEAP} bytes at most")
        self.folder = Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        super().__init__(Wire(tamper=tamper))
        self.heap = heap
        self.boot = boot
        if power:
            self.power_on()

    def power_on(self):
        """Starts QEMU; boot.py and main.py run when `boot` is set."""
        if self._process is not None:
            return
        flash = f"memory-backend-file,id=flash,size={FLASH_SIZE},share=on"
        command = [*bound(), QEMU, "-machine", "mps2-an385,memory-backend=flash"]
        command += ["-object", f"{flash},mem-path={self.folder / FLASH}"]
        command += ["-display", "none", "-monitor", "none", "-serial", "chardev:line"]
        # A multiplexed line brings 32 bytes at once, others one; no byte escapes to its monitor.
        command += ["-chardev", "stdio,id=line,mux=on,signal=off", "-echr", "256"]
        command += ["-semihosting-config", "enable=on", "-kernel", str(FIRMWARE)]
        command += CLOCK
        for place, value in enumerate((self.heap, int(self.boot))):
            address = SETTINGS + 4 * place
            command += ["-device", f"loader,addr={address:#x},data={value},data-len=4"]
        self._process = subprocess.Popen(
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        source, sink = self._process.stdout.fileno(), self._process.stdin.fileno()
        self.wire.attach(source, sink)

    def power_off(self):
        """Kills QEMU wherever it is; what it wrote to its flash so far stays."""
        self.wire.detach()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
            self._process.stdout.close()
            self._process = None
