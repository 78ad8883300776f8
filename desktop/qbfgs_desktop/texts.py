"""Texts of others (names of columns, classes, files) where they do no harm."""


def printable(text):
    """A text with an escape, as in a literal of Python, for each character that does not print.

    So a name can neither end a line, nor steer a terminal, nor turn the direction of what follows.
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )


def in_docstring(text):
    """The source of a `printable` text between three double quotes."""
    return printable(text).replace("\\", "\\\\").replace('"', '\\"')
