"""The picture of a fit: readings and curve above, what is left of each reading below."""

from decimal import Decimal

from matplotlib.figure import Figure

from .charts import KINDS

POINTS = 200  # of a curve


def fitted(says, rows, names):
    """A figure. says(inputs): what the fit says for Decimals, a float; rows: of decimal texts, the
    target last; names: of the inputs, and of the target. With more than one input all is drawn
    against what the fit says."""
    figure = Figure(figsize=(8, 6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    rows = [[Decimal(v) for v in row] for row in rows]
    readings = [float(row[-1]) for row in rows]
    said = [says(row[:-1]) for row in rows]
    left = [y - s for y, s in zip(readings, said, strict=True)]
    if len(names) == 2:
        inputs = [row[0] for row in rows]
        low, high = min(inputs), max(inputs)
        line = [low + (high - low) * k / POINTS for k in range(POINTS)] + [high]
        curve = [says([x]) for x in line]
        places = [float(x) for x in inputs]
    else:
        places = said
        line = curve = [min(said), max(said)]
    above.plot([float(x) for x in line], curve, color=KINDS[1], lw=1.4, label="formula")
    above.plot(places, readings, "o", ms=4, color=KINDS[0], label="readings")
    above.legend()
    above.set_ylabel(names[-1])
    below.axhline(0, color=KINDS[1], lw=1)
    below.vlines(places, 0, left, color=KINDS[0], lw=0.8)
    below.plot(places, left, "o", ms=4, color=KINDS[0])
    below.set_ylabel("reading - formula")
    below.set_xlabel(names[0] if len(names) == 2 else f"{names[-1]} of the formula")
    return figure
