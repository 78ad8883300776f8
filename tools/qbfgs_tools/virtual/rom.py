"""The ROM partition of a virtual board: a file, mapped into memory outside the heap, as flash is.

`MOUNT` does what MicroPython itself does on a board with such a partition when it starts: it mounts
the image at /rom and puts it on `sys.path`. `DRIVER` erases the partition and gives the program
that writes an image `vfs.rom_ioctl`, which the unix port lacks, until the next reset.
"""

FILE = "rom.flash"  # in the board's folder
BLOCK = 1024  # bytes that a board must hold in its heap while it writes them
SIZE = 256 * BLOCK
# Without an image in it VfsRom raises OSError.
MOUNT = f"""
def mount():
    import ffi, sys, uctypes, vfs
    with open({FILE!r}) as file:
        mapped = ffi.open("libc.so.6").func("p", "mmap", "piiiii")
        address = mapped(None, {SIZE}, 1, 2, file.fileno(), 0)
    try:
        vfs.mount(vfs.VfsRom(uctypes.bytearray_at(address, {SIZE})), "/rom")
    except OSError:
        return
    sys.path[2:2] = ["/rom", "/rom/lib"]
mount()
del mount
"""
DRIVER = f"""
import sys, vfs
class Device:
    def ioctl(self, request, argument):
        return {{4: {SIZE // BLOCK}, 5: {BLOCK}}}.get(request, 0)
    def writeblocks(self, block, data, offset=0):
        with open("/{FILE}", "r+b") as file:
            file.seek(block * {BLOCK} + offset)
            file.write(data)
    def erase(self):
        with open("/{FILE}", "wb") as file:
            for _ in range({SIZE // BLOCK}):
                file.write(b"\xff" * {BLOCK})
class Vfs:
    def __getattr__(self, name):
        return getattr(vfs, name)
    def rom_ioctl(self, request, *arguments):
        return 1 if request == 1 else Device()
try:
    import ffi
    Device().erase()
    sys.modules["vfs"] = Vfs()
except ImportError:
    pass
"""
