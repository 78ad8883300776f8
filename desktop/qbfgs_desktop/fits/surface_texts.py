"""A `surfaces.Surface` as a Python module for boards and as a C header: the same integers."""

import inspect
from textwrap import dedent

from qbfgs.words import functions

from ..texts import in_docstring
from .surfaces import FEWEST, TWO_THIRDS, cubic
from .table_texts import TIMES, c_int, in_comment

LINE = 8  # words

HEAD = '''"""{title}

predict({row}) takes ints and gives an int y, which stands for {target} = y / 10^{places}:
{inputs}
It was learnt from such, and raises ValueError for others. In words, without heap.

{about}
"""

INPUTS = {names!r}
DECIMALS = {decimals!r}
ANSWER_DECIMALS = {places}
_WORDS = (
{words}
)
_LOW = 0x3FFF
TWO_THIRDS = {two_thirds}


def predict(row):
{ways}
    return _along0({arguments}) + (1 << {drop} >> 1) >> {drop}


{along}
'''

WAY = """    x{k} = row[{k}]
    if x{k} < {low} or x{k} > {high}:
        raise ValueError("outside what was learnt from")
    x{k} = signed_times(x{k} - {low_} << {shift}, {step})
    i = (x{k} >> {point}) - 1
    i = 0 if i < 0 else i if i < {last} else {last}
    x{k} = x{k} - (i << {point}) << 26 - {point}
    {at} i{by}"""

ALONG = """def _along{k}(i, {given}):
    return cubic({four}, x{k})"""

HEADER = """/* {title}

   {name}_predict(v, &y): v has {count} ints, and y stands for {target} = y / 10^{places}:
{inputs}
   It was learnt from such: returns 1, or 0 for others, and then y stays.
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
    if (a < 0)
        return b < 0 ? {name}_times_of_positive(-a, -b) : -{name}_times_of_positive(-a, b);
    return b < 0 ? -{name}_times_of_positive(a, -b) : {name}_times_of_positive(a, b);
}}

static int32_t {name}_cubic(int32_t a, int32_t b, int32_t c, int32_t d, int32_t x)
{{
    int32_t third = x * 4 / 3, y;
    d -= c;
    c -= b;
    b -= a;
    d -= c;
    c -= b;
    y = c + {name}_times(d - c, third - {two_thirds});
    return a + 3 * {name}_times(b + {name}_times(y, 2 * x - 0x8000000), third);
}}

{along}

static int {name}_predict(const int32_t *v, int32_t *y)
{{
    int32_t {locals}, i, at = 0, sum;
{ways}
    sum = {name}_along0({arguments}) + {half};
    /* rounded down for either sign, which >> of a negative number need not */
    *y = sum >= 0 ? sum >> {drop} : -((-sum + {rest}) >> {drop});
    return 1;
}}

#endif
"""

C_WAY = """    if (v[{k}] < {low} || v[{k}] > {high})
        return 0;
    x{k} = {name}_times((v[{k}] - {low}) * ((int32_t)1 << {shift}), {step});
    i = (x{k} >> {point}) - 1;
    i = i < 0 ? 0 : i < {last} ? i : {last};
    x{k} = (x{k} - i * ((int32_t)1 << {point})) * ((int32_t)1 << {left});
    at += i * {stride};"""

C_ALONG = """static int32_t {name}_along{k}(int32_t i, {given})
{{
    return {name}_cubic({four}, x{k});
}}"""


def module(surface, title, about, inputs, target):
    """The text of the module. title, about: for people; inputs, target: names of columns."""
    count = len(inputs)
    text = HEAD.format(
        title=in_docstring(title),
        about="\n".join(map(in_docstring, about.split("\n"))),
        row="[" + ", ".join(f"v{k}" for k in range(count)) + "]",
        inputs=_told(surface, map(in_docstring, inputs), ""),
        target=in_docstring(target),
        names=tuple(inputs),
        decimals=surface.decimals,
        places=surface.places,
        drop=surface.drop,
        words=_rows(surface.words),
        ways="\n".join(WAY.format(**_way(surface, k)) for k in range(count)),
        arguments=_arguments("at", count, 0),
        along="\n\n\n".join(
            ALONG.format(
                k=k, given=_given(k, count, ""), four=_four(surface, k, "_along", "_WORDS")
            )
            for k in range(count)
        ),
        two_thirds=TWO_THIRDS,
    )
    needed = (cubic, functions.times, functions.signed_times)
    return text + "".join("\n\n" + dedent(inspect.getsource(f)) for f in needed)


def header(surface, name, title, about, inputs, target):
    """The text of the C header; name: of its functions, a C name."""
    count = len(inputs)
    ways = [_way(surface, k, c_int) | {"name": name} for k in range(count)]
    return HEADER.format(
        name=name,
        guard=f"{name.upper()}_H",
        title=in_comment(title),
        about=in_comment(about).replace("\n", "\n   "),
        inputs=_told(surface, map(in_comment, inputs), "   "),
        target=in_comment(target),
        count=count,
        places=surface.places,
        drop=surface.drop,
        half=1 << surface.drop >> 1,
        rest=(1 << surface.drop) - 1,
        words=_rows(surface.words),
        times=TIMES.format(name=name),
        two_thirds=TWO_THIRDS,
        along="\n\n".join(
            C_ALONG.format(
                name=name,
                k=k,
                given=_given(k, count, "int32_t "),
                four=_four(surface, k, f"{name}_along", f"{name}_words"),
            )
            for k in reversed(range(count))
        ),
        locals=", ".join(f"x{k}" for k in range(count)),
        ways="\n".join(C_WAY.format(**way) for way in ways),
        arguments=_arguments("at", count, 0),
    )


def program(surface):
    """The function `predict` of the module."""
    space = {"__name__": "model"}
    names = tuple(f"x{k}" for k in range(len(surface.cells)))
    exec(compile(module(surface, "", "", names, "y"), "model", "exec"), space)
    return space["predict"]


def _told(surface, names, indent):
    rows = zip(names, surface.decimals, surface.low, surface.high, strict=True)
    return "\n".join(
        f"{indent}- v{k} for {name} = v{k} / 10^{d}, {low} <= v{k} <= {high}"
        for k, (name, d, low, high) in enumerate(rows)
    )


def _way(surface, k, text=str):
    low, stride = surface.low[k], surface.stride(k)
    return {
        "k": k,
        "low": text(low),
        "low_": c_int(low),
        "high": text(surface.high[k]),
        "shift": surface.shifts[k],
        "step": surface.steps[k],
        "point": surface.points[k],
        "left": 26 - surface.points[k],
        "last": surface.cells[k] - FEWEST,
        "at": "at +=" if k else "at =",
        "by": f" * {stride}" if stride > 1 else "",
        "stride": stride,
    }


def _given(k, count, kind):
    return ", ".join(f"{kind}x{j}" for j in range(k, count))


def _arguments(first, count, k):
    return ", ".join([first, *(f"x{j}" for j in range(k, count))])


def _four(surface, k, along, words):
    """The four values that the cubic along an input goes through."""
    count, stride = len(surface.cells), surface.stride(k)
    places = ["i", *(f"i + {j * stride}" for j in range(1, 4))]
    if k + 1 == count:
        return ", ".join(f"{words}[{place}]" for place in places)
    return ", ".join(f"{along}{k + 1}({_arguments(place, count, k + 1)})" for place in places)


def _rows(words):
    lines = [words[k : k + LINE] for k in range(0, len(words), LINE)]
    return "\n".join("    " + ", ".join(map(str, line)) + "," for line in lines)
