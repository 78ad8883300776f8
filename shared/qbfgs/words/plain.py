"""Numbers and arrays of NumPy as Python's own; boards never come here."""


def plain(value):
    """A NumPy integer as an int, an array or a list of such as a list; all else as it is."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [v.tolist() if hasattr(v, "tolist") else v for v in value]
    return value
