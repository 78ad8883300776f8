"""Runs a script with lowered sources on CPython: run_lowered.py FOLDER SCRIPT.

Pointers are views that refuse what is no storage and what lies outside of it.
"""

import builtins
import runpy
import sys
import types
from array import array
from pathlib import Path


class Pointer:
    def __init__(self, storage, kind):
        if not isinstance(storage, kind):
            raise TypeError(f"a pointer to {type(storage)}")
        self.storage = storage

    def _checked(self, i):
        if not 0 <= i < len(self.storage):
            raise IndexError(f"entry {i} of {len(self.storage)}")
        return i

    def __getitem__(self, i):
        return self.storage[self._checked(i)]

    def __setitem__(self, i, value):
        self.storage[self._checked(i)] = value


builtins.ptr32 = lambda storage: Pointer(storage, array)
builtins.ptr8 = lambda storage: Pointer(storage, bytes)
builtins.micropython = types.SimpleNamespace(viper=lambda function: function)
folder, script = sys.argv[1:]
sys.path[:1] = [folder, str(Path(script).parent)]
runpy.run_path(script, run_name="__main__")
