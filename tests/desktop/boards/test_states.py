"""Checkpoints with right CRCs and wrong contents: ValueError, or a run that ends."""

import os
import random

import pytest

from qbfgs import Optimizer, checkpoints
from qbfgs.modes import MODES
from qbfgs.problems import Rosenbrock
from qbfgs.words.crc import crc16
from qbfgs.words.integers import IntReader, write_int
from qbfgs_desktop.boards.states import _BLOCKS, _RANGES, check_state

FUZZ = int(os.environ.get("QBFGS_FUZZ", 600))
HEAD = 10
STEPS = 25  # after a load
EDGES = (0, 1, -1, 2, 15, 16, 17, 63, 1 << 14, 1 << 15, 1 << 19, 1 << 28, 1 << 29, 1 << 30, 1 << 40)


def load(data, objective, label):
    """As the desk reads a board's checkpoint."""
    optimizer = checkpoints.load(data, objective, label)
    check_state(optimizer)
    return optimizer


class Bowl:
    """Any number of parameters; far from its minimum costs are wide."""

    qp = 64

    def __init__(self, n):
        self.n = n

    def cost(self, x):
        return sum((i + 1) * (x[i] - 3 * i) ** 2 + x[i] * x[i - 1] for i in range(self.n))

    def gradient(self, x):
        g = [2 * (i + 1) * (x[i] - 3 * i) for i in range(self.n)]
        for i in range(self.n):
            g[i] += x[i - 1]
            g[i - 1] += x[i]
        return g


def run(objective, start, epochs, **settings):
    optimizer = Optimizer(objective, start, max_epochs=epochs, **settings)
    while optimizer.step():
        pass
    return optimizer


def numbers_of(data):
    reader = IntReader(data, HEAD, len(data) - 2)
    numbers = []
    while reader.place < reader.end:
        numbers.append(reader.read())
    return numbers


def sealed(numbers):
    """The checkpoint of these numbers, its length and CRC as they should be."""
    body = bytearray()
    for number in numbers:
        write_int(body, number)
    data = bytearray(b"qbfgs") + bytes([checkpoints.VERSION]) + len(body).to_bytes(4, "little")
    data += body
    return data + crc16(data).to_bytes(2, "big")


def samples():
    """(objective, data) of runs in all modes, from the first epochs to the end."""
    made = []
    bounds = {"lower": [-400, None], "upper": [None, 90]}
    for mode in MODES:
        for epochs in (0, 5, 12, 23, 2000 if mode != "fixed-rate" else 40):
            made.append(run(Rosenbrock(64), [-79, 78], epochs, mode=mode))
    for settings in (bounds, {"refine": 3}, {"mode": "limited", "refine": 2}, {"pairs": 4}):
        for epochs in (3, 11, 30, 47):
            made.append(run(Rosenbrock(64), [-80, 80], epochs, **settings))
    for n, epochs in ((1, 3), (1, 7), (3, 7), (3, 13), (3, 34), (18, 60)):
        made.append(run(Bowl(n), [50 - 9 * i for i in range(n)], epochs))
    return [(o.objective, checkpoints.dump(o, 5)) for o in made]


SAMPLES = samples()
NUMBERS = [numbers_of(data) for _, data in SAMPLES]


def test_each_state_of_a_run_is_believed_and_kept():
    for objective, data in SAMPLES:
        assert sealed(numbers_of(data)) == data
        optimizer = load(data, objective, 5)
        assert checkpoints.dump(optimizer, 5) == data


def test_every_field_has_a_range():
    known = set(_BLOCKS.split()) | {"cost", "level", "status", "order", "budget"}
    for names, _, _ in _RANGES:
        known |= set(names.split())
    for objective, data in SAMPLES:
        for part in checkpoints._parts(load(data, objective, 5)):
            assert set(part.STATE.split()) <= known, type(part)


FIRST = {  # the place among the numbers, a value, what is said
    "an unknown mode": (1, 99, "a mode that this version does not know"),
    "a mode below": (1, -1, "a mode that this version does not know"),
    "no parameters": (2, 0, "it is too short for its parameters and pairs"),
    "a million parameters": (2, 10**6, "it is too short for its parameters and pairs"),
    "a million pairs": (4, 10**6, "it is too short for its parameters and pairs"),
    "pairs below": (4, -4, "it is too short for its parameters and pairs"),
    "a refinement beyond": (5, 4 * 77, "refine must be 16 or less"),
    "a limit below": (3, -1, "max_epochs must be 0 or more"),
}


@pytest.mark.parametrize("name", FIRST)
def test_settings_that_no_run_has(name):
    place, value, sentence = FIRST[name]
    numbers = numbers_of(SAMPLES[2][1])
    numbers[place] = value
    with pytest.raises(ValueError, match=sentence):
        load(sealed(numbers), None, 5)


def test_too_few_and_too_many_numbers():
    numbers = numbers_of(SAMPLES[2][1])
    with pytest.raises(ValueError, match="end too early"):
        load(sealed(numbers[:-1]), None, 5)
    with pytest.raises(ValueError, match="goes on behind its last number"):
        load(sealed([*numbers, 0]), None, 5)
    long = bytearray(sealed([5])[:HEAD]) + b"\x80" * 300000 + b"\0"
    long[6:10] = (len(long) - HEAD).to_bytes(4, "little")
    with pytest.raises(ValueError, match="a number is too long"):
        load(long + crc16(long).to_bytes(2, "big"), None, 0)


def crafted(seed):
    """A state with some numbers changed; what loads is stepped on. Whether it was refused."""
    dice = random.Random(seed)
    sample = dice.randrange(len(SAMPLES))
    objective, numbers = SAMPLES[sample][0], list(NUMBERS[sample])
    for _ in range(dice.choice((1, 1, 1, 2, 6))):
        place = dice.choice((dice.randrange(1, 30), dice.randrange(1, len(numbers))))
        kind = dice.randrange(4)
        if kind == 0:
            numbers[place] = dice.choice((1, -1)) * (dice.choice(EDGES) - dice.randrange(2))
        elif kind == 1:
            numbers[place] += dice.choice((1, -1))
        elif kind == 2:
            numbers[place] = numbers[dice.randrange(len(numbers))]
        else:
            numbers[place] = dice.getrandbits(dice.randint(1, 33)) * dice.choice((1, -1))
    try:
        optimizer = load(sealed(numbers), objective, 5)
    except ValueError as error:
        assert len(str(error)) > 15
        return True
    optimizer.max_epochs = optimizer.epochs + STEPS
    optimizer.ask()
    while optimizer.step():
        pass
    return False


def test_crafted_states_are_refused_or_lead_to_an_end():
    """QBFGS_FUZZ: so many states."""
    refused = sum(map(crafted, range(FUZZ)))
    print(f"{FUZZ} crafted checkpoints: {refused} refused, {FUZZ - refused} stepped on")
    assert FUZZ // 4 < refused < FUZZ * 9 // 10
