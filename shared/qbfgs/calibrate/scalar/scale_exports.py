"""A Scale as the text of a Python module, of a C header, and its numbers for JSON."""

from ..exports import verdict

_MODULE = '''"""A raw reading in units of 10^-{decimals}, in integers only: made by qbfgs.calibrate.

It takes no heap for readings within {reach} of {middle}.
{verdict}
"""

MIDDLE = {middle}
GAIN = {gain}
CONSTANT = {constant}
DECIMALS = {decimals}


def _times(a, b):
    high = a >> 14
    a &= 0x3FFF
    top = b >> 14
    b &= 0x3FFF
    return high * top + (high * b + a * top + (a * b >> 14) + 0x2000 >> 14)


def correct(x):
    """What a raw reading stands for, half up."""
    x = x - MIDDLE << {raised}
    return ({up}_times(x, GAIN) if x >= 0 else {down}_times(-x, GAIN)) + CONSTANT >> {drop}
'''

_HEADER = """/* A raw reading in units of 10^-{decimals}, in integers only: made by qbfgs.calibrate.
   For readings within {reach} of {middle}.
   {verdict} */
#ifndef {guard}
#define {guard}

#include <stdint.h>

static inline int32_t {name}_correct(int32_t x)
{{
    const int64_t left = ((int64_t)x - {middle}) * {scale};
    const int64_t a = left < 0 ? -left : left;
    const int64_t high = a >> 14, low = a & 0x3FFF;
    const int64_t top = {gain} >> 14, rest = {gain} & 0x3FFF;
    const int64_t y =
        high * top + ((high * rest + low * top + ((low * rest) >> 14) + 0x2000) >> 14);
    return (int32_t)(((left < 0 ? {other} : {same}) + {constant}) >> {drop});
}}

#endif
"""


def module(found):
    """The text of a Python module with `correct(x)`; it imports nothing."""
    up, down = ("", "-") if found.gain >= 0 else ("-", "")
    return _MODULE.format(
        decimals=found.decimals,
        reach=found.reach,
        middle=found.middle,
        gain=abs(found.gain),
        constant=found.constant,
        raised=found.up,
        drop=found.drop,
        up=up,
        down=down,
        verdict=verdict(found),
    )


def header(found, name):
    """The text of a C99 header with `NAME_correct(x)`."""
    same, other = ("y", "-y") if found.gain >= 0 else ("-y", "y")
    return _HEADER.format(
        decimals=found.decimals,
        reach=found.reach,
        middle=found.middle,
        scale=1 << found.up,
        gain=abs(found.gain),
        same=same,
        other=other,
        constant=found.constant,
        drop=found.drop,
        name=name,
        guard=name.upper(),
        verdict=verdict(found),
    )


def json(found):
    """Its ints, as members of a JSON object."""
    names = ("middle", "up", "gain", "constant", "drop", "reach")
    return ", ".join(['"%s": %d' % (name, getattr(found, name)) for name in names])
