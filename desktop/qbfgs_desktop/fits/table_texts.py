"""A `tables.Table` as a Python module for boards and as a C header: the same integers."""

import inspect
from textwrap import dedent

from qbfgs.words import functions

from ..texts import in_docstring

HEAD = '''"""{title}

predict([v]) takes an int, v standing for {inputs} = v / 10^{decimals}, and gives an int y, which
stands for {target} = y / 10^{places}. {low} <= v <= {high}: it was learnt from such, and raises
ValueError for others. In words, without heap.

{about}
"""

INPUTS = ({name!r},)
DECIMALS = ({decimals},)
ANSWER_DECIMALS = {places}
_LEAST = {low}
_MOST = {high}
_DROP = {drop}
_WORDS = (
{words}
)
_LOW = 0x3FFF


def predict(row):
    u = row[0] - _LEAST
    if u < 0 or row[0] > _MOST:
        raise ValueError("outside what was learnt from")
    i = 0
    j = {count}
    while j - i > 1:
        k = i + j >> 1
        if _WORDS[6 * k] <= u:
            i = k
        else:
            j = k
    i *= 6
    t = u - _WORDS[i] << 28 - _WORDS[i + 1]
    y = _WORDS[i + 4] + signed_times(_WORDS[i + 5], t)
    y = signed_times(_WORDS[i + 3] + signed_times(y, t), t)
    return _WORDS[i + 2] + y + (1 << _DROP >> 1) >> _DROP
'''

TIMES = """/* a b / 2^28, rounded, for 0 <= a < 2^29 and 0 <= b <= 2^28 */
static int32_t {name}_times_of_positive(int32_t a, int32_t b)
{{
    int32_t high = a >> 14, top = b >> 14;
    a &= 0x3FFF;
    b &= 0x3FFF;
    return high * top + ((high * b + a * top + ((a * b) >> 14) + 0x2000) >> 14);
}}
"""

HEADER = """/* {title}

   {name}_predict(v, &y): v stands for {inputs} = v / 10^{decimals}, and
   y for {target} = y / 10^{places}.
   {low} <= v <= {high}, for it was learnt from such: returns 1, or 0 for others, and then y stays.
   No floating point, no number of more than 32 bits.

   {about} */
#ifndef {guard}
#define {guard}

#include <stdint.h>

static const int32_t {name}_words[] = {{
{words}
}};

{times}
static int32_t {name}_times(int32_t a, int32_t b)
{{
    return a < 0 ? -{name}_times_of_positive(-a, b) : {name}_times_of_positive(a, b);
}}

static int {name}_predict(int32_t v, int32_t *y)
{{
    const int32_t *word;
    int32_t u, t, sum, i = 0, j = {count};
    if (v < {low_c} || v > {high_c})
        return 0;
    u = v - {low_c};
    while (j - i > 1) {{
        int32_t k = (i + j) >> 1;
        if ({name}_words[6 * k] <= u)
            i = k;
        else
            j = k;
    }}
    word = {name}_words + 6 * i;
    t = (u - word[0]) * ((int32_t)1 << (28 - word[1]));
    sum = word[4] + {name}_times(word[5], t);
    sum = word[3] + {name}_times(sum, t);
    sum = word[2] + {name}_times(sum, t) + {half};
    /* rounded down for either sign, which >> of a negative number need not */
    *y = sum >= 0 ? sum >> {drop} : -((-sum + {rest}) >> {drop});
    return 1;
}}

#endif
"""


def module(table, title, about, inputs, target):
    """The text of the module. title, about: for people; inputs, target: names of the columns."""
    text = HEAD.format(
        title=in_docstring(title),
        about="\n".join(map(in_docstring, about.split("\n"))),
        name=inputs,
        inputs=in_docstring(inputs),
        target=in_docstring(target),
        words=_rows(table.words),
        **_numbers(table),
    )
    needed = (functions.times, functions.signed_times)
    return text + "".join("\n\n" + dedent(inspect.getsource(f)) for f in needed)


def header(table, name, title, about, inputs, target):
    """The text of the C header; name: of its functions, a C name."""
    return HEADER.format(
        name=name,
        guard=f"{name.upper()}_H",
        title=in_comment(title),
        about=in_comment(about).replace("\n", "\n   "),
        inputs=in_comment(inputs),
        target=in_comment(target),
        words=_rows(table.words),
        low_c=c_int(table.low),
        high_c=c_int(table.high),
        half=1 << table.drop >> 1,
        rest=(1 << table.drop) - 1,
        times=TIMES.format(name=name),
        **_numbers(table),
    )


def program(table):
    """The function `predict` of the module."""
    space = {"__name__": "model"}
    exec(compile(module(table, "", "", "x", "y"), "model", "exec"), space)
    return space["predict"]


def _numbers(table):
    names = "decimals low high places drop".split()
    return {name: getattr(table, name) for name in names} | {"count": len(table.words) // 6}


def _rows(words):
    lines = [words[k : k + 6] for k in range(0, len(words), 6)]
    return "\n".join("    " + ", ".join(map(str, line)) + "," for line in lines)


def c_int(value):
    """An int as C takes it anywhere."""
    return f"({value})" if value < 0 else str(value)


def in_comment(text):
    """Text that ends no comment of C."""
    return text.replace("*/", "* /").replace("/*", "/ *").encode("ascii", "replace").decode()
