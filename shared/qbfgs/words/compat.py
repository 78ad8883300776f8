"""The one place where interpreters differ: `const`, which MicroPython folds while compiling."""

try:
    from micropython import const
except ImportError:

    def const(value):
        """The value itself, for interpreters that fold no constants."""
        return value
