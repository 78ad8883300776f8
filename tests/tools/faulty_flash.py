"""A file system for virtual boards that fails where a test says: the n-th of its operations is cut
short by a loss of power, torn in the middle, or refused."""

FAULTY = """
import os, sys, vfs
sys.path[:] = []  # or each import of a built-in module would look for files first
class File:
    def __init__(self, flash, file):
        self.flash, self.file = flash, file
    def __enter__(self):
        return self
    def __exit__(self, *_):
        self.file.close()
    def read(self, size=-1):
        self.flash.spend()
        return self.file.read(size)
    def write(self, data):
        if self.flash.refused:
            raise OSError(self.flash.refused)
        if self.flash.spend(True):
            self.file.write(data[: len(data) // 2])
            self.file.close()
            raise OSError(5)
        return self.file.write(data)
    def close(self):
        self.flash.spend()
        self.file.close()
class Flash:
    def __init__(self, folder):
        self.inner = vfs.VfsPosix(folder)
        self.replaces_none = False  # whether `rename` refuses a name that is taken
        self.count, self.at, self.number, self.refused, self.dead = 0, -1, 0, 0, False
    def spend(self, tears=False):
        self.count += 1
        if self.dead:
            raise OSError(5)
        if self.count - 1 == self.at:
            if self.number:
                raise OSError(self.number)
            self.dead = True
            if tears:
                return True
            raise OSError(5)
        return False
    def open(self, path, mode):
        self.spend()
        return File(self, self.inner.open(path, mode))
    def mount(self, readonly, mkfs):
        self.inner.mount(readonly, mkfs)
    def umount(self):
        self.inner.umount()
    def rename(self, old, new):
        self.spend()
        if self.replaces_none:
            try:
                self.inner.stat(new)
            except OSError:
                pass
            else:
                raise OSError(17)
        self.inner.rename(old, new)
    def statvfs(self, path):
        return (1,) * 3 + (1 << 20,) * 2 + (0,) * 5
def _passed(name):
    def call(self, *arguments):
        if name not in ("chdir", "getcwd"):
            self.spend()
        return getattr(self.inner, name)(*arguments)
    return call
for _name in ("ilistdir", "stat", "mkdir", "remove", "chdir", "getcwd"):
    setattr(Flash, _name, _passed(_name))
vfs.umount("/")
flash = Flash(%r)
vfs.mount(flash, "/")
os.chdir("/")
"""
ARM = "flash.count, flash.at, flash.number, flash.refused, flash.dead = 0, %d, %d, %d, False"
CUT = 0  # in the place of an errno: power goes, and no later operation is done
EIO, ENOSPC, EROFS = 5, 28, 30


def mount(link, folder):
    """Puts it in the place of the board's file system, until the next reset."""
    link.execute(FAULTY % str(folder))


def arm(link, at=-1, number=CUT, refused=0):
    """Lets the operation of this number fail, the first being 0; none by default. refused: the
    errno of every write."""
    link.execute(ARM % (at, number, refused))


def count(link):
    """The operations since `arm`."""
    return link.evaluate("flash.count")
