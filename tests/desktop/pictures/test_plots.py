"""The pictures show what the run did."""

import pytest

pytest.importorskip("matplotlib")

from matplotlib.image import imread  # noqa: E402

from qbfgs import Optimizer  # noqa: E402
from qbfgs.problems import Beale, Rosenbrock, Wood  # noqa: E402
from qbfgs_desktop.pictures import plots  # noqa: E402
from qbfgs_desktop.studies.runs import record  # noqa: E402


@pytest.fixture(scope="module")
def run():
    return record(Optimizer(Rosenbrock(16), [-20, 19], "compensated", certify=True))


def labels(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def offsets(ax, label):
    collections = [c for c in ax.collections if str(c.get_label()).startswith(label)]
    return [tuple(p) for c in collections for p in c.get_offsets()]


def test_the_path_shows_every_point(run):
    ax = plots.draw_run(run).axes[0]
    assert labels(ax)[:2] == ["valley floor", "accepted"] and labels(ax)[-2:] == ["start", "end"]
    lines = {line.get_label(): line.get_xydata() for line in ax.lines}
    assert [tuple(p * 16) for p in lines["accepted"]] == run.accepted()
    assert tuple(lines["start"][0] * 16) == run.start
    assert list(lines["end"][0] * 16) == run.optimizer.x
    x, y = lines["valley floor"].T
    assert (y == x * x).all()
    for label, compensating in (("idle, main", False), ("idle, comp", True)):
        trials = [e.trial for e in run.epochs if not e.go and e.compensating == compensating]
        assert trials
        assert [(x * 16, y * 16) for x, y in offsets(ax, label)] == trials


def test_markers_tell_the_idles_apart_without_colour(run):
    ax = plots.draw_run(run).axes[0]
    main, compensation = [c for c in ax.collections if str(c.get_label()).startswith("idle")]
    shapes = [c.get_paths()[0].vertices.tolist() for c in (main, compensation)]
    assert shapes[0] != shapes[1]


def test_costs_per_epoch(run):
    figure = plots.draw_run(run)
    ax = figure.axes[1]
    assert ax.get_yscale() == "log"
    lines = {line.get_label(): line.get_ydata() for line in ax.lines}
    best = [cost / 16**4 for cost in run.best_costs()]
    assert list(lines["least so far"])[: best.index(0)] == best[: best.index(0)]
    idles = [(e.number, e.cost / 16**4) for e in run.epochs if not e.go]
    assert sorted(offsets(ax, "idle")) == idles


def test_zero_has_a_place_of_its_own(run):
    ax = plots.draw_run(run).axes[1]
    ticks = dict(zip([t.get_text() for t in ax.get_yticklabels()], ax.get_yticks(), strict=True))
    shown = next(line for line in ax.lines if line.get_label() == "least so far").get_ydata()
    assert shown[-1] == ticks["0"]
    assert 0 < ticks["0"] < min(c / 16**4 for c in run.best_costs() if c)
    assert ax.get_ylim()[0] < ticks["0"]
    short = record(Optimizer(Rosenbrock(16), [-20, 19], max_epochs=5))
    texts = [t.get_text() for t in plots.draw_run(short).axes[1].get_yticklabels()]
    assert "0" not in texts


def test_trials_far_away_are_counted():
    far = record(Optimizer(Rosenbrock(16), [-20, 19], max_epochs=9, radius=4000))
    ax = plots.draw_run(far).axes[0]
    low, high = ax.get_xlim()
    xs, ys = zip(*offsets(ax, "idle"), strict=True)
    bottom, top = ax.get_ylim()
    outside = sum(
        not (low <= x <= high and bottom <= y <= top) for x, y in zip(xs, ys, strict=True)
    )
    assert outside > 0
    assert any(f"({outside} of {len(xs)} outside)" in label for label in labels(ax))


@pytest.mark.parametrize(
    ("problem", "x0", "axes"),
    [(Wood(16), [-48, -16, -48, -16], 1), (Beale(16), [16, 16], 3)],  # the third: shades
)
def test_panels(problem, x0, axes):
    figure = plots.draw_run(record(Optimizer(problem, x0)))
    assert len(figure.axes) == axes
    assert "valley floor" not in labels(figure.axes[0])
    assert problem.name in figure.get_suptitle()


@pytest.mark.parametrize("mode", ["paper", "steepest", "fixed-rate"])
@pytest.mark.parametrize("max_epochs", [0, 60])
def test_files(tmp_path, mode, max_epochs):
    run = record(Optimizer(Rosenbrock(64), [64, 64], mode=mode, max_epochs=max_epochs))
    plots.plot_run(run, tmp_path / "run.png")
    pixels = imread(tmp_path / "run.png")
    assert pixels.shape[:2] == (780, 1950)
    assert pixels[..., :3].std() > 0.05


def test_files_that_cannot_be(run, tmp_path):
    with pytest.raises(OSError):
        plots.plot_run(run, tmp_path / "no" / "run.png")
    with pytest.raises(ValueError, match="not supported"):
        plots.plot_run(run, tmp_path / "run.xyz")


@pytest.mark.parametrize("name", ["$x_$", "a$b", "$\\frac{", "[/x]\0\n\u202e", "n" * 500, "_"])
def test_names_begin_no_formula(name, tmp_path):
    problem = Rosenbrock(16)
    problem.name = name
    figure = plots.draw_run(record(Optimizer(problem, [-20, 19], max_epochs=3)))
    plots.save(figure, tmp_path / "a.svg")
    title = figure.get_suptitle()
    assert len(title) < 200 and title.count("\n") == 1
