"""Files that are written whole or not at all."""

import contextlib
import os
import secrets
import stat

_PREFIX = ".qbfgs-"


def write_whole(path, content):
    """Writes a file of bytes, or of a text as UTF-8 with its line ends as they are; see `whole`.

    Raises OSError that names the path, and UnicodeEncodeError for a text with half a character.
    """
    data = content.encode() if isinstance(content, str) else content
    with whole(path) as stream:
        stream.write(data)


@contextlib.contextmanager
def whole(path, folder=None):
    """A context that gives a binary stream; at its end the file is what was written there.

    folder: where it stands until then, on the same disk; by default its own.
    After an exception, or a cut of the power at any moment, there is the old file, or none where
    there was none, or the new one: never a part.  The mode is what the umask says.  A link at the
    path stays, and its target becomes the new file.  What is no file (/dev/stdout, a pipe) is
    written as it is.  Raises OSError that names the path.
    """
    temporary = None
    try:
        if _is_no_file(path):
            with open(path, "wb") as stream:
                yield stream
            return
        target = os.path.realpath(path)
        place = os.path.dirname(target)
        temporary = os.path.join(folder or place, _PREFIX + secrets.token_hex(8))
        # "x" makes a new file always: it never follows a link that somebody laid there.
        with open(temporary, "xb") as stream:
            try:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
                stream.close()  # Windows moves no open file
                os.replace(temporary, target)
            except BaseException:
                with contextlib.suppress(OSError):  # of a full disk, a second time
                    stream.close()
                with contextlib.suppress(FileNotFoundError):  # Ctrl-C came when it was in place
                    os.unlink(temporary)
                raise
        sync(place)
    except OSError as error:
        if error.filename in (None, temporary):
            error.filename, error.filename2 = str(path), None
        raise


def _is_no_file(path):
    """Whether a stream or a device is there."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def is_temporary(name):
    """Whether `whole` gave a file its name; one that is left is of a process that was killed."""
    return name.startswith(_PREFIX)


def sync(folder):
    """Makes a change of names in a folder last, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows
        return
    handle = os.open(folder, os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):  # some network file systems have no such call
            os.fsync(handle)
    finally:
        os.close(handle)
