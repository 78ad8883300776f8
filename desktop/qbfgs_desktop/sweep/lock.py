"""A lock of a folder that two processes cannot hold at once, and that ends with its process."""

import contextlib
import errno
import os
from pathlib import Path

try:
    import fcntl
except ImportError:
    fcntl = None
    import msvcrt  # Windows

NAME = "lock"


class Busy(RuntimeError):
    """Another process holds the lock."""


class Lock:
    """Makes a folder, if need be, and holds the lock of it: a file in it.

    Raises Busy where another process does, OSError where there can be no such folder.  On a file
    system without locks nothing is held.
    """

    def __init__(self, folder):
        self.path = Path(folder, NAME)
        while True:
            Path(folder).mkdir(exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
            try:
                self._handle = os.open(self.path, flags, 0o666)
            except FileNotFoundError:
                continue  # its last holder has just removed the folder
            try:
                _hold(self._handle)
                if os.path.samestat(os.stat(self.path), os.fstat(self._handle)):
                    return
            except FileNotFoundError:
                pass  # or its file
            except OSError as error:
                os.close(self._handle)
                if error.errno in (errno.EACCES, errno.EAGAIN):
                    raise Busy(f"{folder} is in use by another process") from error
                raise
            os.close(self._handle)

    def release(self, remove=False):
        """Lets go of the lock; remove: of its file, too."""
        if remove and fcntl:
            os.unlink(self.path)  # while it is held: afterwards it may be another's
        os.close(self._handle)
        if remove and not fcntl:
            with contextlib.suppress(OSError):  # Windows removes no open file
                os.unlink(self.path)


def _hold(handle):
    if fcntl is None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK):
            raise
