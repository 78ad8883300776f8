"""A sweep gives the same bytes wherever it is computed, and however often it is interrupted."""

import multiprocessing
import os
import signal
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from qbfgs import minimize
from qbfgs.problems import Beale, Rosenbrock, polynomials
from qbfgs.quantizer import quantize
from qbfgs.status import EPOCH_LIMIT, TARGET
from qbfgs_desktop.objectives import Source
from qbfgs_desktop.sweep import npz, sweep
from qbfgs_desktop.sweep.executors import AHEAD, LOSSES, Cluster, Local, WorkersLost, completed
from qbfgs_desktop.sweep.journal import Journal, OtherPlan
from qbfgs_desktop.sweep.plan import Case, Plan, core_checksum, from_json
from qbfgs_desktop.sweep.results import Outcome, SweepFile, outcome
from qbfgs_desktop.sweep.starts import Random, Regular
from qbfgs_desktop.sweep.sweep import chunk_of

PLAN = Plan(
    Source("rosenbrock"),
    Random(("-4", "-5"), ("4", "5"), 30, 7),
    (16, 100),
    ("compensated", "steepest"),
    (("max_epochs", (5, 40)), ("target", ("0",))),
    chunk=8,
    core=core_checksum(),
)


class Here:
    """Work done in this process, a task at a time."""

    width, lost = 1, ()

    def open(self):
        return Inline()


class Inline:
    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def submit(self, function, task):
        from concurrent.futures import Future

        future = Future()
        future.set_result(function(task))
        return future


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The bytes of PLAN's file."""
    path = tmp_path_factory.mktemp("sweep") / "a.npz"
    sweep.sweep(PLAN, path, Here())
    return path.read_bytes()


# What is in the file


def test_every_run_is_the_cores_own(expected, tmp_path):
    path = tmp_path / "a.npz"
    path.write_bytes(expected)
    file = SweepFile(path)
    assert file.plan == PLAN
    assert file.plan.cases()[:3] == [
        Case(16, "compensated", {"max_epochs": 5, "target": "0"}),
        Case(16, "compensated", {"max_epochs": 40, "target": "0"}),
        Case(16, "steepest", {"max_epochs": 5, "target": "0"}),
    ]
    arrays = {name: file.array(name) for name in PLAN.record().names}
    assert arrays["x"].shape == (8, 30, 2) and arrays["status"].shape == (8, 30)
    for i, (qp, mode, settings) in enumerate(file.plan.cases()):
        problem = Rosenbrock(qp)
        for j, start in enumerate(arrays["start"][i].tolist()):
            o = minimize(problem, start, mode=mode, max_epochs=settings["max_epochs"], target=0)
            assert arrays["x"][i, j].tolist() == o.x
            assert arrays["cost"][i, j] == o.cost / qp**4
            for name in ("epochs", "updates", "idles", "compensations", "status", "checksum"):
                assert arrays[name][i, j] == getattr(o, name)


def test_large_chunks_give_what_small_ones_give(monkeypatch):
    plan = replace(PLAN, starts=Random(("-2", "-2"), ("2", "2"), 150, 2), chunk=150)
    small = replace(plan, chunk=50)
    whole = sweep.run_chunk(plan, (0, next(plan.chunks())))
    monkeypatch.setattr(sweep.batch, "solve", None)
    parts = [sweep.run_chunk(small, (0, c)) for c, _ in zip(small.chunks(), range(3), strict=False)]
    assert np.array_equal(np.concatenate(parts), whole)


