"""The pictures of sweeps show what their files hold."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from qbfgs import Optimizer  # noqa: E402
from qbfgs.problems import Beale, Rosenbrock  # noqa: E402
from qbfgs.quantizer import quantize  # noqa: E402
from qbfgs.status import TARGET  # noqa: E402
from qbfgs_desktop.objectives import Source  # noqa: E402
from qbfgs_desktop.pictures import charts as pictures
from qbfgs_desktop.pictures import figures, plots  # noqa: E402
from qbfgs_desktop.studies.bench_file import Entry, of_board, read  # noqa: E402
from qbfgs_desktop.studies.paper_tables import PRINTED, QPS  # noqa: E402
from qbfgs_desktop.studies.runs import record  # noqa: E402
from qbfgs_desktop.sweep.executors import Local  # noqa: E402
from qbfgs_desktop.sweep.plan import Plan, core_checksum  # noqa: E402
from qbfgs_desktop.sweep.results import SweepFile  # noqa: E402
from qbfgs_desktop.sweep.starts import Random, Regular  # noqa: E402
from qbfgs_desktop.sweep.sweep import sweep  # noqa: E402

LIMITED = (("max_epochs", (60,)), ("target", ("0",)))
PLAN = Plan(
    Source("rosenbrock"),
    Regular(("-2", "-1"), ("2", "3"), (5, 4)),
    (16, 64),
    ("paper", "compensated"),
    LIMITED,
    core=core_checksum(),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The file of a sweep from a regular grid, and of one from random starts."""
    folder = tmp_path_factory.mktemp("sweeps")
    plans = {"grid": PLAN, "random": replace(PLAN, starts=Random(("-2", "-1"), ("2", "3"), 25, 3))}
    for name, plan in plans.items():
        sweep(plan, folder / f"{name}.npz", Local(1))
    return {name: SweepFile(folder / f"{name}.npz") for name in plans}


def texts(figure):
    """Everything that is written in a picture's panels, titles and legends."""
    found = [figure.get_suptitle()] + [t.get_text() for g in figure.legends for t in g.get_texts()]
    for ax in figure.axes:
        found += [ax.get_title(), ax.get_xlabel(), *(t.get_text() for t in ax.texts)]
        if ax.get_legend():
            found += [t.get_text() for t in ax.get_legend().get_texts()]
    return "\n".join(found)


def test_basins_show_each_start(files):
    file = files["grid"]
    figure = pictures.basins(file, 64)
    epochs, status = file.array("epochs"), file.array("status")
    for ax, case in zip(figure.axes, (2, 3), strict=False):
        shown = ax.images[0].get_array()
        expected = np.ma.masked_array(epochs[case], status[case] != TARGET).reshape(5, 4).T
        assert np.ma.allequal(shown, expected) and (shown.mask == expected.mask).all()
        left, right, bottom, top = ax.images[0].get_extent()
        assert (left, right) == (-2.5, 2.5) and bottom == pytest.approx(-1 - 2 / 3)
        assert ax.patch.get_hatch()
        assert f"{100 * (status[case] == TARGET).mean():.4g} % there" in ax.get_title()
    assert figure.axes[0].images[0].get_clim() == figure.axes[1].images[0].get_clim()
    assert "Qp = 64" in texts(figure) and "mode paper" in texts(figure)


def test_basins_need_a_grid(files):
    with pytest.raises(ValueError, match="with --grid"):
        pictures.basins(files["random"])
    with pytest.raises(ValueError, match="no Qp of 5: it has 16, 64"):
        pictures.basins(files["grid"], 5)


def test_epochs_against_qp(files):
    file = files["random"]
    figure = pictures.epochs(file)
    outcomes = file.outcomes()
    top, below = figure.axes
    lines = [c.lines[0] for c in top.containers]
    for kind, line in enumerate(lines):
        mine = outcomes[kind::2]
        assert list(line.get_ydata()) == [o.median for o in mine]
        bars = below.containers[kind]
        missed = [100 - 100 * o.reached / 25 for o in mine]
        assert [bar.get_height() for bar in bars] == pytest.approx(missed)
    looks = [(line.get_marker(), line.get_linestyle()) for line in lines]
    assert len(set(looks)) == 2
    assert [t.get_text() for t in below.get_xticklabels()] == ["16", "64"]
    assert "mode paper: median" in texts(figure)


