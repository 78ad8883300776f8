"""Real power cuts: the virtual board is killed at random moments, and loses no run."""

import random
import time

import pytest
from virtual_boards import require

from qbfgs import minimize
from qbfgs.problems.rosenbrock import Rosenbrock
from qbfgs.quantizer import quantize
from qbfgs.words.crc import crc16
from qbfgs_desktop.boards.replay import replay
from qbfgs_desktop.boards.report import Final, Header, Notice, Reader
from qbfgs_tools.boards.installation import install
from qbfgs_tools.boards.link import Link
from qbfgs_tools.builds.files import sources
from qbfgs_tools.virtual import unix as virtual_unix
from qbfgs_tools.virtual.unix import UnixBoard

CUTS = 120
SILENCE = 600  # seconds, on however busy a machine
MOST_CUTS = 400  # when none of the first ones hit a checkpoint while it was written
CHECKPOINTS = ("qbfgs.a", "qbfgs.b")
JOB = "problem rosenbrock\nqp 1000\nstart -1.232 1.212\ncheckpoint 1\n"


class Heard:
    """What a board says, whether or not somebody has its port open."""

    def __init__(self):
        self.restart()

    def restart(self):
        self.reader = Reader()
        self.records = []

    def __call__(self, data):
        self.records += self.reader.feed(data)
        return data

    def count(self, kind):
        return sum(isinstance(record, kind) for record in self.records)

    def ended(self):
        return self.count(Final) > 0


@pytest.fixture
def flash(tmp_path):
    require(virtual_unix)
    folder = tmp_path / "flash"
    with UnixBoard(folder, boot=False) as board, Link(board.port) as link:
        install(link, sources(main=True))
    (folder / "job.txt").write_text(JOB)
    return folder


def valid(path):
    data = path.read_bytes()
    return data[:4] == b"qbf2" and crc16(data) == 0


def until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.001)
    return False


def test_every_run_ends_with_the_checksum_of_the_undisturbed_one(flash):
    start = [quantize(t, 1000) for t in ("-1.232", "1.212")]
    undisturbed = minimize(Rosenbrock(1000), start, mode="compensated")
    rng = random.Random(11)
    heard = Heard()
    torn = set()
    cuts = runs = resumed = 0
    with UnixBoard(flash, tamper=heard, power=False) as board:
        while cuts < CUTS or (not torn and cuts < MOST_CUTS):
            for name in CHECKPOINTS:
                (flash / name).unlink(missing_ok=True)
            heard.restart()
            while not heard.ended():
                begun = heard.count(Header)
                board.power_on()
                # The report's beginning is awaited in most cases, for else few cuts would hit it.
                if rng.random() < 0.8:
                    assert until(lambda n=begun: heard.count(Header) > n, SILENCE)
                    finished = until(heard.ended, rng.uniform(0, 0.06))
                else:
                    finished = until(heard.ended, rng.uniform(0, 0.1))
                board.power_off()
                heard.reader = Reader()
                if not finished:
                    cuts += 1
                there = [flash / n for n in CHECKPOINTS if (flash / n).exists()]
                broken = [path for path in there if not valid(path)]
                assert len(broken) <= 1, "a power cut damaged both files"
                torn |= {(path.name, path.stat().st_mtime_ns) for path in broken}
                if not finished:
                    heard.records = [r for r in heard.records if not isinstance(r, Final)]
            runs += 1
            final = next(r for r in reversed(heard.records) if isinstance(r, Final))
            assert final.checksum == undisturbed.checksum
            assert (final.epochs, final.x) == (undisturbed.epochs, tuple(undisturbed.x))
            assert not any(r.fatal for r in heard.records if isinstance(r, Notice))
            assert replay(heard.records).difference == ""
            resumed += sum(r.resumed is not None for r in heard.records if isinstance(r, Header))
    print(f"{cuts} power cuts in {runs} runs; {len(torn)} hit a file; {resumed} resumed")
    assert torn
    assert runs >= 5
    assert resumed >= 30
