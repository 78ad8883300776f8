"""What `qbfgs advise` says is what the runs did."""

from fractions import Fraction

import pytest
from bowls import BOWL

from qbfgs import Optimizer, minimize
from qbfgs.problems import ALL, Beale, FreudensteinRoth, Rosenbrock
from qbfgs_desktop.objectives import Source, from_text
from qbfgs_desktop.studies import advice
from qbfgs_desktop.studies.advice import Run, Spread, advise, distance, row, spread, stated_minima
from qbfgs_desktop.studies.widths import Watched, Widths
from qbfgs_desktop.sweep.executors import Local

TENTH = Fraction(1, 10)
CORNERS = ("-2", "-2"), ("2", "2")


def asked(source, tolerance, **settings):
    return advise(source, *CORNERS, Fraction(tolerance), Local(1), **settings)


def test_the_smallest_grid_that_keeps_the_tolerance():
    made = asked(from_text(BOWL), "0.03", qps=(64, 4, 8, 16, 32), count=12)
    assert [r.qp for r in made.rows] == [4, 8, 16, 32, 64] and not made.stated
    assert (made.starts, made.leading) == (12, 12)
    third, seventh = (round(float(v), 3) for v in made.minima[0])
    assert (third, seventh) == (0.333, -0.286)
    for r in made.rows:
        # All runs of a bowl end at the grid point next to its minimum.
        near = max(
            abs(Fraction(round(m * r.qp), r.qp) - m) for m in (Fraction(1, 3), Fraction(-2, 7))
        )
        assert float(r.distance.most) == pytest.approx(float(near), abs=1e-4)
        assert r.there == (12 if near <= 0.03 else 0)
        assert r.enough == (r.there == 12 and r.qp >= 1 / 0.06)
    assert made.chosen.qp == 32


def test_a_minimum_on_the_grid_is_no_promise():
    made = asked(Source("rosenbrock"), "0.02", qps=(16, 25, 32), count=10)
    assert made.stated and made.minima == [[1, 1]]
    assert [r.there for r in made.rows] == [10, 10, 10]
    assert [r.enough for r in made.rows] == [False, True, True]  # 1/50 is half a step of 1/25


def test_a_minimum_that_the_finest_grid_cannot_hold():
    far = BOWL.replace("7 * self.qp", "2100 * self.qp")  # at 100; 2^19 steps of 1/65536 are 8
    with pytest.raises(ValueError, match="farther from 0 than 8, the range at Qp = 65536"):
        asked(from_text(far), "0.1", qps=(4,), count=2)
    made = advise(from_text(far), ("0", "-2"), ("200", "2"), Fraction("0.1"), Local(1), (4, 4), 2)
    assert [r.there for r in made.rows] == [2] and float(made.minima[0][0]) == 100


def test_no_grid_may_do():
    assert asked(from_text(BOWL), "0.0001", qps=(4, 8), count=5).chosen is None


def test_starts_that_lead_elsewhere_are_told_apart(monkeypatch):
    # The distances of three starts on two grids: the second start is there on none.
    runs = {1: [0, 9, 2], 100: [0, 900, 1]}

    def run_task(source, starts, task):
        qp, first, count = task
        values = runs[qp][first : first + count]
        return [Run([v, 0], 0, 10 + i, 2, Widths()) for i, v in enumerate(values)]

    monkeypatch.setattr(advice, "run_task", run_task)
    monkeypatch.setattr(advice, "completed", lambda place, do, jobs: ((j, do(j)) for j in jobs))
    monkeypatch.setattr(advice, "stated_minima", lambda problem: [[Fraction(0), Fraction(0)]])
    made = asked(Source("rosenbrock"), "0.5", qps=(1, 100), count=3)
    coarse, fine = made.rows
    assert (made.starts, made.leading) == (3, 2)
    assert (coarse.there, fine.there) == (1, 2) and made.chosen is fine
    assert coarse.distance == (0, 2, 2) and fine.distance == (0, Fraction(1, 100), Fraction(1, 100))
    assert coarse.epochs == (10, 12, 12)


