"""The board's heap in bytes; None for all of it where `gc` cannot say (CPython)."""

import sys

try:
    import gc
except ImportError:
    gc = None

# While modules are imported, garbage is collected after so many bytes: a part of what is free
# beyond the spare, or the least where there is little; in a roomy heap, half of all that is free.
PART, SPARE, LEAST = 4, 64 * 1024, 1024
ROOMY = 128 * 1024
_MEASURED = hasattr(gc, "mem_alloc")


def collect():
    """Frees garbage, where the heap is measured."""
    if _MEASURED:
        gc.collect()


def collect_often(room=None):
    """Collects garbage after each so many bytes of allocation, around imports, to keep the heap in
    one piece: where garbage lies long, what stays ends up between holes, and a heap that is half
    empty has no room for a list. How many depends on the bytes that are free: None looks.

    Answers whether the heap is roomy, so that nothing need be imported twice.
    """
    if room is None:
        room = free()
    if hasattr(gc, "threshold"):
        gc.threshold(room // 2 if room > ROOMY else max(LEAST, (room - SPARE) // PART))
    return room > ROOMY


def collect_seldom():
    """Collects garbage when the heap is full, as MicroPython begins: a collection may take longer
    than an epoch."""
    if hasattr(gc, "threshold"):
        gc.threshold(-1)


def forget(names):
    """Drops modules, where the heap is measured, so that what nothing else holds is garbage.

    names: dotted; they are imported anew when they are needed again.
    """
    if not _MEASURED:
        return
    for name in names:
        if name in sys.modules:
            del sys.modules[name]
            package, _, last = name.rpartition(".")
            package = sys.modules.get(package)  # it may be forgotten, and made anew
            if hasattr(package, last):
                delattr(package, last)


def used():
    """Bytes in use, garbage included."""
    return gc.mem_alloc() if _MEASURED else None


def grown(since):
    """Bytes in use more than `since`, an answer of `used`; None after a collection, which has
    freed part of them, and where `since` is None."""
    if since is None:
        return None
    more = gc.mem_alloc() - since
    return more if more >= 0 else None


def collected():
    """Bytes in use after freeing garbage."""
    collect()
    return used()


def free():
    """Bytes that are free, 0 where that is not measured."""
    return gc.mem_free() if _MEASURED else 0