def test_epochs_of_cases_that_never_get_there(tmp_path):
    sweep(replace(PLAN, modes=("steepest",), qps=(16,)), tmp_path / "a.npz", Local(1))
    file = SweepFile(tmp_path / "a.npz")
    assert file.outcomes()[0].reached == 0
    top, below = pictures.epochs(file).axes
    assert below.patches[0].get_height() == 100 and np.isnan(top.lines[0].get_ydata()).all()
    shown = pictures.basins(file).axes[0].images[0].get_array()
    assert shown.mask.all()


def test_epochs_where_all_get_there_have_no_empty_panel(tmp_path):
    settings = (("target", ("0",)), ("certify", (1,)))
    plan = replace(PLAN, modes=("compensated",), qps=(16, 64), settings=settings)
    sweep(plan, tmp_path / "a.npz", Local(1))
    (alone,) = pictures.epochs(SweepFile(tmp_path / "a.npz")).axes
    assert alone.get_xlabel() == "Qp, grid steps per unit"
    assert [t.get_text() for t in alone.get_xticklabels()] == ["16", "64"]


def test_idles(files):
    file = files["random"]
    figure = pictures.idles(file)
    assert len(figure.axes) == 4
    for ax, idles in zip(figure.axes, file.array("idles"), strict=True):
        heights = [bar.get_height() for bar in ax.patches]
        assert sum(heights) == pytest.approx(100)
        assert heights[:3] == [100 * (idles == k).mean() for k in range(3)]
        assert ax.patches[-1].get_hatch() and f"most {idles.max()}" in ax.texts[0].get_text()


def test_trajectories_share_their_axes():
    runs = [
        record(Optimizer(Rosenbrock(32), [-39, 39], mode=mode, target=0, max_epochs=200))
        for mode in ("paper", "compensated")
    ]
    figure = pictures.trajectories(runs)
    first, second = figure.axes[:2]
    assert first.get_xlim() == second.get_xlim()
    for ax, run in zip((first, second), runs, strict=True):
        line = next(line for line in ax.lines if line.get_label() == "accepted")
        assert [tuple(p * 32) for p in line.get_xydata()] == run.accepted()
        assert f"mode {run.optimizer.mode}: {run.optimizer.epochs} epochs" in ax.get_title()
    assert "start" in texts(figure) and len(figure.legends) == 1


def test_costs_stand_beside_the_papers_failures():
    figure = figures.costs()
    for ax, table in zip(figure.axes, PRINTED, strict=True):
        lines = {line.get_label(): line for line in ax.lines}
        for qp in QPS:
            x0 = [quantize(text, qp) for text in table.start]
            best = record(Optimizer(Rosenbrock(qp), x0, target=0)).best_costs()
            heights = lines[f"Qp = {qp}"].get_ydata()
            assert [round(h * qp**4) for h in heights[:-1]] == best[:-1]
            assert heights[-1] == pictures.ZERO
        looks = {(str(lines[f"Qp = {qp}"].get_linestyle())) for qp in QPS}
        assert len(looks) >= 4
        failed = sorted((r.epoch, float(r.cost)) for r in table.rows if not r.solved)
        assert [tuple(p) for p in lines["the paper fails"].get_xydata()] == failed
        ends = [r.epoch for r in table.rows if r.solved]
        assert list(lines["the paper ends at 0"].get_xdata()) == ends
        for qp, row in zip(QPS, table.rows, strict=True):
            assert (f"paper, Qp = {qp}:" in texts(figure)) or row.solved


def test_the_sweeps_of_the_pictures_can_run():
    for name, plan in figures.plans().items():
        plan.check()
        assert name in figures.DRAWN and plan.runs() < 10000


