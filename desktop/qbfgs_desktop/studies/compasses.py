"""Simulated compasses: how far off the offset is that a calibration finds, beside other ways.

A sensor sees a field of 500 counts through a soft iron of 1 + 15 % of normally distributed,
symmetric numbers and adds a hard iron of up to the field on each axis, and noise of 1 % of the
field on each.  It is turned so that 100 readings spread evenly over a part of the sphere that lies
at random.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares

from qbfgs.calibrate.compass import Compass

FIELD = 500
READINGS = 100
GOLDEN = np.pi * (3 - 5**0.5)


class Case(NamedTuple):
    """coverage: of the sphere; disturbed: the share of the readings to which a vector of 0.1 to 1
    fields is added, in any direction."""

    name: str
    coverage: float
    disturbed: float


CASES = (
    Case("65 % of the sphere", 0.65, 0.0),
    Case("65 %, 5 % disturbed", 0.65, 0.05),
    Case("29 % of the sphere", 0.29, 0.0),
)


class Found(NamedTuple):
    """Of one compass: what each way's offset is off, in fields; trusted: what Compass says of its
    own; expected: the standard error that it states."""

    case: str
    errors: dict
    trusted: bool
    expected: float


def readings(random, case):
    """(readings as an array of ints, the offset) of a compass."""
    noise = random.normal(size=(3, 3))
    iron = np.eye(3) + 0.15 * (noise + noise.T) / 2
    offset = random.uniform(-1, 1, 3)
    turned, _ = np.linalg.qr(random.normal(size=(3, 3)))
    height = 1 - 2 * case.coverage * (np.arange(READINGS) + 0.5) / READINGS
    angle = GOLDEN * np.arange(READINGS)
    radius = np.sqrt(1 - height**2)
    field = np.c_[radius * np.cos(angle), radius * np.sin(angle), height] @ turned.T
    seen = field @ iron.T + offset + 0.01 * random.normal(size=(READINGS, 3))
    count = round(case.disturbed * READINGS)
    if count:
        which = random.choice(READINGS, count, replace=False)
        away = random.normal(size=(count, 3))
        away /= np.linalg.norm(away, axis=1)[:, None]
        seen[which] += away * random.uniform(0.1, 1, (count, 1))
    return np.round(FIELD * seen).astype(int), FIELD * offset


def middle(rows):
    """(max + min) / 2 of each axis."""
    return (rows.max(axis=0) + rows.min(axis=0)) / 2


def sphere(rows):
    """The centre of the sphere by linear least squares."""
    columns = np.c_[2 * rows, np.ones(len(rows))]
    return np.linalg.lstsq(columns, (rows**2).sum(axis=1), rcond=None)[0][:3]


def levenberg(rows):
    """The offset of the 9-parameter fit by MINPACK's LM in doubles, all readings believed alike."""
    centre = middle(rows)
    size = np.linalg.norm(rows - centre, axis=1).mean()
    points = (rows - centre) / size

    def matrix(p):
        return np.array(
            [[1 + p[0], p[2], p[3]], [p[2], 1 + p[1], p[4]], [p[3], p[4], 1 - p[0] - p[1]]]
        )

    def residuals(p):
        return np.linalg.norm(points @ matrix(p) - p[5:8], axis=1) - 1 - p[8]

    p = least_squares(residuals, np.zeros(9), method="lm").x
    return centre + size * np.linalg.solve(matrix(p), p[5:8])


def calibrated(rows):
    """The Correction by `qbfgs.calibrate.Compass`."""
    compass = Compass()
    for row in rows.tolist():
        compass.add(row)
    return compass.result()


def offset_of(found):
    """The offset of a Correction with the part of a count that is in its constants, an array."""
    half = 1 << found.shift >> 1
    rest = np.linalg.solve(np.reshape(found.matrix, (3, 3)), np.array(found.constants) - half)
    return np.array(found.offset) - rest


OTHERS = {"(max + min) / 2": middle, "sphere": sphere, "SciPy LM": levenberg}


def simulate(count: int, seed: int, cases=CASES) -> Iterator[Found]:
    """Compass after compass, the cases in turn."""
    for case in cases:
        for k in range(count):
            rows, offset = readings(np.random.default_rng((seed, k)), case)
            found = calibrated(rows)
            ways = {name: way(rows) for name, way in OTHERS.items()}
            ways["Compass"] = offset_of(found)
            errors = {name: float(np.linalg.norm(b - offset)) / FIELD for name, b in ways.items()}
            expected = 1.0 if found.error is None else found.error / 10000
            yield Found(case.name, errors, found.trusted, expected)


class Summary(NamedTuple):
    """Of a case and a way, over its compasses: errors in fields; refused: how many it does not
    trust, None for ways that do not say."""

    case: str
    way: str
    median: float
    p95: float
    most: float
    refused: int | None


def summaries(found):
    """The Summary of each case and way."""
    for case in dict.fromkeys(f.case for f in found):
        own = [f for f in found if f.case == case]
        for way in own[0].errors:
            errors = [f.errors[way] for f in own]
            refused = sum(not f.trusted for f in own) if way == "Compass" else None
            p50, p95 = np.quantile(errors, (0.5, 0.95))
            yield Summary(case, way, float(p50), float(p95), max(errors), refused)
