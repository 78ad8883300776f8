"""What all models promise: one pass an evaluation, other grids, changed samples, clear errors."""

import math
import random

import pytest
from fitting import random_rows, samples

from qbfgs import Optimizer, status
from qbfgs.data import Window
from qbfgs.data.samples import Samples
from qbfgs.models.curves import Decay, Saturation
from qbfgs.models.designs import Affine, Polynomial
from qbfgs.models.least_squares import LeastSquares
from qbfgs.models.logistic import Logistic
from qbfgs.models.model import FINEST
from qbfgs.models.network import Network
from qbfgs.models.scores import score
from qbfgs.models.softmax import Softmax


def classes(rng):
    return rng.randrange(2)


def numbers(rng):
    return rng.randint(-(1 << 22), 1 << 22)


def data(inputs, width, target):
    return samples(random_rows(1, 25, inputs, width, target))


MODELS = {
    "logistic": lambda qp: Logistic(data(2, 13, classes), qp, 100),
    "softmax": lambda qp: Softmax(data(2, 13, classes), 3, qp, 100),
    "network": lambda qp: Network(data(2, 13, classes), 3, 2, qp, 100),
    "regression network": lambda qp: Network(data(2, 13, numbers), 3, 1, qp, 100),
    "decay": lambda qp: Decay(data(1, 19, numbers), qp),
    "saturation": lambda qp: Saturation(data(1, 19, numbers), qp),
    "least squares": lambda qp: LeastSquares(data(3, 26, numbers), Affine(3), qp),
}
each_model = pytest.mark.parametrize("name", MODELS)


@each_model
def test_one_pass_gives_cost_and_gradient(name):
    model = MODELS[name](64)
    squares = name == "least squares"
    X = [3] * model.n
    other = [4] * model.n
    assert model.passes == 0
    cost = model.cost(X)
    gradient = list(model.gradient(tuple(X)))
    assert model.passes == 1
    assert model.cost(X) == cost
    assert list(model.gradient(other)) != gradient
    assert model.passes == (1 if squares else 2)
    assert list(model.gradient(X)) == gradient  # another pass, the same answer
    assert model.cost(X) == cost and model.passes == (1 if squares else 3)
    assert all(type(g) is int for g in gradient) and type(cost) is int


@each_model
def test_the_hessian_comes_from_the_same_pass(name):
    """Once it was asked for, or is expected; passes before that are what they were."""
    model, expecting = MODELS[name](64), MODELS[name](64)
    squares = name == "least squares"
    X, other = list(range(model.n)), list(range(3, 3 + 2 * model.n, 2))
    cost, gradient = model.cost(X), list(model.gradient(X))
    hessian = list(model.hessian(tuple(X)))
    assert len(hessian) == model.n * (model.n + 1) // 2 and all(type(h) is int for h in hessian)
    assert (model.cost(X), list(model.gradient(X))) == (cost, gradient)
    assert model.passes == (1 if squares else 2)
    model.cost(other)
    assert (list(model.hessian(other)) != hessian) == (not squares)
    assert list(model.hessian(X)) == hessian and model.passes == (1 if squares else 4)
    if not squares:
        expecting.expect_hessian()
        assert expecting.cost(X) == cost and expecting.hessian(X) == hessian
        assert list(expecting.gradient(X)) == gradient and expecting.passes == 1


@each_model
@pytest.mark.parametrize("mode", ["compensated", "newton"])
def test_a_run_makes_one_pass_an_epoch(name, mode):
    """Curves make one more, to find their start."""
    model = MODELS[name](64)
    start = model.start()
    before = model.passes
    assert before == (name in ("decay", "saturation"))
    o = Optimizer(model, start, mode, max_epochs=15)
    while o.step():
        pass
    assert model.passes - before == (1 if name == "least squares" else o.epochs + 1)
    assert name == "least squares" or (model._second is not None) == (mode == "newton")


@each_model
def test_another_grid(name):
    """The same real cost at the same real point; the slope a grid step is another."""
    coarse, fine = MODELS[name](64), MODELS[name](64)
    fine.regrid(256)
    X = [(-1) ** k * (k + 5) for k in range(coarse.n)]
    assert fine.qp == 256 and fine.cost_scale == 16 * coarse.cost_scale
    a, b = coarse.cost(X) / coarse.cost_scale, fine.cost([4 * x for x in X]) / fine.cost_scale
    assert a == pytest.approx(b, rel=1e-4)
    for p, q in zip(coarse.gradient(X), fine.gradient([4 * x for x in X]), strict=True):
        p, q = p / coarse.cost_scale, 4 * q / fine.cost_scale
        assert p == pytest.approx(q, rel=1e-2, abs=1e-4 * a)
    curvatures = coarse.hessian(X), fine.hessian([4 * x for x in X])
    for p, q in zip(*curvatures, strict=True):
        p, q = p / coarse.cost_scale, 16 * q / fine.cost_scale
        assert p == pytest.approx(q, rel=1e-2, abs=1e-4 * a)


