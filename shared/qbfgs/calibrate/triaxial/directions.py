"""Directions in parts of equal size: the 6 sides of a cube, or the 4 quarters of each, 24."""

SIDES = 6
QUARTERS = 24
_AXES = "xyz"


def part(x, y, z, parts):
    """The part that a vector points to, 0 .. parts - 1."""
    v = (x, y, z)
    sizes = [abs(c) for c in v]
    axis = sizes.index(max(sizes))
    at = axis
    for i in range(1 if parts == SIDES else 3):
        at = 2 * at + (v[(axis + i) % 3] < 0)
    return at


def name(at, parts):
    """A part in words: its largest axis first, such as -z+x-y; of a side that alone."""
    count = 1 if parts == SIDES else 3
    axis = at >> count
    text = ""
    for i in range(count):
        text += ("-" if at >> count - 1 - i & 1 else "+") + _AXES[(axis + i) % 3]
    return text


def missing(mask, parts):
    """The names of the parts that are not in a mask of bits."""
    return [name(at, parts) for at in range(parts) if not mask >> at & 1]


def sides(mask, parts):
    """How many of the six sides have a part in a mask."""
    each = parts // SIDES
    return sum([1 for side in range(SIDES) if mask >> side * each & (1 << each) - 1])