def test_a_picture_makes_its_own_sweep(monkeypatch):
    small = replace(PLAN, starts=Random(("-1", "-1"), ("1", "1"), 4, 1), qps=(16,))
    monkeypatch.setattr(figures, "plans", lambda: {"idles": small})
    told = []
    figure = figures.swept("idles", Local(1), told.append)
    assert sum(told) == 8 and "4 starts each" in texts(figure)


def test_other_problems_have_trajectories():
    figure = figures.trajectories(Beale(32), ("1", "1"))
    assert len(figure.axes) == 4 and "beale, Qp = 32" in texts(figure)


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_the_same_picture_has_the_same_bytes(files, tmp_path, kind):
    paths = [tmp_path / f"{i}.{kind}" for i in (0, 1)]
    for path in paths:
        plots.save(pictures.basins(files["grid"]), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert b"<dc:date>" not in paths[0].read_bytes()


# Boards

BENCH = """date,version,commit,machine,n,where,build,subject,quantity,value,unit
d,v,c,m,2,CPython,source,word core,epoch,90.5,us
d,v,c,m,2,CPython,source,float BFGS,epoch,3,us
d,v,c,m,8,CPython,source,word core,epoch,400,us
d,v,c,m,2,Unix,bytecode,word core,epoch,200,us
d,v,c,m,2,Unix,bytecode,word core,heap,64,bytes an epoch
d,v,c,m,2,Unix,bytecode,word core,held,2048,bytes
d,v,c,m,,Unix,bytecode,word core,import,30720,bytes of heap
d,v,c,m,2,Unix,native,word core,epoch,50,us
d,v,c,m,,,bytecode,files,core,14000,bytes
d,v,c,m,2,,compensated,word core,epoch,740,operators
d,v,c,m,2,Unix,bytecode,word core,epoch,100,us
"""


@pytest.fixture
def bench(tmp_path):
    path = tmp_path / "bench.csv"
    path.write_text(BENCH)
    return path


def test_of_a_bench_file_the_last_figures_count(bench):
    assert read(bench) == [
        Entry("CPython", "source", 2, 90.5, 3.0, None, None, None),
        Entry("CPython", "source", 8, 400.0, None, None, None, None),
        Entry("Unix", "bytecode", 2, 100.0, None, 64.0, 2048.0, 30720.0),
        Entry("Unix", "native", 2, 50.0, None, None, None, None),
    ]


def test_a_board_is_found_by_a_part_of_its_name(bench):
    entries = read(bench)
    assert [e.name for e in of_board(entries, "unix", 2)] == ["Unix, bytecode", "Unix, native"]
    assert [of_board(entries, "cpy", n)[0].n for n in (1, 2, 3, 8, 30)] == [2, 2, 8, 8, 8]
    with pytest.raises(ValueError, match="there are CPython, source; Unix, bytecode; Unix, native"):
        of_board(entries, "pico", 2)
    with pytest.raises(ValueError, match="--section times makes some"):
        of_board([], "pico", 2)


def test_boards(bench):
    figure = pictures.boards(read(bench))
    left, right = figure.axes
    names = ["CPython, source", "Unix, bytecode", "Unix, native"]
    assert [t.get_text() for t in left.get_yticklabels()] == names
    assert [bar.get_width() for bar in left.patches[:3]] == [90.5, 100, 50]
    assert [bar.get_width() for bar in right.patches[:3]] == [0, 30, 0]
    assert right.patches[4].get_x() == 30 and right.patches[4].get_width() == 2
    assert [t.get_text().strip() for t in right.texts] == ["not measured", "32", "not measured"]
    with pytest.raises(ValueError, match="no times"):
        pictures.boards([])


def test_other_files_are_no_bench_files(tmp_path):
    for text in ("a,b\n1,2\n", BENCH.replace("90.5", "fast"), BENCH + "d,v\n"):
        path = tmp_path / "other.csv"
        path.write_text(text)
        with pytest.raises(ValueError, match="is no file of qbfgs lab bench"):
            read(path)
