"""The emulated micro:bit: driven by the real mpremote, it answers the committed vectors."""

import pytest
from virtual_boards import mpremote, require

from qbfgs_tools.boards import vectors as board_vectors
from qbfgs_tools.boards.errors import BoardError
from qbfgs_tools.boards.link import Link
from qbfgs_tools.virtual import microbit as virtual_microbit
from qbfgs_tools.virtual.microbit import INSTRUCTIONS_PER_US, MicrobitBoard


@pytest.fixture(scope="module")
def board():
    require(virtual_microbit)
    with MicrobitBoard() as made:
        yield made


def test_mpremote_executes_and_runs(board, tmp_path):
    code, text = mpremote(board, "resume", "exec", "import sys; print(sys.implementation)")
    assert code == 0
    assert "(1, 9, 2)" in text
    script = tmp_path / "script.py"
    script.write_text("print('from a file')\n")
    assert mpremote(board, "resume", "run", str(script)) == (0, "from a file\n")
    assert mpremote(board, "run", str(script)) == (0, "from a file\n")  # after a soft reset


def test_long_programs_arrive_whole(board):
    with Link(board.port) as link:
        for seed in range(5):
            text = "".join(chr(97 + (i * i + seed) % 26) for i in range(1200))
            assert link.execute(f"print('{text}')").decode().strip() == text


def test_its_heap_is_that_of_the_real_one(board):
    with Link(board.port) as link:
        link.soft_reset()
        assert link.version == (1, 9, 2)
        assert 8900 < link.ask("import gc\ngc.collect()\nprint(gc.mem_free())") < 10000


@pytest.mark.parametrize("group", board_vectors.groups())
def test_it_answers_the_committed_vectors(board, group):
    with Link(board.port) as link:
        count, difference = board_vectors.check(link, group, files=False)
    assert difference == ""
    assert count == len(board_vectors.vectors(group)) >= 40


def test_a_wrong_answer_is_seen(board, monkeypatch):
    pairs = board_vectors.vectors("armijo")
    monkeypatch.setattr(board_vectors, "vectors", lambda group: [*pairs[:3], (pairs[3][0], "7")])
    with Link(board.port) as link:
        count, difference = board_vectors.check(link, "armijo", files=False)
    assert count <= 3
    assert difference.endswith("on the board and 7 at the desk")


def test_out_of_memory_is_an_exception_and_no_end(board):
    with Link(board.port) as link:
        with pytest.raises(BoardError, match="out of memory"):
            link.execute("b = bytearray(20000)")
        assert link.evaluate("1 + 1") == 2


def test_instructions_are_counted_repeatably():
    """100 turns of an empty loop, in instructions: the same again within a tenth of a per cent."""
    require(virtual_microbit)
    program = (
        "import utime\nt = utime.ticks_us()\nfor i in range(20000):\n pass\n"
        "print(utime.ticks_diff(utime.ticks_us(), t))"
    )
    counts = []
    for _ in range(2):
        with MicrobitBoard(counting=True) as board, Link(board.port) as link:
            link.soft_reset()
            counts.append(link.ask(program) * INSTRUCTIONS_PER_US)
    assert 100 * 20000 < counts[0] < 1000 * 20000
    assert abs(counts[1] / counts[0] - 1) < 0.001
