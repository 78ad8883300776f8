"""A magnetometer's offset and field from readings in all directions: a sphere fit."""

from qbfgs import minimize
from qbfgs.data import Table
from qbfgs.models.designs import Sphere
from qbfgs.models.recipes import make
from qbfgs.quantizer import round_div

QP = 4096
CENTRE, RADIUS = (120, -61, 33), 480


def readings(count):
    """Made-up readings with noise of up to 2 counts an axis, repeatable."""
    seed, rows = 11, []
    while len(rows) < count:
        reading = []
        for _ in range(3):
            seed = (seed * 0x5D65 + 0x3039) & 0xFFFFFF
            reading.append((seed >> 8) % 2001 - 1000)
        square = sum([v * v for v in reading])
        if 40000 < square < 1000000:  # a direction; its length is made that of the field below
            length = root(square)
            row = []
            for v, c in zip(reading, CENTRE):
                seed = (seed * 0x5D65 + 0x3039) & 0xFFFFFF
                row.append(c + round_div(v * RADIUS, length) + (seed >> 8) % 5 - 2)
            rows.append(row)
    return rows


def root(square):
    """The integer square root."""
    r = square
    while r * r > square:
        r = (r + square // r) // 2
    return r


model = make("sphere", Table(readings(150)), 0, QP)
found = minimize(model, model.start())
centre, square = Sphere.shape(model.parameters(found.x), QP)
scaling = model.samples.scaling
factor, drop = scaling.factor[0], scaling.drop[0]
offset = []
for c, shift in zip(centre, scaling.shift):
    offset.append(shift + round_div(c << Sphere.WIDTH + drop, QP * factor))
field = root((square << 2 * Sphere.WIDTH + 2 * drop) // (QP * factor) ** 2)
print("offset:", offset, "made with", list(CENTRE))
print("field:", field, "made with", RADIUS)
print("epochs:", found.epochs, "passes:", model.passes)
