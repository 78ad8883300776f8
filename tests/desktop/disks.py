"""A disk that loses its power: what may be on it afterwards, worked out from what was asked of it.

As POSIX promises: the bytes of a file last once it was synced, changes of names once their folder
was; until then each of them may be lost, in any order, and of the bytes any part may be there.
"""

import builtins
import itertools
import os

from qbfgs_desktop import files

FOLDER = None  # in the place of a folder's bytes


class Recorder:
    """Notes what a program asks of the disk below a folder, as `events` for `cuts`; a context.

    fail: the number of the event that raises OSError in place of being done, or None.
    """

    def __init__(self, monkeypatch, root, fail=None):
        self.root = str(root)
        self.events = []
        self._fail = fail
        self._patch = monkeypatch

    def __enter__(self):
        self._context = self._patch.context()
        patch = self._context.__enter__()
        self._os_open = os.open
        patch.setattr(files, "open", self._open, raising=False)
        patch.setattr(os, "open", self._open_lock)
        patch.setattr(os, "fsync", self._fsync)
        for name in ("mkdir", "rmdir", "unlink", "replace"):
            patch.setattr(os, name, self._noting(name, getattr(os, name)))
        return self

    def __exit__(self, *exception):
        return self._context.__exit__(*exception)

    def note(self, *event):
        self.events.append(event)
        if len(self.events) - 1 == self._fail:
            raise OSError(5, "Input/output error")

    def short(self, path):
        return os.path.relpath(path, self.root)

    def _noting(self, name, function):
        def noted(path, *others, **more):
            there = name == "mkdir" and os.path.isdir(path)
            if not there and not (name == "rmdir" and os.listdir(path)):
                others_noted = [self.short(word) for word in others if name == "replace"]
                self.note(name, self.short(path), *others_noted)
            return function(path, *others, **more)

        return noted

    def _open(self, path, mode="r"):
        self.note("create", self.short(path))
        return _Noting(builtins.open(path, mode), self)

    def _open_lock(self, path, flags, *rest, **more):
        if flags & os.O_CREAT and not os.path.lexists(path):
            self.note("create", self.short(path))
        return self._os_open(path, flags, *rest, **more)

    def _fsync(self, handle):
        known = os.fstat(handle)
        for folder, _, names in os.walk(self.root):
            for path in (folder, *(os.path.join(folder, name) for name in names)):
                if os.path.samestat(os.stat(path), known):
                    return self.note("fsync", self.short(path))


class _Noting:
    """A stream that notes what is written."""

    def __init__(self, stream, recorder):
        self._stream, self._recorder = stream, recorder

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._stream.close()

    def write(self, data):
        self._recorder.note("write", self._recorder.short(self._stream.name), bytes(data))
        return self._stream.write(data)

    def __getattr__(self, name):
        return getattr(self._stream, name)


class _File:
    """The bytes of a file: as the program sees them, and as they are sure to be there."""

    def __init__(self, data=b""):
        self.data = self.synced = data


def cuts(start, events, tears):
    """The set of all that may be on the disk after a cut at any moment of the events, each as a
    frozenset of (path, bytes), `FOLDER` in the place of a folder's.

    start: what there was at first, {path: bytes}.  tears(data): what may be there of bytes that
    were not synced.
    """
    view = {path: data if data is FOLDER else _File(data) for path, data in start.items()}
    lasting = dict(view)  # names that are sure to be there
    waiting = []  # changes of names that are not: (path that goes, path that comes, what it names)
    found = set()
    for kind, *words in [*events, ("end",)]:
        if kind != "write":  # what comes next is worse
            found |= _states(lasting, waiting, tears)
        if kind == "write":
            view[words[0]].data += words[1]
        elif kind == "fsync" and isinstance(view.get(words[0]), _File):
            view[words[0]].synced = view[words[0]].data
        elif kind == "fsync":
            here = [c for c in waiting if os.path.dirname(c[1] or c[0]) == words[0].strip(".")]
            waiting = [c for c in waiting if c not in here]
            for change in here:
                _change(lasting, *change)
        elif kind != "end":
            made = {"mkdir": FOLDER, "create": _File()}
            goes = None if kind in made else words[0]
            comes = None if kind in ("unlink", "rmdir") else words[-1]
            change = (goes, comes, made[kind] if kind in made else view[words[0]])
            waiting.append(change)
            _change(view, *change)
    return found


def _change(names, goes, comes, what):
    names.pop(goes, None)
    if comes is not None:
        names[comes] = what


def _states(lasting, waiting, tears):
    found = set()
    for done in itertools.product((False, True), repeat=len(waiting)):
        names = dict(lasting)
        for change in itertools.compress(waiting, done):
            _change(names, *change)
        kept = {p: f for p, f in names.items() if os.path.dirname(p) in ("", *names)}
        kinds = [
            [f] if f is FOLDER else [f.data] if f.data == f.synced else tears(f.data)
            for f in kept.values()
        ]
        for contents in itertools.product(*kinds):
            found.add(frozenset(zip(kept, contents, strict=True)))
    return found


def torn_anywhere(data):
    """Every beginning of the bytes, and as many zeros."""
    return [*(data[:k] for k in range(len(data) + 1)), bytes(len(data))]


def torn(data):
    """Some of them."""
    return [b"", data[: len(data) // 2], data, bytes(len(data))]


def lay_out(state, root):
    """Makes a folder hold a state, and nothing else."""
    for folder, folders, names in os.walk(root, topdown=False):
        for name in names:
            os.unlink(os.path.join(folder, name))
        for name in folders:
            os.rmdir(os.path.join(folder, name))
    for path, data in sorted(state):
        if data is FOLDER:
            os.mkdir(os.path.join(root, path))
    for path, data in state:
        if data is not FOLDER:
            with open(os.path.join(root, path), "wb") as stream:
                stream.write(data)


def read(root):
    """The state that a folder holds."""
    state = {}
    for folder, folders, names in os.walk(root):
        for name in folders:
            state[os.path.relpath(os.path.join(folder, name), root)] = FOLDER
        for name in names:
            with open(os.path.join(folder, name), "rb") as stream:
                state[os.path.relpath(os.path.join(folder, name), root)] = stream.read()
    return state
