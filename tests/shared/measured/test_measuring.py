"""Runs that are told nothing but costs: with and without noise, in two parts, at bounds."""

import random

import pytest
from resuming import assert_resumes

from qbfgs import Optimizer, checkpoints, minimize, status
from qbfgs.measured.differences import Differences
from qbfgs.measured.gradients import TRIAL
from qbfgs.problems import Beale, ExtendedRosenbrock, Rosenbrock
from qbfgs.quantizer import quantize
from qbfgs.words.scalars import exponent, mantissa, pack


class Alone:
    """A problem without its gradient; noise that depends on the measurement's number alone."""

    def __init__(self, problem, deviation=0, skip=0):
        self.n, self.qp, self.problem = problem.n, problem.qp, problem
        self.random, self.deviation, self.asked = random.Random(7), deviation, 0
        for _ in range(skip):
            self.random.gauss(0, 1)

    def cost(self, X):
        self.asked += 1
        noise = round(self.random.gauss(0, 1) * self.deviation)
        return self.problem.cost(X) + noise


def start(problem):
    return [quantize(text, problem.qp) for text in problem.start]


def unpack(a):
    return mantissa(a) * 2.0 ** (exponent(a) - 14) if a else 0


def run(o):
    while o.step():
        pass
    return o


@pytest.mark.parametrize("mode", ["compensated", "limited"])
@pytest.mark.parametrize("problem", [Rosenbrock(1024), Beale(1024), ExtendedRosenbrock(256, 4)])
def test_costs_alone_lead_to_the_minimum(problem, mode):
    objective = Alone(problem)
    o = minimize(objective, start(problem), mode=mode)
    assert o.cost == 0 and o.success
    assert o.epochs == o.updates + o.idles < objective.asked


def test_ask_and_tell_alone_suffice():
    problem = Beale(1024)
    o = Optimizer(None, start(problem), differences=[32, 32], radius=256)
    while o.ask() is not None:
        assert o.tell(problem.cost(o.trial)) is False
        with pytest.raises(RuntimeError, match="no gradient is wanted"):
            o.tell_gradient([0, 0])
    assert o.x == run(Optimizer(Alone(problem), start(problem))).x == [3072, 512]


def test_each_go_is_followed_by_its_differences():
    problem = Beale(1024)
    o = Optimizer(None, start(problem), differences=[4, 16], radius=256)
    x = start(problem)
    asked = []
    for _ in range(5):
        asked.append(list(o.ask()))
        o.tell(problem.cost(o.trial))
    steps = [[a - b for a, b in zip(point, x, strict=True)] for point in asked]
    assert steps == [[0, 0], [4, 0], [-4, 0], [0, 16], [0, -16]]


def test_one_difference_a_coordinate_does_until_the_end():
    problem = Rosenbrock(1024)
    o = Optimizer(Alone(problem), start(problem))
    asked = {}  # differences at each X
    going = True
    while going:
        if o._measuring.phase != TRIAL:
            x = tuple(o._position.x)
            asked[x] = asked.get(x, 0) + 1
        going = o.step()
    counts = list(asked.values())
    assert o.x == [1024, 1024] and counts[0] == counts[-1] == 4
    assert set(counts) == {2, 4} and counts.count(2) > 10


def test_slopes_and_curvatures_are_those_of_the_parabola():
    """Of any quadratic, from two points or from one and the curvature."""
    rng = random.Random(3)
    for _ in range(300):
        g, c = rng.randint(-(1 << 40), 1 << 40), rng.randint(1, 1 << 12)
        log = rng.randrange(6)

        def cost(x, g=g, c=c):
            return g * x + c * x * x

        differences = Differences([1 << log])
        differences.signs[0] = rng.choice((0, 0, 1, -1))
        for second in (False, True):
            take = differences.take_second if second else differences.take_first
            take(0, cost(differences.offset(0, second)), 0)
        block = [0] * 3
        differences.gradient(block)
        h = 1 << log
        assert abs(block[0] * 2.0 ** block[1] - g) <= abs(g) * 2.0**-24 + c * h * 2.0**-20
        # what 27 bits of the change hold of the curvature
        wanted, found = 2 * c * h * h, unpack(differences.curvatures[0])
        assert abs(found - wanted) <= abs(g) * h * 2.0**-23 + wanted * 2.0**-13
        differences.signs[0], differences.curvatures[0] = 0, pack(2 * c * h * h, 0)
        differences.take_first(0, cost(h), 0)
        assert differences.half(0)
        differences.gradient(block)
        assert abs(block[0] * 2.0 ** block[1] - g) <= abs(g) * 2.0**-13 + c * h * 2.0**-12


