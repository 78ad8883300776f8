"""Pictures of many runs: paths, costs, basins, epochs, idles.

Ordered quantities have the colours of cividis, kinds those of Okabe and Ito; lines differ by their
style, marks by their shape, areas by their hatch as well, so that everything can be read in
greyscale and by the colour-blind.  Every function gives a matplotlib Figure for `plots.save`.
"""

import math

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator, ScalarFormatter

from ..studies.paper_tables import QPS
from .plots import add_bar, draw_path, mark_zero, shown_name, window

STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (8, 2, 1, 2, 1, 2)))
MARKS = "osD^vPX"
KINDS = ("#0072B2", "#D55E00", "#000000", "#009E73")  # of Okabe and Ito
HATCHES = ("", "////", "....", "xxxx")
ZERO = 1e-9  # where a cost of exactly 0 stands on a logarithmic axis


def shade(i, count):
    """The i-th of `count` colours of cividis, from dark; the palest are left out."""
    return colormaps["cividis"](0.85 * i / max(1, count - 1))


def trajectories(runs):
    """Paths on the contours of the cost, side by side: one panel a `runs.Run` of two parameters,
    all of the same problem."""
    figure = Figure(figsize=(5 * len(runs) + 1, 5.6), layout="constrained")
    axes = figure.subplots(1, len(runs), squeeze=False, sharex=True, sharey=True)[0]
    lows, highs = zip(*map(window, runs), strict=True)
    corners = np.min(lows, axis=0), np.max(highs, axis=0)
    legend = {}
    for ax, run in zip(axes, runs, strict=True):
        shades = draw_path(ax, run, corners)
        ax.label_outer()
        o = run.optimizer
        cost = o.cost / run.problem.cost_scale
        ax.set_title(f"mode {o.mode}: {o.epochs} epochs to cost {cost:.3g}", fontsize="medium")
        legend |= {
            text: handle for handle, text in zip(*ax.get_legend_handles_labels(), strict=True)
        }
    add_bar(shades, axes)
    figure.legend(legend.values(), legend.keys(), loc="outside lower center", ncols=len(legend))
    problem = runs[0].problem
    figure.suptitle(f"{shown_name(problem.name)}, Qp = {problem.qp}")
    return figure


def costs(tables):
    """The least cost so far in each epoch, for each Qp, beside the ends that the paper prints.

    tables: (paper_tables.Table, list of `runs.Run` in the order of `paper_tables.QPS`), two.
    """
    figure = Figure(figsize=(13, 5.6), layout="constrained")
    axes = figure.subplots(1, len(tables), sharey=True)
    most = max(run.start_cost / run.problem.cost_scale for _, runs in tables for run in runs)
    for ax, (table, runs) in zip(axes, tables, strict=True):
        for i, (qp, run) in enumerate(zip(QPS, runs, strict=True)):
            heights = [max(ZERO, c / run.problem.cost_scale) for c in run.best_costs()]
            look = {"color": shade(i, len(QPS)), "linestyle": STYLES[i], "lw": 1.4}
            ax.step(range(len(heights)), heights, where="post", label=f"Qp = {qp}", **look)
        _draw_printed(ax, table)
        ax.set_yscale("log")
        mark_zero(ax, ZERO, most)
        ax.set(xlabel="epoch (the paper's: its Best Epoch)", xlim=(-1, None))
        ax.set_title(f"Table {table.number}: from ({', '.join(table.start)})", fontsize="medium")
    axes[0].set_ylabel("least cost so far")
    axes[-1].legend(fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1))
    figure.suptitle('Mode "compensated" beside the ends that the paper prints')
    return figure


def _draw_printed(ax, table):
    """The paper's ends: crosses with their Qp where it fails, circles where it ends at 0."""
    rows = list(zip(QPS, table.rows, strict=True))
    failed = sorted((row.epoch, float(row.cost), qp) for qp, row in rows if not row.solved)
    ends = [row.epoch for _, row in rows if row.solved]
    red = {"color": KINDS[1], "zorder": 4}
    points = [(epoch, cost) for epoch, cost, _ in failed]
    ax.plot(*zip(*points, strict=True), "X", ms=9, mec="white", label="the paper fails", **red)
    # Names in a column of their own, for the crosses lie close together.
    for i, (epoch, cost, qp) in enumerate(failed):
        ax.annotate(
            f"paper, Qp = {qp}: {cost:.3g} after {epoch}",
            (epoch, cost),
            (0.38, 0.96 - 0.055 * i),
            textcoords="axes fraction",
            fontsize="small",
            va="center",
            arrowprops={"arrowstyle": "-", "lw": 0.5, "color": "0.4", "relpos": (0, 0.5)},
        )
    ax.plot(ends, [ZERO] * len(ends), "o", ms=7, mfc="none", label="the paper ends at 0", **red)


