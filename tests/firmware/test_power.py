"""Power cuts at random moments, also while a checkpoint is written: the run ends the same.

In this process, on a simulated medium; tests/tools cuts the power of a virtual board.
"""

import random
import sys
import types

import pytest
from qbfgs_board import pair, runner

from qbfgs import minimize
from qbfgs.problems import Rosenbrock
from qbfgs_desktop.boards.replay import replay
from qbfgs_desktop.boards.report import Checkpoint, Final, Notice, Reader

CUTS = 200  # runs, each with one power cut or more
EPOCH = 250  # bytes that could be written while an epoch is computed
START = [-79, 78]
JOB = "problem powered:Powered\nqp 64\nstart -1.232 1.212\ncheckpoint 4\n"


class PowerCut(BaseException):
    """The power is gone: no handler of the firmware may stop this."""


class Power:
    """Runs out after so many events: bytes written, file operations, parts of an epoch."""

    def __init__(self):
        self.left = 0
        self.spent = 0

    def spend(self, events):
        """The events that still happen of those asked for; the cut comes when none is left."""
        done = min(events, self.left)
        self.left -= done
        self.spent += done
        return done

    def need(self, events):
        if self.spend(events) < events:
            raise PowerCut


class Medium:
    """Two files as flash holds them; `open` stands in for the builtin.

    A write that the cut interrupts leaves its beginning, and behind that nothing, garbage, or what
    the file held before.
    """

    def __init__(self, power, dice):
        self.power, self.dice = power, dice
        self.files = {}

    def open(self, name, mode):
        self.power.need(1)
        if mode == "rb" and name not in self.files:
            raise OSError(2)
        return OpenFile(self, name, mode)


class OpenFile:
    def __init__(self, medium, name, mode):
        self.medium, self.name = medium, name
        self.before = medium.files.get(name, b"")
        if mode == "wb":
            medium.files[name] = b""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.medium.power.need(1)

    def read(self):
        return self.before

    def write(self, data):
        medium = self.medium
        done = medium.power.spend(len(data))
        medium.files[self.name] = bytes(data[:done])
        if done < len(data):
            garbage = bytes(medium.dice.randrange(256) for _ in range(len(data) - done))
            medium.files[self.name] += medium.dice.choice((b"", garbage, self.before[done:]))
            raise PowerCut

    def flush(self):
        self.medium.power.need(1)


@pytest.fixture
def power(tmp_path, monkeypatch):
    """The power supply of a board whose problem and medium need it."""
    supply = Power()

    class Powered(Rosenbrock):
        def cost(self, X):
            supply.need(EPOCH)
            return Rosenbrock.cost(self, X)

    monkeypatch.setitem(sys.modules, "powered", types.SimpleNamespace(Powered=Powered))
    monkeypatch.setattr(pair, "os", None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "job.txt").write_text(JOB)
    return supply


def is_notice(record):
    return isinstance(record, Notice)


def run(power, capsys, left):
    """One power-up with so much power; (whether the run ended, its records)."""
    power.left = left
    try:
        runner.run()
        ended = True
    except PowerCut:
        ended = False
    return ended, Reader().feed(capsys.readouterr().out.encode())


def on_medium(monkeypatch, power, dice):
    medium = Medium(power, dice)
    monkeypatch.setattr(pair, "open", medium.open, raising=False)
    return medium


def test_power_cuts_at_random_moments(power, monkeypatch, capsys):
    undisturbed = minimize(Rosenbrock(64), START, mode="compensated")
    on_medium(monkeypatch, power, random.Random(0))
    assert run(power, capsys, 10**9)[0]
    whole = power.spent
    cuts = torn = refused = 0
    for seed in range(CUTS):
        dice = random.Random(seed)
        medium = on_medium(monkeypatch, power, dice)
        records = []
        ended = False
        left = dice.randrange(whole)  # the first power-up is always cut
        while not ended:
            ended, more = run(power, capsys, left)
            records += more
            cuts += not ended
            power.left = 10**9  # to look at the files
            torn += not ended and not all(map(readable, medium.files))
            left = dice.randrange(2 * whole)
        final = records[-1]
        assert isinstance(final, Final)
        assert (final.checksum, final.epochs) == (undisturbed.checksum, undisturbed.epochs)
        refused += sum(map(is_notice, records))
        verdict = replay(records, Rosenbrock)
        assert not verdict.difference and verdict.ended
    assert cuts >= CUTS
    assert torn > CUTS // 10, "too few cuts hit a write to mean anything"
    assert refused >= torn
    print(f"{cuts} cuts in {CUTS} runs, {torn} left a file that cannot be read")


def readable(name):
    try:
        return pair._read(name) is not None
    except ValueError:
        return False


def test_cuts_all_along_two_checkpoints(power, monkeypatch, capsys):
    """No moment from the first epochs to the end of the second write is harmful."""
    undisturbed = minimize(Rosenbrock(64), START, mode="compensated")
    dice = random.Random(1)
    for left in range(4 * EPOCH, 4 * EPOCH + 3300, 11):
        on_medium(monkeypatch, power, dice)
        assert not run(power, capsys, left)[0]
        ended, records = run(power, capsys, 10**9)
        assert ended and records[-1].checksum == undisturbed.checksum


def test_checkpoints_are_written_as_often_as_asked(power, monkeypatch, capsys):
    on_medium(monkeypatch, power, random.Random(0))
    _, records = run(power, capsys, 10**9)
    epochs = [r.epoch for r in records if isinstance(r, Checkpoint)]
    assert epochs == list(range(4, records[-1].epochs + 1, 4))


def test_a_full_medium_is_a_warning(power, monkeypatch, capsys):
    def full(name, mode):
        raise OSError(28 if mode == "wb" else 2)

    monkeypatch.setattr(pair, "open", full, raising=False)
    ended, records = run(power, capsys, 10**9)
    warnings = [record for record in records if is_notice(record)]
    assert ended and len(warnings) == records[-1].epochs // 4
    assert warnings[0].text.startswith("no checkpoint was written (OSError: 28): is there room")
    assert not warnings[0].fatal
