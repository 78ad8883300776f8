"""The emulated Cortex-M3 behaves like a board on a cable, for the real mpremote."""

import pytest
from virtual_boards import eventually, mpremote, require

from qbfgs_tools.boards import rom
from qbfgs_tools.boards.link import Link
from qbfgs_tools.virtual import cortex
from qbfgs_tools.virtual.cortex import HEAP, CortexBoard

TURNS = 100_000
# Two instructions a turn; what a turn of bytecode takes depends on the compiler's version.
COUNT = f"""
import time
@micropython.asm_thumb
def loop(r0):
    label(again)
    sub(r0, 1)
    bne(again)
def ticks(turns):
    began = time.ticks_cpu()
    loop(turns)
    return time.ticks_diff(time.ticks_cpu(), began)
ticks(1)
print((ticks(1000), ticks(1000 + {TURNS})))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of one board, for all of these tests."""
    require(cortex)
    return tmp_path_factory.mktemp("cortex")


@pytest.fixture
def board(folder):
    with CortexBoard(folder, boot=False) as made:
        yield made


def test_mpremote_executes_resets_and_copies(board, tmp_path):
    code, text = mpremote(board, "resume", "exec", "import sys; print(sys.implementation)")
    assert code == 0
    assert "(1, 25, 0, '')" in text and "MPS2-AN385 emulated by QEMU with Cortex-M3" in text
    assert mpremote(board, "resume", "exec", "x = 5") == (0, "")
    assert mpremote(board, "resume", "exec", "print(x)") == (0, "5\n")
    code, text = mpremote(board, "exec", "print(x)")
    assert code == 1 and "NameError" in text
    script = tmp_path / "script.py"
    script.write_text("print('from a file')\nraise ValueError('planted')\n")
    code, text = mpremote(board, "run", str(script))
    assert code == 1
    assert text.startswith("from a file\n") and "ValueError: planted" in text
    assert mpremote(board, "resume", "fs", "cp", str(script), ":kept.py")[0] == 0
    assert mpremote(board, "soft-reset", "fs", "cat", ":kept.py") == (0, script.read_text())


def test_an_endless_program_is_interrupted_by_the_next_command(board):
    assert mpremote(board, "resume", "exec", "--no-follow", "while True: pass")[0] == 0
    assert mpremote(board, "resume", "exec", "print('back')") == (0, "back\n")


def test_long_programs_arrive_whole(board):
    with Link(board.port) as link:
        for seed in range(3):
            text = "".join(chr(97 + (i * i + seed) % 26) for i in range(20000))
            assert link.execute(f"print('{text}')").decode().strip() == text


def test_its_heap_is_chosen_at_start(folder):
    for heap in (HEAP, 64 * 1024):
        with CortexBoard(folder, heap, boot=False) as board, Link(board.port) as link:
            link.soft_reset()
            size = link.ask("import gc\nprint(gc.mem_alloc() + gc.mem_free())")
            assert 0.97 * heap < size < heap
    with pytest.raises(ValueError, match="room for a heap of 4194288 bytes at most"):
        CortexBoard(folder, 1 << 23)


def test_its_clock_counts_instructions_and_nothing_else(folder):
    counts = []
    for _ in range(2):
        with CortexBoard(folder, boot=False) as board, Link(board.port) as link:
            link.soft_reset()
            counts.append(link.ask(COUNT))
    ticks = 2 * TURNS / cortex.INSTRUCTIONS_PER_TICK
    assert all(abs(long - short - ticks) <= 1 for short, long in counts)
    assert all(abs(one - other) <= 1 for one, other in zip(*counts, strict=True))


def test_files_survive_a_reset_and_a_power_cut_in_the_middle_of_a_write(board):
    with Link(board.port) as link:
        link.write_file("kept.txt", b"kept" * 1000)
        link.soft_reset()
        assert link.read_file("kept.txt") == b"kept" * 1000
        link.execute("n = 0\nf = open('cut.txt', 'wb')\n")
        link._transport.exec_raw_no_follow(
            "while True:\n f.write(bytes(64))\n f.flush()\n print(n)\n n += 1"
        )
        assert link._transport.read_until(1, b"20\r\n", 10).endswith(b"20\r\n")
    board.power_off()
    assert not board.powered()
    board.power_on()
    with Link(board.port) as link:
        assert link.read_file("kept.txt") == b"kept" * 1000
        assert set(link.read_file("cut.txt")) == {0}
        assert link.ask("print('n' in globals())") is False
        link.remove_file("cut.txt")


def test_boot_and_main_run_at_power_on_and_boot_alone_before_the_raw_repl(folder):
    heard = bytearray()

    def hear(data):
        heard.extend(data)
        return data

    with CortexBoard(folder, boot=False) as board, Link(board.port) as link:
        link.write_file("boot.py", b"print('boot ran')\n")
        link.write_file("main.py", b"print('main ran')\n")
    with CortexBoard(folder, tamper=hear) as board:
        assert eventually(lambda: b">>> " in heard, 60)
        assert bytes(heard).startswith(b"boot ran\r\nmain ran\r\n")
        heard.clear()
        with Link(board.port) as link:
            link.soft_reset()
            assert b"boot ran" in heard and b"main ran" not in heard
            for path in ("boot.py", "main.py"):
                link.remove_file(path)


def test_its_rom_partition_takes_an_image(board):
    with Link(board.port) as link:
        rom.deploy(link, rom.image({"lib/note": b"\x00\xff"}))
        assert link.ask("print(open('/rom/lib/note', 'rb').read())") == b"\x00\xff"
        board.power_off()
        board.power_on()
    with Link(board.port) as link:
        assert list(link.hashes(rom.MOUNTED)) == ["/rom/lib/note"]
        rom.deploy(link, rom.image({}))
        assert link.hashes(rom.MOUNTED) == {}
