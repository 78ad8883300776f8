"""Source as a board needs it, by python-minifier.

No comments, docstrings and annotations, short local names, few lines: a traceback tells the
function, and a line of this text.

MicroPython keeps each name that it has met for good, and a docstring until its module is compiled.
"""

import functools


@functools.cache
def stripped(source):
    """A module's source, bytes, as the same program: names of arguments and all else stay."""
    import python_minifier  # here: what only counts operators runs without it, on 32-bit ARM too

    text = python_minifier.minify(
        source.decode(),
        remove_literal_statements=True,
        hoist_literals=False,  # a name for a literal would take heap
        rename_globals=False,
        constant_folding=False,
        preserve_shebang=False,
    )
    return text.encode()
