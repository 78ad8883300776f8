"""The raw REPL of virtual boards whose MicroPython has none, to the byte."""

from qbfgs_tools.virtual.raw_repl import BANNER, MARK, WINDOW, RawRepl


class Made:
    """One between a host and a board. said: to the host; typed: to the board."""

    def __init__(self):
        self.said, self.typed = bytearray(), bytearray()
        self.repl = RawRepl(self._write, self.said.extend, self.typed.extend, lambda: False)
        self.repl.typed(b"\x01")
        assert self.heard() == BANNER

    def _write(self, data):
        self.typed += data
        return len(data)

    def heard(self):
        """What the host heard since it was last asked."""
        said = bytes(self.said)
        self.said.clear()
        return said

    def paste(self, data):
        """Raw-paste mode, and a part of a program."""
        assert self.repl.typed(b"\x05A\x01") == 3
        assert self.heard() == b"R\x01" + WINDOW.to_bytes(2, "little")
        assert self.repl.typed(data) == len(data)


def test_a_program_in_raw_paste_mode():
    made = Made()
    made.paste(b"#" * (2 * WINDOW - 1))
    assert made.heard() == b"\x01"  # one window may follow what was taken
    assert made.repl.typed(b"\n1\x04") == 3
    assert made.heard() == b"\x01\x04"  # no "OK"
    assert made.typed[:1] == b"\x05" and b"read(%d)" % (2 * WINDOW + 1) in made.typed
    made.typed.clear()
    assert made.repl.said(MARK) == b""
    assert bytes(made.typed) == b"#" * (2 * WINDOW - 1) + b"\n1"
    assert made.repl.said(b"two" + MARK + MARK + b">>> ") == b"two\x04\x04>"


def test_ctrl_c_gives_up_what_is_pasted():
    made = Made()
    made.paste(b"print(")
    assert made.repl.typed(b"\x03\x01") == 1
    assert made.heard() == b"\x04\x04\x04>"
    assert made.repl.typed(b"\x01") == 1 and made.heard() == BANNER
    assert not made.typed


def test_an_empty_program_in_raw_paste_mode_is_no_soft_reset():
    made = Made()
    made.paste(b"\x04")
    assert made.heard() == b"\x04"
    made.repl.said(MARK)
    assert made.typed.endswith(b"pass")
