"""Pictures of runs: the path on the contours of the cost, and the cost per epoch.

Colours are of Okabe and Ito's palette, and markers differ too, so that the pictures can be read in
greyscale and by the colour-blind.  Drawn by Agg: no window, no global state.
"""

import math
from pathlib import Path

import numpy as np

try:
    from matplotlib import rc_context
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure
except ImportError as error:
    raise ImportError("pictures need matplotlib: pip install matplotlib") from error

from qbfgs.problems import ALL

from ..files import whole
from ..texts import printable

VALLEYS = {"rosenbrock": np.square}  # y of the valley floor at x, real units
PATH, MAIN, COMPENSATION = "#0072B2", "#D55E00", "#000000"
# Rejected trials: label, whether a compensation proposed them, marker, size, style.
IDLES = (
    ("idle, main trial", False, "^", 30, {"color": MAIN, "facecolor": "none"}),
    ("idle, compensation", True, "x", 18, {"color": COMPENSATION, "linewidth": 0.8}),
)
MARGIN = 0.1  # about the points shown, of their extent
NEAR = 0.5  # idle trials so near the path are shown, of its longer side
NEAREST = 4  # grid steps: so near they are shown in any case
GRID = 300  # contour samples a side
LEVELS = 12  # contours, about
DECADES = 8  # of cost that they show, at most
DPI = 150
LONGEST = 60  # name shown, characters
UNDATED = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}  # the same bytes every time


def save(figure, path):
    """Writes a Figure to a file, PNG, SVG or PDF by its name; the same picture, the same bytes.

    Raises OSError for a file that cannot be written, ValueError for an unknown kind of file.
    """
    kind = Path(path).suffix.lower()
    if not kind:
        raise ValueError("the name must end in .png, .svg or .pdf")
    with rc_context({"svg.hashsalt": "qbfgs"}), whole(path) as stream:
        figure.savefig(stream, format=kind[1:], dpi=DPI, metadata=UNDATED.get(kind))


def shown_name(name):
    """A name of others as a picture shows it: its dollars begin no formula, and it is cut where it
    is longer than `LONGEST`."""
    text = printable(str(name))
    if len(text) > LONGEST:
        text = text[: LONGEST - 2] + ".."
    return text.replace("$", r"\$")


def plot_run(run, path):
    """Draws a `runs.Run` of a problem of `qbfgs.problems` to a file, PNG, SVG or PDF by its name.

    With two parameters, left: contours of the cost, the valley floor where it is known, the
    accepted points, the idle trials.  Always: least cost so far and rejected costs per epoch.
    Raises as `save` does.
    """
    save(draw_run(run), path)


def draw_run(run):
    """The picture of `plot_run` as a matplotlib Figure."""
    o, problem = run.optimizer, run.problem
    panels = 2 if problem.n == 2 else 1
    figure = Figure(figsize=(6.5 * panels, 5.2), layout="constrained")
    axes = figure.subplots(1, panels, squeeze=False)[0]
    figure.suptitle(
        f"{shown_name(problem.name)}, n = {problem.n}, Qp = {problem.qp}, mode {o.mode}\n"
        f"{o.epochs} epochs, {o.updates} updates, {o.idles} idles, {o.compensations} compensations",
        fontsize="medium",
    )
    if panels == 2:
        add_bar(draw_path(axes[0], run, window(run)), axes[0])
        axes[0].legend(fontsize="small")
    _draw_costs(axes[-1], run)
    return figure


def _idles(run):
    """(label, epochs, arguments of scatter) of each kind of idle epoch that occurs."""
    for label, compensating, marker, size, style in IDLES:
        epochs = [e for e in run.epochs if not e.go and e.compensating == compensating]
        if epochs:
            yield label, epochs, {"marker": marker, "s": size, "zorder": 3, **style}


def draw_path(ax, run, corners):
    """Contours of the cost, the accepted points and the idle trials of a run of two parameters;
    returns the contours.  corners: lower left and upper right, real units, as by `window`."""
    problem = run.problem
    points = np.array(run.accepted()) / problem.qp
    low, high = corners
    x, y = np.linspace(low, high, GRID).T
    shades = _draw_contours(ax, problem, x, y)
    if problem.name in VALLEYS:
        ax.plot(x, VALLEYS[problem.name](x), "--", color="0.25", lw=1, label="valley floor")
    ax.plot(*points.T, ".-", color=PATH, lw=1.2, ms=5, label="accepted")
    for label, epochs, style in _idles(run):
        trials = np.array([e.trial for e in epochs]) / problem.qp
        outside = np.count_nonzero(((trials < low) | (trials > high)).any(axis=1))
        label += f" ({outside} of {len(trials)} outside)" if outside else ""
        ax.scatter(*trials.T, label=label, **style)
    ax.plot(*points[0], "s", color=PATH, mec="white", ms=10, zorder=4, label="start")
    end = np.array(run.optimizer.x) / problem.qp
    ax.plot(*end, "*", color=PATH, mec="white", ms=15, zorder=4, label="end")
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel="x", ylabel="y")
    return shades