@pytest.mark.parametrize(("there", "enough"), [(99, True), (98, False)])
def test_ninety_nine_of_a_hundred(there, enough):
    distances = [Fraction(0)] * there + [Fraction(1)] * (100 - there)
    runs = [Run([0], 0, 1, 4, Widths())] * 100
    made = row(64, runs, distances, [True] * 100, TENTH)
    assert (made.there, made.enough, made.limited) == (there, enough, 100)


def test_the_runs_are_the_cores_own():
    rows = advice.run_task(Source("beale"), advice.Random(*CORNERS, 5, 1), (16, 1, 3))
    starts = advice.Random(*CORNERS, 5, 1).points(16, 1, 3).tolist()
    for run, start in zip(rows, starts, strict=True):
        o = minimize(Beale(16), start)
        assert (run.x, run.cost, run.epochs, run.status) == (o.x, o.cost, o.epochs, o.status)


def test_the_nearest_minimum_counts():
    minima = stated_minima(FreudensteinRoth(16))
    assert minima[0] == [5, 4] and len(minima) == 2
    assert distance([80, 66], 16, minima) == Fraction(1, 8)
    assert distance([183, -14], 16, minima) < Fraction(1, 40)
    assert all(len(stated_minima(kind(16))) == (kind(16).minimizer is not None) for kind in ALL[:4])


def test_default_grids_leave_room_for_the_box():
    wide = advise(from_text(BOWL), ("0", "0"), ("900", "5"), TENTH, Local(1), count=2)
    assert [r.qp for r in wide.rows] == [4, 8, 16, 32, 64, 128, 256]


def test_spread():
    assert spread([]) == Spread(None, None, None)
    assert spread([5]) == Spread(5, 5, 5)
    assert spread(range(1, 101)) == Spread(50, 95, 100)


# Widths


class Wide:
    """Values of known widths."""

    n, qp = 1, 8

    def cost(self, x):
        return ((x[0] << 40) >> 40) + 1000

    def gradient(self, x):
        return [-((x[0] * 3) ** 2) // 1]


def test_widths_of_a_single_step():
    watched = Watched(Wide())
    assert watched.cost([-5]) == 995 and watched.gradient([-5]) == [-225]
    assert watched.widths == Widths(3, 0, 10, 0, 8, 0, 43, 8)
    watched.cost([2])
    # The step 7, the change 1002 - 995, the slope -225 * 7.
    assert watched.widths == Widths(3, 3, 10, 3, 8, 11, 43, 8)


class Asked(Rosenbrock):
    """Keeps the costs that it was asked for."""

    def __init__(self, qp):
        super().__init__(qp)
        self.costs = []

    def cost(self, X):
        self.costs.append(super().cost(X))
        return self.costs[-1]


def test_a_watched_run_is_the_same_run():
    watched = Watched(Rosenbrock(64))
    asked = Asked(64)
    plain, seen = minimize(asked, [-79, 78]), minimize(watched, [-79, 78])
    assert seen.checksum == plain.checksum and type(seen.cost) is int
    assert watched.widths.cost == max(asked.costs).bit_length()  # of a trial, not of the start
    assert max(asked.costs) > asked.costs[0]
    assert watched.widths.inside_cost >= watched.widths.cost


@pytest.mark.parametrize("answer", [1.5, None])
def test_wrong_answers_reach_the_optimiser(answer):
    class Wrong(Wide):
        def cost(self, x):
            return answer

    with pytest.raises(TypeError, match="must be an int"):
        Optimizer(Watched(Wrong()), [3])


def test_union_takes_the_larger():
    a, b = Widths(x=3, cost=9), Widths(x=4, cost=2)
    assert a.union(b) == Widths(x=4, cost=9)
    assert Widths().wider(x=[-8, 7], cost=[0]) == Widths(x=4)
