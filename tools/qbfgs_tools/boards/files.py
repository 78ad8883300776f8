"""The files of a board, through programs that it runs: read, compared, and written whole.

A file is written beside its place and then renamed, so whatever fails, or is cut off, leaves the
file that was there, or none: never a part of one.
"""

import contextlib
from base64 import b64encode
from pathlib import PurePosixPath

from qbfgs_tools.boards.errors import BoardError, BoardFull, FileError, full, is_missing

CHUNK = 384  # bytes of a file in one request
NEW = ".new"  # ends the name of a file that is being written
# `hashed(path)`: (size, SHA-256 in hex) of a file; None where there is none, and a hash that no
# file has where it cannot be read.
HASHED = """
import os
def hashed(path):
    import hashlib, binascii
    h = hashlib.sha256()
    size = 0
    try:
        with open(path, "rb") as f:
            while True:
                data = f.read(256)
                if not data:
                    break
                size += len(data)
                h.update(data)
    except OSError as error:
        return None if error.args[0] == 2 else (0, "")
    return size, binascii.hexlify(h.digest()).decode()
"""
HASHES = """
def walk(folder):
    try:
        entries = os.ilistdir(folder)
    except OSError as error:
        if error.args[0] == 2:
            return
        raise
    for entry in entries:
        path = folder + "/" + entry[0] if folder else entry[0]
        if entry[1] & 0x4000:
            walk(path)
        else:
            print(repr((path, hashed(path))))
walk(%r)
del walk, hashed
"""
READ = """
with open(%r, "rb") as f:
    while True:
        data = f.read(%d)
        if not data:
            break
        print(repr(data))
"""
BEGIN = """
import os
from binascii import a2b_base64
for folder in %r:
    try:
        os.stat(folder)
    except OSError as error:
        if error.args[0] != 2:
            raise
        os.mkdir(folder)
f = open(%r, "wb")
"""
# Some file systems write what they have room for, and say how much that was. The bytes as Python
# writes them would take twice as long on the line.
APPEND = "if f.write(a2b_base64(%r)) != %d: raise OSError(28)"
# Where `os.rename` replaces no file (errno 17), the old one goes first.
END = """
f.close()
if os.stat(%(new)r)[6] != %(size)d:
    raise OSError(5)
try:
    os.rename(%(new)r, %(path)r)
except OSError as error:
    if error.args[0] != 17:
        raise
    os.remove(%(path)r)
    os.rename(%(new)r, %(path)r)
"""
DISCARD = """
try:
    f.close()
except Exception:
    pass
os.remove(%r)
"""
REMOVE = "import os\nos.remove(%r)"
ROOM = """
import os
try:
    v = os.statvfs("")
    print(v[1] * v[4] if v[2] else None)
except (AttributeError, OSError):
    print(None)
"""


class Files:
    """What a `Link` does with files, by its `execute` and `ask`."""

    def room(self):
        """The bytes that are free in the board's file system; None where it does not tell."""
        return self.ask(ROOM, doing="the room for files was measured")

    def read_file(self, path):
        """A file of the board as bytes; None when there is none."""
        try:
            lines = self.execute(READ % (path, CHUNK), doing=f"reading {path}").splitlines()
        except FileError as error:
            if is_missing(error):
                return None
            raise
        return b"".join(map(self.value, lines))

    def write_file(self, path, data):
        """Writes bytes to a file of the board; makes its folders.

        They are written beside it and then renamed: what fails, or is cut off, leaves the file
        that was there, or none. Raises BoardFull with how much room it takes.
        """
        try:
            self._write(path, data)
        except BoardFull as error:
            self._write_again(path, data, error)

    def _write(self, path, data):
        doing = f"writing {path}"
        folders = [parent.as_posix() for parent in reversed(PurePosixPath(path).parents)][1:]
        new = path + NEW
        try:
            self.execute(BEGIN % (folders, new), doing=doing)
            for at in range(0, len(data), CHUNK):
                piece = data[at : at + CHUNK]
                self.execute(APPEND % (b64encode(piece), len(piece)), doing=doing)
            self.execute(END % {"new": new, "path": path, "size": len(data)}, doing=doing)
        except BoardError:
            with contextlib.suppress(BoardError):
                self.execute(DISCARD % new, doing=doing)
            raise

    def _write_again(self, path, data, error):
        """After a lack of room: in the place of the old file, where that gives the room."""
        old = self.hash_of(path)
        room = self.room()
        if old and room is not None and room + old[0] >= len(data):
            self.remove_file(path)
            return self._write(path, data)
        raise full(len(data), room, path, error=error) from None

    def remove_file(self, path):
        """Removes a file of the board; True when it was there."""
        try:
            self.execute(REMOVE % path, doing=f"removing {path}")
        except FileError as error:
            if is_missing(error):
                return False
            raise
        return True

    def hash_of(self, path):
        """(size, sha256 in hex) of a file of the board, "" for the hash of one that cannot be
        read; None when there is none."""
        return self.ask(HASHED + f"print(repr(hashed({path!r})))", doing=f"reading {path}")

    def hashes(self, folder):
        """The files below a folder of the board, as `hash_of`: {path: (size, sha256 in hex)}."""
        text = self.execute(HASHED + HASHES % folder, doing="the board's files were compared")
        return {path: told for path, told in map(self.value, text.splitlines()) if told}
