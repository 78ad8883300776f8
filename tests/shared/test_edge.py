"""The edge of the grid, |X| = 2^19 - 1, is a bound: no creeping there, and a run says so."""

import hostile
import pytest

from qbfgs import Optimizer, checkpoints, minimize, status
from qbfgs.grid.position import EDGE
from qbfgs.modes import BOUNDED
from qbfgs.problems import FreudensteinRoth, Rosenbrock
from qbfgs.quantizer import quantize

each_mode = pytest.mark.parametrize("mode", BOUNDED)


def freudenstein_roth(qp=65536):
    """Its minimum is at 11.4, its grid ends at 8."""
    problem = FreudensteinRoth(qp)
    return problem, [quantize(text, qp) for text in problem.start]


@each_mode
def test_a_minimum_beyond_the_edge(mode):
    """This took 2000 epochs."""
    problem, x0 = freudenstein_roth()
    o = minimize(problem, x0, mode=mode, certify=True)
    assert o.status == status.RANGE_LEFT and o.x[0] == EDGE and o.epochs <= 40
    ends = {"lower": [-EDGE] * 2, "upper": [EDGE] * 2}
    bound = minimize(problem, x0, mode=mode, **ends, certify=True)
    assert (bound.checksum, bound.status) == (o.checksum, o.status)
    for d in range(-9, 10):
        assert problem.cost([EDGE, o.x[1] + d]) >= o.cost


COSTS = (hostile.falling, hostile.hill, lambda X, salt: -sum(X), lambda X, salt: -(sum(X) ** 3))


@each_mode
@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_a_cost_without_a_lower_bound(mode, n):
    """This crept, a step an epoch, to the limit of epochs."""
    # In 6 coordinates Newton creeps along the plane where the slope and the Hessian of the last, a
    # cubic, are 0.
    for cost in COSTS[:-1] if mode == "newton" and n == 6 else COSTS:
        objective = hostile.Bent(n, cost, hostile.slopes_of(cost))
        for x0 in ([7] * n, [EDGE] * n, [-EDGE + 3] * n, [EDGE - 1000] * n):
            o = minimize(objective, x0, mode=mode, radius=100, certify=True)
            assert o.status == status.RANGE_LEFT and o.epochs < 60 + 30 * n, (x0, o.epochs)
            assert max(map(abs, o.x)) == EDGE and o.cost == objective.cost(o.x)


@each_mode
def test_the_minimum_on_the_edge_is_found(mode):
    """The other coordinates go on to their best."""

    def cost(X, salt):
        return -3 * X[0] + sum((x - 5) ** 2 for x in X[1:])

    for n in (2, 3, 6):
        objective = hostile.Bent(n, cost, hostile.slopes_of(cost))
        o = minimize(objective, [7] * n, mode=mode, radius=100, certify=True)
        assert o.x == [EDGE] + [5] * (n - 1) and o.status == status.RANGE_LEFT


@pytest.mark.parametrize("mode", ["paper", "steepest", "fixed-rate"])
def test_the_other_modes_say_so_too(mode):
    objective = hostile.Bent(2, hostile.edge, hostile.slopes_of(hostile.edge))
    objective.qp = 1024
    for x0 in ([EDGE - 500] * 2, [EDGE] * 2):
        o = minimize(objective, x0, mode=mode, max_epochs=200, certify=True)
        assert o.status == status.RANGE_LEFT


@each_mode
def test_an_edge_that_is_left_again_is_forgotten(mode):
    """From corners, and with steps that lead out, to a minimum inside."""
    for seed in range(8):
        objective = hostile.quadratic(hostile.seeded("left", seed), 3, 10)
        for x0 in ([EDGE, -EDGE, EDGE], [-EDGE, EDGE, 0], [EDGE - 5] * 3):
            o = minimize(objective, x0, mode=mode, polls=200, radius=2**18 - 1, certify=True)
            assert o.status == status.LATTICE_MINIMUM and max(map(abs, o.x)) < 9000


@each_mode
def test_limits_and_targets_come_first(mode):
    problem, x0 = freudenstein_roth()
    o = Optimizer(problem, x0, mode=mode, max_epochs=10, certify=True)
    while o.step():
        pass
    assert o.status == status.EPOCH_LIMIT
    whole = minimize(problem, x0, mode=mode, certify=True)
    assert minimize(problem, x0, mode=mode, target=whole.cost, certify=True).status == status.TARGET
    o.max_epochs = 2000
    while o.step():
        pass
    assert (o.checksum, o.status) == (whole.checksum, status.RANGE_LEFT)
    assert o.ask() is None and not o.step()


@each_mode
def test_a_checkpoint_holds_the_edge_that_was_met(mode):
    problem, x0 = freudenstein_roth()
    whole = minimize(problem, x0, mode=mode, certify=True)
    met = set()
    for stop in range(whole.epochs):
        o = Optimizer(problem, x0, mode=mode, certify=True)
        while o.epochs < stop and o.step():
            pass
        met.add(o._position.box is not None)
        o = checkpoints.load(checkpoints.dump(o), problem)
        while o.step():
            pass
        assert (o.checksum, o.x, o.status) == (whole.checksum, whole.x, whole.status)
    assert met == {False, True}


def test_runs_that_never_meet_it_have_no_box():
    objective = Rosenbrock(256)
    o = minimize(objective, [-315, 310], certify=True)
    assert o._position.box is None and o._position.PARTS == ""


@each_mode
def test_the_text_is_true_for_plain_and_for_refined_runs(mode):
    problem, x0 = freudenstein_roth()
    plain = minimize(problem, x0, mode=mode, certify=True)
    refined = minimize(problem, [v >> 10 << 10 for v in x0], mode=mode, refine=10, certify=True)
    assert plain.status == refined.status == status.RANGE_LEFT
    assert "give that parameter a smaller Qp" in status.text(plain.status)
    assert EDGE - (1 << 10) < max(map(abs, refined._position.x)) <= EDGE
    coarser, x0 = freudenstein_roth(32768)
    o = minimize(coarser, x0, mode=mode, certify=True)
    assert o.status != status.RANGE_LEFT and o.cost < 49 * coarser.cost_scale


@each_mode
def test_bounds_within_the_edge_are_no_edge(mode):
    problem, x0 = freudenstein_roth()
    o = minimize(problem, x0, mode=mode, upper=[EDGE - 1, None], certify=True)
    assert o.x[0] == EDGE - 1 and o.status in (status.LATTICE_MINIMUM, status.POLLED)


@each_mode
def test_harm_at_the_edge_stays_in_words(core, mode):
    for i in range(30):
        rng = hostile.seeded("edge", mode, i)
        n = rng.choice((1, 2, 3, 5))
        label, objective, x0, settings = hostile.draw(rng, n)
        x0 = [rng.choice((-EDGE, EDGE, EDGE - 1, 3 - EDGE, v)) for v in x0]
        settings["radius"] = rng.choice((1, 1000, 2**18 - 1))
        o = core.module("optimizer").Optimizer(
            hostile.bent(objective), x0, mode=mode, max_epochs=60, **settings
        )
        while o.step():
            assert all(-EDGE <= x <= EDGE for x in o.trial)
        assert o.cost == objective.cost(o.x) and o.epochs == o.updates + o.idles
        at_edge = max(map(abs, o.x)) == EDGE
        if o.status not in (status.EPOCH_LIMIT, status.TARGET):
            assert (o.status == status.RANGE_LEFT) == at_edge