def basins(file, qp=None):
    """Which starts reach the minimum, and in how many epochs: a panel a case.

    file: a `results.SweepFile` of two parameters from a regular grid of starts.  qp: which of its
    grids; its first by default.  Raises ValueError for another file.
    """
    plan = file.plan
    counts = getattr(plan.starts, "counts", ())
    if len(counts) != 2:
        raise ValueError("basins need a sweep of two parameters with --grid")
    shown = [i for i, case in enumerate(plan.cases()) if case.qp == (qp or plan.qps[0])]
    if not shown:
        raise ValueError(f"the sweep has no Qp of {qp}: it has {', '.join(map(str, plan.qps))}")
    epochs = np.maximum(1, file.array("epochs")[shown].reshape(-1, *counts))
    reached = _reached(file)[shown].reshape(-1, *counts)
    span = epochs[reached] if reached.any() else np.ones(1)
    norm = LogNorm(np.percentile(span, 1), max(2, span.max()), clip=True)
    figure = Figure(figsize=(4.4 * len(shown) + 0.9, 5.4), layout="constrained")
    axes = figure.subplots(1, len(shown), squeeze=False, sharey=True)[0]
    (left, bottom), (right, top) = (
        tuple(map(float, c)) for c in (plan.starts.low, plan.starts.high)
    )
    for ax, i, numbers, there in zip(axes, shown, epochs, reached, strict=True):
        ax.patch.set(facecolor="0.93", edgecolor="0.55", hatch="////")
        image = ax.imshow(
            np.ma.masked_array(numbers, ~there).T,
            cmap="cividis_r",
            norm=norm,
            origin="lower",
            extent=_extent((left, right), counts[0]) + _extent((bottom, top), counts[1]),
            interpolation="none",
            aspect="auto",
        )
        known = plan.source.text is None  # the program text in a file is not run for a star
        minimizer = known and getattr(plan.source.make(plan.qps[0]), "minimizer", None)
        if minimizer:
            ax.plot(*map(float, minimizer), "*", color="white", mec="black", ms=14)
        share = 100 * there.mean()
        ax.set_title(f"{_case_text(plan, i)}\n{share:.4g} % there", fontsize="medium")
        ax.set_xlabel("start, x")
    axes[0].set_ylabel("start, y")
    bar = figure.colorbar(
        image, ax=axes, pad=0.01, label="epochs to the minimum (hatched: not reached)"
    )
    _plain_ticks(bar.ax.yaxis, norm)
    figure.suptitle(
        f"{shown_name(plan.source.name)}, Qp = {qp or plan.qps[0]}:"
        f" {counts[0]} x {counts[1]} starts; the star is the minimum"
    )
    return figure


def epochs(file):
    """Epochs to the minimum against Qp, a line for each mode and setting, and the share of the runs
    that do not reach it, if any.  file: a `results.SweepFile`."""
    plan = file.plan
    numbers, reached = file.array("epochs"), _reached(file)
    figure = Figure(figsize=(8, 6.4), layout="constrained")
    if reached.all():
        top, below = figure.subplots(), None
    else:
        top, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    width = len(plan.cases()) // len(plan.qps)
    places = np.arange(len(plan.qps))
    for kind in range(width):
        rows = range(kind, len(plan.cases()), width)
        spread = [
            np.percentile(numbers[i][reached[i]], (5, 50, 95, 100), method="inverted_cdf")
            if reached[i].any()
            else [np.nan] * 4
            for i in rows
        ]
        low, median, high, most = np.array(spread, float).T
        color, mark = KINDS[kind % len(KINDS)], MARKS[kind % len(MARKS)]
        shift = 0.16 * (kind - (width - 1) / 2)
        look = {"color": color, "marker": mark, "ls": STYLES[kind % len(STYLES)]}
        label = _case_text(plan, kind)
        top.errorbar(
            places + shift,
            median,
            (median - low, high - median),
            capsize=4,
            elinewidth=1,
            label=f"{label}: median, with 5 % to 95 %",
            **look,
        )
        top.plot(places + shift, most, mark, mfc="none", color=color, label=f"{label}: most")
        if below:
            missed = [100 * (1 - reached[i].mean()) for i in rows]
            below.bar(
                places + shift,
                missed,
                0.15,
                color="white",
                edgecolor=color,
                hatch=HATCHES[kind % len(HATCHES)],
            )
    top.set(ylabel="epochs to the minimum", ylim=(0, None))
    figure.legend(fontsize="small", loc="outside upper center", ncols=2)
    top.set_title(
        f"{shown_name(plan.source.name)}, {plan.starts.size} starts on each grid", fontsize="medium"
    )
    if below:
        below.set(ylabel="not there, %", ylim=(0, max(1, below.get_ylim()[1])))
    bottom = below or top
    bottom.set_xlabel("Qp, grid steps per unit")
    bottom.set_xticks(places, [str(qp) for qp in plan.qps])
    return figure


