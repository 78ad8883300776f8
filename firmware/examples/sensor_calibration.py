"""A pressure sensor: from raw counts with noise to hundredths of a kilopascal, y = a count + b."""

from qbfgs import minimize
from qbfgs.data import Table
from qbfgs.models.recipes import make
from qbfgs.quantizer import round_div, to_text

QP = 4096


def readings():
    """(count, pressure) pairs of a made-up sensor with 25 counts of noise, repeatable."""
    seed, rows = 7, []
    for pressure in range(0, 10001, 250):
        seed = (seed * 0x5D65 + 0x3039) & 0xFFFFFF
        noise = (seed >> 8) % 51 - 25
        rows.append([3000 + 13 * pressure // 4 + noise, pressure])
    return rows


rows = readings()
model = make("linear", Table(rows), 0, QP)
found = minimize(model, model.start())
weights = model.parameters(found.x)
samples = model.samples
line, unit = samples.scaling.undo(weights[:1], weights[1], 26)
line, unit = samples.target_scaling.undo_target(line, unit * QP, 26)
print("kPa/100 per count:", to_text(line[0], unit, 6), "made with", to_text(4, 13, 6))
worst = 0
for count, pressure in rows:
    error = round_div(line[0] * count + line[1], unit) - pressure
    worst = max(worst, abs(error))
print("worst error:", worst, "kPa/100, epochs:", found.epochs, "passes:", model.passes)