def test_the_file_has_no_date_of_today(expected, tmp_path):
    path = tmp_path / "a.npz"
    path.write_bytes(expected)
    with zipfile.ZipFile(path) as file:
        assert {member.date_time for member in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert file.testzip() is None


def test_plans_survive_json():
    made = replace(PLAN, source=Source("Bowl", 3, "x = 1\n"), starts=Regular(("0",), ("1",), (4,)))
    assert from_json(made.json()) == made and from_json(PLAN.json()) == PLAN


def test_a_target_is_rounded_down():
    plan = replace(PLAN, settings=(("target", ("1",)),), qps=(16,), modes=("compensated",))
    records = sweep.run_chunk(plan, (0, next(plan.chunks())))
    assert (records["cost"] <= 1).all() and records["cost"].max() > 0
    assert (records["status"] == TARGET).all()


# Starts


def test_random_starts_do_not_hang_on_the_chunk():
    starts = Random(("-4", "-0.5", "0", "1", "2"), ("4", "0.5", "0", "3", "2.5"), 50, 3)
    whole = starts.points(64, 0, 50)
    parts = [starts.points(64, first, 7) for first in range(0, 49, 7)]
    assert np.array_equal(np.vstack(parts), whole[:49])
    assert whole.min(axis=0)[2] == whole.max(axis=0)[2] == 0
    assert (abs(whole[:, 0]) <= 256).all() and (abs(whole[:, 1]) <= 32).all()
    assert not np.array_equal(replace(starts, seed=4).points(64, 0, 50), whole)


def test_random_starts_fill_the_box_evenly_and_are_alike_on_all_grids():
    starts = Random(("-1", "-1"), ("1", "0.9"), 12000, 1)
    points = starts.points(1, 0, 12000)
    counts = np.bincount(points[:, 0] + 1)
    assert len(counts) == 3 and abs(counts - 4000).max() < 250
    assert set(points[:, 1]) == {-1, 0}
    fine, finer = (starts.points(qp, 0, 100) / qp for qp in (512, 4096))
    assert abs(fine - finer).max() < 2 / 512


def test_regular_starts_are_rounded_half_up():
    points = Regular(("-1.25", "2"), ("1", "2"), (4, 1)).points(2, 0, 4)
    assert points.tolist() == [[quantize(t, 2), 4] for t in ("-1.25", "-0.5", "0.25", "1")]
    grid = Regular(("0", "0"), ("1", "2"), (2, 3)).points(1, 1, 4)
    assert grid.tolist() == [[0, 1], [0, 2], [1, 0], [1, 1]]
    assert Regular(("0",), ("3",), (1,)).points(1, 0, 1).tolist() == [[2]]


@pytest.mark.parametrize(
    ("starts", "qp", "message"),
    [
        (Random(("1",), ("-1",), 5, 1), 16, "is empty: 1 is above -1"),
        (Random(("0.1",), ("0.2",), 5, 1), 2, "no grid point at Qp = 2"),
        (Regular(("0",), ("9",), (5,)), 100000, "whose ends are -524287 and 524287 steps"),
    ],
)
def test_boxes_that_cannot_be(starts, qp, message):
    with pytest.raises(ValueError, match=message):
        starts.points(qp, 0, 1)


# Interruptions


def interrupted(path, after, place):
    """Ends PLAN's sweep like Ctrl-C, after so many chunks."""
    calls = 0

    def advance(runs):
        nonlocal calls
        calls += 1
        if calls > after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep.sweep(PLAN, path, place, advance)


def test_interrupted_and_resumed(expected, tmp_path):
    path = tmp_path / "a.npz"
    for after in (1, 5, 9):
        interrupted(path, after, Here())
        assert not path.exists()
    told = []
    sweep.sweep(PLAN, path, Here(), told.append)
    assert 15 * 6 <= told[0] <= 15 * 8 and sum(told) == PLAN.runs()
    assert path.read_bytes() == expected and os.listdir(tmp_path) == ["a.npz"]
    told.clear()
    sweep.sweep(PLAN, path, None, told.append)  # all is there: nothing is computed
    assert told == [PLAN.runs()]


def test_damaged_chunks_are_computed_again(expected, tmp_path):
    path = tmp_path / "a.npz"
    interrupted(path, 12, Here())
    chunks = sorted(p for p in (tmp_path / "a.npz.chunks").iterdir() if p.name.isdigit())
    assert len(chunks) == 12
    whole = chunks[0].read_bytes()
    chunks[0].write_bytes(whole[:-9])
    chunks[1].write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    chunks[2].write_bytes(chunks[3].read_bytes())  # whole, but another's
    told = []
    sweep.sweep(PLAN, path, Here(), told.append)
    chunk = list(PLAN.chunks())
    assert told[0] == sum(chunk[int(p.name)].count for p in chunks[3:])
    assert path.read_bytes() == expected


def test_another_plan_is_refused_and_nothing_is_lost(expected, tmp_path):
    path = tmp_path / "a.npz"
    other = replace(PLAN, qps=(16,))
    interrupted(path, 3, Here())
    with pytest.raises(OtherPlan, match="part of another sweep"):
        sweep.sweep(other, path, Here())
    sweep.sweep(PLAN, path, Here())
    with pytest.raises(OtherPlan, match="holds another sweep"):
        sweep.sweep(other, path, Here())
    assert path.read_bytes() == expected
    path.write_bytes(b"something else")
    with pytest.raises(ValueError):
        sweep.sweep(PLAN, path, Here())
    assert path.read_bytes() == b"something else"


def test_a_journal_misses_no_chunk(tmp_path):
    with Journal(tmp_path / "a.npz", PLAN) as book:
        book.put(0, np.zeros(8, PLAN.record()))
        with pytest.raises(RuntimeError, match="chunk 1 is gone"):
            book.finish()


# Workers


@pytest.fixture(scope="module")
def cluster():
    """A Dask cluster with two workers, processes of this machine."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        2, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL"
    ) as made:
        yield made


def test_processes_give_the_same_bytes(expected, tmp_path):
    sweep.sweep(PLAN, tmp_path / "a.npz", Local(2))
    assert (tmp_path / "a.npz").read_bytes() == expected


def test_a_killed_process_loses_nothing(expected, tmp_path):
    chunks = []

    def advance(runs):
        chunks.append(runs)
        if len(chunks) in (3, 7):
            os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)

    sweep.sweep(PLAN, tmp_path / "a.npz", Local(2), advance)
    assert (tmp_path / "a.npz").read_bytes() == expected


def test_a_cluster_gives_the_same_bytes(cluster, expected, tmp_path):
    place = Cluster(cluster.scheduler_address)
    assert place.width == 2
    sweep.sweep(PLAN, tmp_path / "a.npz", place)
    place.close()
    assert (tmp_path / "a.npz").read_bytes() == expected


def test_a_cluster_that_loses_a_worker_loses_nothing(cluster, expected, tmp_path):
    place = Cluster(cluster.scheduler_address)
    chunks = []

    def advance(runs):
        chunks.append(runs)
        if len(chunks) == 3:
            os.kill(cluster.workers[0].pid, signal.SIGKILL)

    sweep.sweep(PLAN, tmp_path / "a.npz", place, advance)
    place.close()
    assert (tmp_path / "a.npz").read_bytes() == expected


def die(task):
    os.kill(os.getpid(), signal.SIGKILL)


def test_work_that_kills_every_worker_is_given_up():
    with pytest.raises(WorkersLost, match=f"{LOSSES} times"):
        list(completed(Local(1), die, [1]))


def test_few_tasks_are_handed_out_at_a_time():
    handed = []

    def square(task):
        handed.append(task)
        return task * task

    for done, (task, result) in enumerate(completed(Here(), square, range(10)), 1):
        assert result == task * task
        assert len(handed) < done + AHEAD
    assert done == 10


def test_a_worker_with_another_core_is_refused():
    plan = replace(PLAN, core="0")
    with pytest.raises(RuntimeError, match="another version of qbfgs"):
        sweep.run_chunk(plan, (0, next(plan.chunks())))


# Results


def test_outcomes(tmp_path):
    sweep.sweep(replace(PLAN, modes=("compensated",)), tmp_path / "a.npz", Here())
    file = SweepFile(tmp_path / "a.npz")
    epochs, status = file.array("epochs"), file.array("status")
    for i, o in enumerate(file.outcomes()):
        there = np.sort(epochs[i][status[i] == TARGET])
        assert (o.case, o.runs, o.reached) == (file.plan.cases()[i], 30, len(there))
        if len(there):
            assert o.median == there[(len(there) - 1) // 2] and o.most == there[-1]
            assert o.p95 == there[-(-95 * len(there) // 100) - 1]
        limit = o.case.settings["max_epochs"]
        assert (status[i][epochs[i] == limit] != 0).all() and (epochs[i] <= limit).all()


def test_outcomes_without_a_target_go_by_the_least_cost(tmp_path):
    plan = Plan(
        Source("beale"),
        Regular(("0", "-1"), ("4", "2"), (4, 4)),
        (16, 64),
        ("compensated",),
        core=core_checksum(),
    )
    sweep.sweep(plan, tmp_path / "a.npz", Here())
    costs = SweepFile(tmp_path / "a.npz").array("cost")
    for o, row in zip(SweepFile(tmp_path / "a.npz").outcomes(), costs, strict=True):
        assert o.reached == (row == row.min()).sum()
    start = Beale(16).cost([0, -16]) / Beale(16).cost_scale
    assert costs.max() < start


def test_outcome_of_none():
    case = Case(16, "paper", {})
    assert outcome(case, 5, np.zeros(1, int)) == Outcome(case, 5, 0, None, None, None)
    assert outcome(case, 5, np.array([0, 3, 0, 1])) == Outcome(case, 5, 4, 1, 3, 3)


def test_blocks_of_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(npz, "BLOCK", 3)
    values = np.arange(2 * 7 * 2).reshape(2, 7, 2)
    with open(tmp_path / "a.npz", "wb") as stream, npz.Writer(stream) as writer:
        writer.add("values", "<i4", (2, 7, 2), values)
    blocks = list(npz.read_rows(tmp_path / "a.npz", "values"))
    assert [(i, len(block)) for i, block in blocks] == [(i, k) for i in (0, 1) for k in (3, 3, 1)]
    assert np.array_equal(np.vstack([block for _, block in blocks]), values.reshape(-1, 2))


def test_limits_are_told_apart_from_targets(tmp_path):
    plan = replace(PLAN, settings=(("max_epochs", (0,)),), qps=(16,))
    sweep.sweep(plan, tmp_path / "a.npz", Here())
    assert (SweepFile(tmp_path / "a.npz").array("status") == EPOCH_LIMIT).all()


def test_a_chunk_takes_seconds():
    """Its end is what people see, so it is smaller for more parameters, and where runs are made one
    by one."""
    two, sixteen = polynomials.Beale(64), polynomials.ExtendedRosenbrock(64, 16)
    assert chunk_of(two, 10000, ("compensated",)) == 8192
    assert chunk_of(sixteen, 10000, ("compensated",)) == 1024
    assert chunk_of(sixteen, 1000, ("compensated",)) == 16
    assert chunk_of(polynomials.ExtendedRosenbrock(64, 20), 10000, ("limited",)) == 16