def idles(file):
    """How many runs have how many idle epochs: a row of bars for each case, on common axes.
    file: a `results.SweepFile`."""
    plan = file.plan
    cases = plan.cases()
    numbers = file.array("idles")
    last = int(np.percentile(numbers, 99.5))
    figure = Figure(figsize=(8, 1.2 + 0.85 * len(cases)), layout="constrained")
    axes = figure.subplots(len(cases), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for i, (ax, row) in enumerate(zip(axes, numbers, strict=True)):
        counts = np.bincount(np.minimum(row, last + 1), minlength=last + 2) * 100 / len(row)
        ax.bar(range(last + 1), counts[:-1], 0.9, color=KINDS[0])
        ax.bar(last + 1, counts[-1], 0.9, color="white", edgecolor="black", hatch="////")
        text = f"Qp = {cases[i].qp}, {_case_text(plan, i)}"
        ax.text(
            0.985,
            0.86,
            f"{text}\nmedian {int(np.median(row))}, most {row.max()}",
            transform=ax.transAxes,
            ha="right",
            va="top",
            fontsize="small",
        )
        ax.yaxis.set_major_locator(MaxNLocator(2, integer=True))
    axes[-1].set_xlabel(f"idle epochs in a run (hatched: more than {last})")
    figure.supylabel("% of the runs", fontsize="medium")
    figure.suptitle(f"{shown_name(plan.source.name)}: idle epochs, {plan.starts.size} starts each")
    return figure


def _reached(file):
    """Whether each run reached the minimum, over (cases, starts)."""
    return np.concatenate([part for _, part in file.reached()]).reshape(-1, file.plan.starts.size)


def _case_text(plan, i):
    """The mode of a case, and its settings where they vary."""
    case = plan.cases()[i]
    varied = [name for name, values in plan.settings if len(values) > 1]
    return ", ".join([f"mode {case.mode}", *(f"{name} {case.settings[name]}" for name in varied)])


def _extent(ends, count):
    """The edges of `count` pixels whose middles run from end to end."""
    half = (ends[1] - ends[0]) / max(1, count - 1) / 2 or 0.5
    return (ends[0] - half, ends[1] + half)


def _plain_ticks(axis, norm):
    """Ticks at 1, 2, 5, 10, ... written out."""
    ticks = [k * 10**e for e in range(math.ceil(math.log10(norm.vmax)) + 1) for k in (1, 2, 5)]
    axis.set_major_locator(FixedLocator([t for t in ticks if norm.vmin <= t <= norm.vmax]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(ScalarFormatter())


def boards(entries):
    """Time of an epoch and heap on each interpreter and build, for two parameters.

    entries: of `bench_file.read`.  Raises ValueError when none is of two parameters.
    """
    shown = [entry for entry in entries if entry.n == 2]
    if not shown:
        raise ValueError(
            "the bench file has no times for two parameters: qbfgs lab bench --section times makes"
            " some"
        )
    figure = Figure(figsize=(13, 1.8 + 0.42 * len(shown)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    places = np.arange(len(shown))
    times = (("integers", "epoch", HATCHES[0]), ("floats, bare BFGS", "float_epoch", HATCHES[1]))
    for k, (label, field, hatch) in enumerate(times):
        values = [getattr(entry, field) or np.nan for entry in shown]
        look = {"color": KINDS[0]} if k == 0 else {"color": "white", "edgecolor": "black"}
        bars = left.barh(places + 0.4 * k - 0.2, values, 0.38, hatch=hatch, label=label, **look)
        left.bar_label(bars, [f" {v:.3g}" if v > 0 else "" for v in values], fontsize="small")
    left.set_xscale("log")
    most = max(entry.epoch for entry in shown)
    left.set(xlabel="microseconds an epoch, at a desk: no board's", xlim=(1, 2.5 * most))
    start = np.zeros(len(shown))
    for field, label, color, hatch in (
        ("imported", "to import it", KINDS[0], HATCHES[0]),
        ("held", "held by the optimiser, with its objective", "white", HATCHES[1]),
    ):
        values = np.array([(getattr(entry, field) or 0) / 1024 for entry in shown])
        right.barh(
            places, values, 0.6, start, color=color, edgecolor="black", hatch=hatch, label=label
        )
        start += values
    for place, total in zip(places, start, strict=True):
        right.text(total, place, f" {total:.0f}" if total else " not measured", va="center")
    right.set(xlabel="heap, KB", xlim=(0, 1.15 * max(1, start.max())))
    left.set_yticks(places, [shown_name(entry.name) for entry in shown])
    left.invert_yaxis()
    for ax in (left, right):
        ax.legend(fontsize="small", loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    figure.suptitle("Rosenbrock's function, two parameters")
    return figure
