"""What helps against a lack of heap on one board: it depends on how qbfgs is installed there."""

import contextlib

from qbfgs_tools.boards.errors import LinkError

# Prints the size of the core's first compiled file in ROM and in flash, 0 for none.
FORM = """
import os
def size(path):
    try:
        return os.stat(path)[6]
    except OSError:
        return 0
texts = "/lib/qbfgs/grid/quantizer.mpy"
print(repr((size("/rom" + texts), size(texts[1:]))))
"""
LEAN = 800  # bytes of that file: more in lean, less in others, where another file has what it gives
SMALLER = "use fewer parameters or pairs"


def less_heap(link):
    """How this person gets a board that takes less heap: a clause, and what else may help."""
    with contextlib.suppress(LinkError):
        link.soft_reset()
        in_rom, compiled = link.ask(FORM)
        if not in_rom and compiled > LEAN:
            return f"{SMALLER}, or try qbfgs board install --build rom, for boards with ROMFS"
        if not in_rom:
            return f"{SMALLER}, or qbfgs board install --build lean"
    return SMALLER