def window(run):
    """Lower left and upper right corner, real units: the path and the idle trials near it."""
    points = np.array(run.accepted())
    low, high = points.min(axis=0), points.max(axis=0)
    reach = max(NEAR * (high - low).max(), NEAREST)
    trials = np.array([e.trial for e in run.epochs] + [run.start])
    near = ((trials >= low - reach) & (trials <= high + reach)).all(axis=1)
    points = np.vstack((points, trials[near]))
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.maximum(MARGIN * (high - low), 1)
    return (low - margin) / run.problem.qp, (high + margin) / run.problem.qp


def _draw_contours(ax, problem, x, y):
    X, Y = np.meshgrid(x, y)
    cost = _costs(problem, X * problem.qp, Y * problem.qp) / problem.cost_scale
    top = math.log10(cost.max())
    bottom = max(math.log10(max(cost.min(), 1e-300)), top - DECADES)
    step = 2.0 ** math.floor(math.log2((top - bottom) / LEVELS))
    exponents = step * np.arange(math.floor(bottom / step), math.ceil(top / step) + 1)
    levels = 10**exponents
    # A norm of more than the range leaves out the darker greys.
    norm = LogNorm(levels[0], levels[-1] * (levels[-1] / levels[0]) ** 1.5)
    shades = ax.contourf(X, Y, np.maximum(cost, levels[0]), levels, norm=norm, cmap="Greys")
    shades.set_rasterized(True)  # an SVG would take a megabyte for them
    ax.contour(X, Y, cost, levels, colors="0.55", linewidths=0.4)
    return shades


def _costs(problem, X, Y):
    """The costs at arrays of points, which need not be of the grid where the formula allows it."""
    if isinstance(problem, ALL):
        return problem.cost([X, Y])

    def cost(x, y):
        return float(problem.cost([round(x), round(y)]))

    return np.vectorize(cost)(X, Y)


def add_bar(shades, ax):
    """The scale of the contours beside an Axes, or several."""
    levels = shades.levels
    whole = [level for level in levels if round(math.log10(level), 9) % 1 == 0]
    ticks = whole if len(whole) > 2 else levels[::2]
    bar = shades.figure.colorbar(shades, ax=ax, pad=0.02)
    bar.ax.set_yticks(ticks, [f"{tick:.3g}" for tick in ticks], fontsize="small")
    bar.ax.minorticks_off()
    bar.ax.set_title("cost", fontsize="small")


def _draw_costs(ax, run):
    scale = run.problem.cost_scale
    costs = [run.start_cost] + [e.cost for e in run.epochs]
    positive = [cost / scale for cost in costs if cost > 0] or [1.0]
    zero = 10.0 ** (math.floor(math.log10(min(positive))) - 1)

    def height(cost):
        return cost / scale if cost > 0 else zero

    best = [height(cost) for cost in run.best_costs()]
    gos = [e for e in run.epochs if e.go]
    ax.step(range(len(best)), best, where="post", color=PATH, label="least so far")
    ax.plot([e.number for e in gos], [height(e.cost) for e in gos], ".", color=PATH, label="go")
    ax.plot(0, height(run.start_cost), "s", color=PATH, label="start")
    for label, epochs, style in _idles(run):
        ax.scatter(
            [e.number for e in epochs], [height(e.cost) for e in epochs], label=label, **style
        )
    ax.set_yscale("log")
    ax.set(xlabel="epoch (one cost evaluation each, the start's not counted)", ylabel="cost")
    if min(costs) <= 0:
        mark_zero(ax, zero, max(positive))
    ax.legend(fontsize="small")


def mark_zero(ax, zero, most):
    """Gives a cost of 0, which a logarithm has no place for, a tick and a band at height `zero`."""
    bottom, top = round(math.log10(zero)) + 1, math.ceil(math.log10(most))
    stride = max(1, math.ceil((top - bottom) / 8))
    exponents = range(top, bottom - 1, -stride)
    ax.set_yticks(
        [zero] + [10.0**k for k in exponents], ["0"] + [f"$10^{{{k}}}$" for k in exponents]
    )
    ax.minorticks_off()
    ax.axhspan(zero / 3, zero * 3, color="0.9", zorder=0)
    ax.set_ylim(zero / 3, 10.0**top * 2)
