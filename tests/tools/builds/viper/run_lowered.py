"""Runs a script with lowered sources on CPython: run_lowered.py FOLDER SCRIPT.

Pointers are views that refuse what is no storage and what lies outside of it. As an int one is a
number by which it is found again.
"""

import builtins
import runpy
import sys
import types
from array import array
from pathlib import Path

FIRST = 0x50000000  # beyond the ints of the core
pointers = []


class Pointer:
    def __init__(self, storage, kind):
        if not isinstance(storage, kind):
            raise TypeError(f"a pointer to {type(storage)}")
        self.storage = storage

    def __int__(self):
        pointers.append(self)
        return FIRST + len(pointers) - 1

    def _checked(self, i):
        if not 0 <= i < len(self.storage):
            raise IndexError(f"entry {i} of {len(self.storage)}")
        return i

    def __getitem__(self, i):
        return self.storage[self._checked(i)]

    def __setitem__(self, i, value):
        self.storage[self._checked(i)] = value


def ptr32(value):
    """As MicroPython has it: an int is the address of itself."""
    if not isinstance(value, int):
        return Pointer(value, array)
    return pointers[value - FIRST] if value >= FIRST else value


def plain(function):
    return function


builtins.ptr32 = ptr32
builtins.ptr8 = lambda storage: Pointer(storage, bytes)
builtins.micropython = types.SimpleNamespace(viper=plain, native=plain)
folder, script = sys.argv[1:]
sys.path[:1] = [folder, str(Path(script).parent)]
runpy.run_path(script, run_name="__main__")