@each_model
def test_a_wrong_grid_is_refused(name):
    for qp in (0, -1):
        with pytest.raises(ValueError, match="Qp must be 1 or more"):
            MODELS[name](qp)
    with pytest.raises(TypeError, match="Qp must be an int"):
        MODELS[name]("64")
    with pytest.raises(ValueError, match="takes Qp up to 65536, not 65537"):
        MODELS[name](FINEST + 1)


def test_samples_that_move_on():
    """A window of a stream: after refresh the model sees the samples that are there now."""
    state = [0]

    def measure(sample):
        state[0] += 1
        sample[0], sample[1] = state[0] << 10, 3 * state[0] << 20

    window = Window(2, 4, measure)
    window.take(4)
    for model in (
        LeastSquares(Samples(window, [0], 1), Polynomial(1), 16),
        Decay(Samples(window, [0], 1), 16),
    ):
        X = [5] * model.n
        before = model.cost(X), list(model.gradient(X))
        window.take(2)
        assert (model.cost(X), model.gradient(X)) != before or model.passes == 1
        passes = model.passes
        model.refresh()
        after = model.cost(X), list(model.gradient(X))
        assert after != before and model.passes == passes + 1


@pytest.mark.parametrize("kind", ["line", "decay"])
def test_learning_goes_on_as_samples_come(kind):
    """A sensor drifts; the run is renewed after each few samples and follows it."""
    rng = random.Random(4)
    drift = [0]

    def measure(sample):
        t = rng.randrange(1 << 19) if kind == "decay" else rng.randint(-(1 << 26), 1 << 26)
        if kind == "decay":
            y = math.exp(-t / 2**16) + drift[0] / 64
            sample[0], sample[1] = t, round(y * 2**20)
        else:
            sample[0], sample[1] = t, (t >> 1) + (drift[0] << 20)

    window = Window(2, 30, measure)
    window.take(30)
    qp = 256
    if kind == "decay":
        model = Decay(Samples(window, [0], 1), qp)
        o = Optimizer(model, [qp, qp, 0])
    else:
        model = LeastSquares(Samples(window, [0], 1), Polynomial(1), qp)
        o = Optimizer(model, [0, 0])
    while o.step():
        pass
    first = o.epochs
    for _ in range(6):
        drift[0] += 1
        window.take(30)
        model.refresh()
        before = model.cost(o.x)
        o.renew()
        assert o.cost == before and o.status == status.RUNNING
        for _ in range(first):
            if not o.step():
                break
        offset = drift[0] * qp // 64
        wanted = [qp, qp, offset] if kind == "decay" else [qp // 2, offset]
        assert all(abs(x - w) <= 1 for x, w in zip(o.x, wanted, strict=True)), (o.x, wanted)


def test_an_error_of_the_source_leaves_no_half_answer():
    model = MODELS["logistic"](64)
    X = [1] * 3
    right = model.cost(X)
    whole = model.samples.source.read

    def fail(row):
        raise OSError("card pulled")

    model.samples.source.read = fail
    with pytest.raises(OSError):
        model.cost([2] * 3)
    model.samples.source.read = whole
    assert model.cost(X) == right


@pytest.mark.parametrize("bits", [9, 10, 14, 16])
def test_score_is_the_rounded_quotient(core, bits):
    """floor(2^24 (2^10 high + low) / (qp 2^bits)), cut to a word."""
    watched = core.module("models.scores").score
    edges = [0, 1, -1, 1023, 2**20, -(2**20), 2**29, -(2**29)]
    for qp in (1, 2, 3, 10, 1000, 1024, 32768, 65535, 65536):
        limit = qp << bits - 5
        for high in edges + [limit - 1, limit, -limit, 1 - limit, limit - 2]:
            if abs(high) > 2**29:
                continue
            for low in (0, 1, 1023, 1024, -5, 2**28, -(2**28)):
                exact = (((high << 10) + low) << 24) // (qp << bits)
                got = watched(high, low, qp, bits)
                assert got == score(high, low, qp, bits)
                if -(2**29) <= exact < 2**29:
                    assert got == exact, (high, low, qp)
                else:
                    assert got == (2**29 - 1 if exact > 0 else 1 - 2**29), (high, low, qp)