def test_a_better_point_among_them_is_taken():
    """The cost of x never exceeds one that was told."""
    problem = Rosenbrock(256)
    o = Optimizer(None, start(problem), differences=64)
    least = None
    while o.ask() is not None:
        cost = problem.cost(o.trial)
        least = cost if least is None else min(least, cost)
        o.tell(cost)
        assert o.cost == least


def test_bounds_and_the_edge_hold_for_differences():
    class Slope:
        n, lower, upper = 2, [-3, None], [None, 2]

        def cost(self, X):
            assert X[0] >= -3 and X[1] <= 2 and abs(X[1]) < 1 << 19
            return (X[0] + 40) ** 2 + 3 * (X[1] - 50) ** 2 + X[0] * X[1]

    o = minimize(Slope(), [-3, 2], differences=16)
    assert o.x == [-3, 2]
    o = minimize(Slope(), [30, -500000], differences=1 << 17)
    assert o.x == [-3, 2]


@pytest.mark.parametrize("part", [0, 100])
def test_a_run_in_two_parts_is_one(part):
    problem = Beale(1024)
    deviation = problem.cost_scale // part if part else 0

    def make():
        objective = Alone(problem, deviation)
        settings = {"noise": "auto"} if deviation else {}
        return Optimizer(objective, start(problem), max_epochs=90, **settings)

    whole = run(make())
    for stop in range(0, min(60, whole.epochs), 3):
        o = make()
        while (o.epochs < stop or not o.between_epochs()) and o.step():
            pass
        o = run(checkpoints.load(checkpoints.dump(o), o.objective))
        same = ("checksum", "x", "cost", "status", "error", "epochs")
        assert [getattr(o, name) for name in same] == [getattr(whole, name) for name in same]


def test_a_resumed_run_of_exact_costs():
    problem = Alone(Rosenbrock(64))
    whole = minimize(problem, [-77, 78])

    def make():
        return Optimizer(problem, [-77, 78])

    assert_resumes(make, problem, whole, (0, 1, 3, 17, 40))


@pytest.mark.parametrize("auto", [True, False])
def test_noise_ends_a_run_without_a_certificate(auto):
    problem = Beale(1024)
    deviation = problem.cost_scale // 100
    excess = 0
    for seed in range(5):
        objective = Alone(problem, deviation, seed)
        noise = "auto" if auto else deviation
        o = run(Optimizer(objective, start(problem), noise=noise))
        assert o.status == status.NOISE and o.success
        assert abs(o.cost - problem.cost(o.x)) <= 4 * o.error
        assert deviation // 4 < o.error < deviation
        excess += problem.cost(o.x)
    assert excess < 5 * deviation


def test_the_limit_ends_a_run_within_its_differences():
    problem = Alone(Beale(1024))
    whole = minimize(problem, [1024, 1024])
    o = Optimizer(problem, [1024, 1024], max_epochs=0)
    for limit in range(1, 200, 7):
        run(o)
        if o.status != status.EPOCH_LIMIT:
            break
        assert o.epochs == o.max_epochs
        o.max_epochs = limit
    assert (o.x, o.checksum, o.epochs) == (whole.x, whole.checksum, whole.epochs)


def test_an_exception_in_a_measurement_is_borne():
    class Fails(Alone):
        def cost(self, X):
            cost = Alone.cost(self, X)
            if self.asked % 5 == 0:
                raise OSError("the sensor is gone")
            return cost

    o = None
    objective = Fails(Beale(1024))
    o = Optimizer(objective, [1024, 1024])
    going = True
    while going:
        try:
            going = o.step()
        except OSError:
            pass
    assert o.x == [3072, 512]


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"differences": 0}, "differences must be 1 or more"),
        ({"differences": [1]}, "one a parameter"),
        ({"differences": 1 << 18}, "2\\^17 grid steps or less"),
        ({"noise": 0}, "standard deviation"),
        ({"noise": 2.5}, "standard deviation"),
        ({"noise": 3, "mode": "paper"}, "mode 'compensated' or 'limited'"),
        ({"differences": 3, "refine": 2}, "no refine"),
    ],
)
def test_wrong_settings_are_told(settings, said):
    with pytest.raises((TypeError, ValueError), match=said):
        Optimizer(None, [0, 0], **settings)
