"""A TemperatureTable as the text of a Python module, of a C header, and its numbers for JSON."""

from ..exports import verdict

_MODULE = '''"""Ohms in units of 10^-{decimals} degrees Celsius: made by qbfgs.calibrate.

In integers only, and without heap.
{verdict}
"""

LOW = {low}
HIGH = {high}
DECIMALS = {decimals}
_TABLE = (
    {table},
)


def correct(ohms):
    """The temperature, half up, without heap. Raises ValueError outside LOW .. HIGH."""
    if not LOW <= ohms <= HIGH:
        raise ValueError("%d ohms are not within %d .. %d" % (ohms, LOW, HIGH))
    place = {start}
    while ohms >= 0x8000:
        ohms >>= 1
        place += 16
    while ohms < 0x4000:
        ohms <<= 1
        place -= 16
    place += ohms >> 10 & 15
    left = _TABLE[place]
    return left + ((_TABLE[place + 1] - left) * (ohms & 1023) + 512 >> 10)
'''

_HEADER = """/* Ohms in units of 10^-{decimals} degrees Celsius: made by qbfgs.calibrate.
   {verdict} */
#ifndef {guard}
#define {guard}

#include <stdint.h>

#define {guard}_LOW {low}
#define {guard}_HIGH {high}

static const int32_t {name}_table[] = {{
    {table},
}};

/* For {guard}_LOW <= ohms <= {guard}_HIGH. */
static inline int32_t {name}_correct(int32_t ohms)
{{
    int32_t place = {start};
    while (ohms >= 0x8000) {{
        ohms >>= 1;
        place += 16;
    }}
    while (ohms < 0x4000) {{
        ohms <<= 1;
        place -= 16;
    }}
    place += ohms >> 10 & 15;
    const int32_t left = {name}_table[place];
    return left + (((({name}_table[place + 1] - left) * (ohms & 1023)) + 512) >> 10);
}}

#endif
"""


def module(found):
    """The text of a Python module with `correct(ohms)`; it imports nothing."""
    return _MODULE.format(
        decimals=found.decimals,
        low=found.low,
        high=found.high,
        start=(14 << 4) - found.first,
        table=_lines(found),
        verdict=verdict(found),
    )


def header(found, name):
    """The text of a C99 header with `NAME_correct(ohms)`."""
    return _HEADER.format(
        decimals=found.decimals,
        low=found.low,
        high=found.high,
        start=(14 << 4) - found.first,
        table=_lines(found),
        name=name,
        guard=name.upper(),
        verdict=verdict(found),
    )


def json(found):
    """Its ints, as members of a JSON object."""
    table = ", ".join([str(v) for v in found.table])
    return '"low": %d, "high": %d, "first": %d, "table": [%s]' % (
        found.low,
        found.high,
        found.first,
        table,
    )


def _lines(found):
    lines = []
    for k in range(0, len(found.table), 10):
        lines.append(", ".join([str(v) for v in found.table[k : k + 10]]))
    return ",\n    ".join(lines)
