"""A Correction as the text of a Python module, of a C header, and as JSON: integers alone."""

from ..exports import check_name, judged, verdict

_MODULE = '''"""Corrects a sensor of three axes, in integers only: made by qbfgs.calibrate.

corrected = (matrix (m - offset) + constants) >> {shift}; the field has the length {field} then.
It takes no heap for readings within {reach} of the offset.
{verdict}
"""

OFFSET = {offset}
MATRIX = {matrix}
CONSTANTS = {constants}
SHIFT = {shift}
FIELD = {field}
_out = [0, 0, 0]


def correct(x, y, z):
    """The corrected reading: a list of 3 ints, the same one each time."""
    x -= OFFSET[0]
    y -= OFFSET[1]
    z -= OFFSET[2]
    _out[0] = {first} >> SHIFT
    _out[1] = {second} >> SHIFT
    _out[2] = {third} >> SHIFT
    return _out
'''

_HEADER = """/* Corrects a sensor of three axes, in integers only: made by qbfgs.calibrate.
   corrected = (matrix (m - offset) + constants) >> {shift}; the field has the length {field} then.
   {verdict} */
#ifndef {guard}
#define {guard}

#include <stdint.h>

#define {guard}_FIELD {field}

static const int32_t {name}_offset[3] = {{{offset}}};
static const int32_t {name}_matrix[3][3] = {{
    {{{first}}},
    {{{second}}},
    {{{third}}},
}};
static const int32_t {name}_constants[3] = {{{constants}}};

/* `in` is a raw reading; `out` may be the same array. Shifts of negative numbers keep the sign. */
static inline void {name}_correct(const int32_t in[3], int32_t out[3])
{{
    const int64_t x = (int64_t)in[0] - {name}_offset[0];
    const int64_t y = (int64_t)in[1] - {name}_offset[1];
    const int64_t z = (int64_t)in[2] - {name}_offset[2];
    for (int i = 0; i < 3; i++) {{
        const int32_t *m = {name}_matrix[i];
        out[i] = (int32_t)((m[0] * x + m[1] * y + m[2] * z + {name}_constants[i]) >> {shift});
    }}
}}

#endif
"""


def module(found):
    """The text of a Python module with `correct(x, y, z)`; it imports nothing."""
    m = found.matrix
    rows = [(m[k], m[k + 1], m[k + 2], found.constants[k // 3]) for k in (0, 3, 6)]
    first, second, third = ["%d * x + %d * y + %d * z + %d" % row for row in rows]
    return _MODULE.format(
        shift=found.shift,
        field=found.field,
        reach=found.reach,
        offset=found.offset,
        matrix=m,
        constants=found.constants,
        first=first,
        second=second,
        third=third,
        verdict=verdict(found),
    )


def header(found, name):
    """The text of a C99 header with `NAME_correct(in, out)`. Raises ValueError for no name."""
    check_name(name)
    m = found.matrix
    lists = (found.offset, m[:3], m[3:6], m[6:], found.constants)
    offset, first, second, third, constants = [", ".join([str(v) for v in row]) for row in lists]
    return _HEADER.format(
        name=name,
        guard=name.upper(),
        shift=found.shift,
        field=found.field,
        offset=offset,
        first=first,
        second=second,
        third=third,
        constants=constants,
        verdict=verdict(found),
    )


def json(found):
    """The numbers of a Correction as the text of a JSON object."""
    rows = [found.matrix[k : k + 3] for k in (0, 3, 6)]
    numbers = (found.offset, rows, found.constants, found.shift, found.field, found.reach)
    counts = (found.readings, found.rejected)
    quality = ["null" if v is None else v for v in (found.residual, found.error)]
    return (
        '{"offset": %s, "matrix": %s, "constants": %s, "shift": %d, "field": %d, "reach": %d,'
        % numbers
        + ' "readings": %d, "rejected": %d,' % counts
        + ' "residual_per_10000": %s, "error_per_10000": %s, ' % tuple(quality)
        + judged(found)
        + "}"
    )
