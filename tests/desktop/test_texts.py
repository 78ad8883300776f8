"""Names of others do no harm where they are shown."""

import ast

from qbfgs_desktop.texts import in_docstring, printable

HOSTILE = "a\0b\nc\r\t\x1b[31m\u202ed\u2066\u200b\u2028\ud800\"'\\\\n{}%s$x_$[/x]"


def test_what_does_not_print_is_escaped_and_the_rest_stays():
    assert printable("µ °C [/x] $x$ \\ 日本 \U0001f600") == "µ °C [/x] $x$ \\ 日本 \U0001f600"
    assert printable("a\0\n\x1b\x7f\u202e\ud800\U000e0001") == (
        "a\\x00\\n\\x1b\\x7f\\u202e\\ud800\\U000e0001"
    )
    assert printable(HOSTILE).isprintable()


def test_every_character_in_a_docstring():
    for first in (*range(0, 0x10000, 0x1000), 0xE0000):
        text = "".join(map(chr, range(first, first + 0x1000)))
        source = f'"""{in_docstring(text)}."""\n'
        assert source[:-1].isprintable()
        assert ast.literal_eval(source) == printable(text) + "."
    source = f'"""{in_docstring(HOSTILE)}"""'
    assert ast.literal_eval(source) == printable(HOSTILE)
