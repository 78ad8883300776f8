"""Instructions that parts of the core take on the emulated micro:bit, a Cortex-M0.

QEMU counts them; the same program gives the same count within half a per cent. The real board takes
one to three cycles of 1/16 microsecond an instruction.
"""

from typing import NamedTuple

from qbfgs_tools.boards import vectors as board_vectors
from qbfgs_tools.boards.link import Link
from qbfgs_tools.virtual.microbit import INSTRUCTIONS_PER_US, MicrobitBoard

TURNS = 20
# Not in a function: the board's stack holds the calls of an update, and hardly more.
CLOCK = (
    "import utime\nbegan = utime.ticks_us()\nfor i in range({turns}):\n {call}\n"
    "print(utime.ticks_diff(utime.ticks_us(), began))"
)
# what, group of vectors whose functions are sent, preparation, call
PARTS = (
    ("quantized division (eq. 13)", "quantizer", "", "divide(-1232, 7, 1024)"),
    ("Armijo's rule (eq. 22)", "armijo", "a = pack(-9, 3)\nb = pack(-700, 9)", "sufficient(a, b)"),
    (
        "compensation vector (eq. 35)",
        "compensation",
        "o = Orthogonal(2)\nz = [0, 0]\nh = [-300, 41]",
        "o.turn(z, h, 1024)",
    ),
    (
        "rounding in the metric",
        "rounding",
        "f = Factor(2)\nf.columns[0][1] = 3000\nf.columns[0][2] = -12\nf.columns[0][3] = 12\n"
        "m = MetricRounding(f)\nd = block(2)\nt = [12345, -4567]",
        "m.round(d, t)",
    ),
    (
        "BFGS update of L D L'",
        "factors",
        "f = Factor(2)\nf.set_identity(pack(3, 0))\ns = blocked([7, -5])\n"
        "y = blocked([7000, -900])\nq = dot(s, y, 2)",
        "f.transpose_times(y); f.bfgs(s, q)",
    ),
)


class Count(NamedTuple):
    """instructions: of one call, for two parameters."""

    part: str
    instructions: int


def counts():
    """A `Count` for each part, as they are made. Needs the virtual micro:bit."""
    with MicrobitBoard(counting=True) as board, Link(board.port) as link:
        for part, group, preparation, call in PARTS:
            board_vectors.load(link, group, files=False)
            for code in preparation.split("\n"):
                link.execute(board_vectors.COLLECT)
                link.execute(code)
            microseconds = _clocked(link, call) - _clocked(link, "pass")
            yield Count(part, round(microseconds * INSTRUCTIONS_PER_US / TURNS))


def _clocked(link, call):
    link.execute(board_vectors.COLLECT)
    return link.ask(CLOCK.format(turns=TURNS, call=call))
