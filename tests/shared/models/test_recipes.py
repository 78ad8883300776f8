"""Models by name, and how their fits end."""

import random

import pytest

from qbfgs import minimize
from qbfgs.data import Table
from qbfgs.data.samples import Samples
from qbfgs.data.scaling import Scaling
from qbfgs.models import recipes
from qbfgs.models.curves import Decay, Rise, Saturation
from qbfgs.models.least_squares import LeastSquares
from qbfgs.models.logistic import Logistic
from qbfgs.models.network import Network
from qbfgs.models.softmax import Softmax
from qbfgs.status import CONVERGED

RNG = random.Random(8)
NUMBERS = [[RNG.randint(-999, 999) for _ in range(4)] for _ in range(30)]
CLASSES = [[*row[:3], k % 3] for k, row in enumerate(NUMBERS)]
PAIRS = [[k, 1000 - 900 * k // 30 + k % 3] for k in range(30)]

MADE = {
    "linear": (NUMBERS, 0, LeastSquares, 4),
    "poly:3": (PAIRS, 0, LeastSquares, 4),
    "sphere": ([row[:3] for row in NUMBERS], 0, LeastSquares, 4),
    "ellipsoid": ([row[:3] for row in NUMBERS], 0, LeastSquares, 6),
    "tilted": ([row[:3] for row in NUMBERS], 0, LeastSquares, 9),
    "exp": (PAIRS, 0, Decay, 3),
    "saturation": (PAIRS, 0, Saturation, 3),
    "logistic+7": ([[*row[:3], row[3] % 2] for row in CLASSES], 2, Logistic, 4),
    "softmax+7": (CLASSES, 3, Softmax, 12),
    "mlp:2+7": (CLASSES, 3, Network, 17),
    "mlp:5": (NUMBERS, 0, Network, 26),
}


@pytest.mark.parametrize("text", MADE)
def test_a_recipe_makes_its_model(text):
    rows, classes, kind, n = MADE[text]
    model = recipes.make(text, Table(rows), classes, 50)
    inner = getattr(model, "squares", model)
    assert type(inner) is kind
    assert (model.n, model.qp, len(model.start())) == (n, 50, n)
    assert getattr(model, "l2", 0) == (7 if "+7" in text else 0)
    assert isinstance(model.cost(model.start()), int)


WRONG = {
    "cubic": "unknown model 'cubic': use one of linear, poly, ",
    "poly": "'poly': write the model as poly:SIZE",
    "linear:2": "'linear:2': write the model as linear",
    "poly:0": "'poly:0': '0' is not a number of 1 or more",
    "mlp:x": "'mlp:x': 'x' is not a number of 1 or more",
    "softmax+-1": "'softmax+-1': '-1' is not a number of 0 or more",
    "linear+2": "'linear+2': the model linear has no penalty",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_recipe_is_told(text):
    with pytest.raises(ValueError, match="^" + WRONG[text].replace("+", r"\+")):
        recipes.parse(text)


@pytest.mark.parametrize(
    "text, rows, classes, sentence",
    [
        ("sphere", NUMBERS, 0, "the model sphere takes 3 inputs, but there are 4"),
        ("poly:2", NUMBERS, 0, "the model poly takes 1 inputs, but there are 3"),
        ("linear", [[1], [2]], 0, "the model linear takes 1 inputs, but there are 0"),
        ("softmax", NUMBERS, 0, "the model softmax needs classes, but the target is a number"),
        ("logistic", CLASSES, 3, "the model logistic takes 2 classes, but there are 3"),
    ],
)
def test_what_does_not_fit_the_source_is_told(text, rows, classes, sentence):
    with pytest.raises(ValueError, match=sentence):
        recipes.make(text, Table(rows), classes, 16)


@pytest.mark.parametrize("kind", [Decay, Rise, Saturation])
@pytest.mark.parametrize("offset", [False, True])
@pytest.mark.parametrize("rate", [-3, 0, 2])
def test_a_curve_begins_at_the_best_of_the_rates(kind, offset, rate):
    """Exact data of a rate that is tried: it is found."""
    rows = [[k << 13, 0] for k in range(60)]
    curve = kind(Samples(Table(rows), [0], 1), 64, 1, offset)
    for row in rows:
        curve._shape(min(0x1FFFFFFF, row[0] << 8 + rate))
        row[1] = (3 * curve.value >> 9) + (offset << 19)
    start = curve.start()
    assert start == [64 << rate if rate >= 0 else 64 >> -rate] + [0] * (curve.n - 1)
    assert curve.passes == 1


def test_a_fit_that_converged_goes_on():
    source = Table([[*row[:3], row[3] % 2] for row in CLASSES])
    model = recipes.make("logistic+1024", source, 2, 1024)
    o = minimize(model, model.start(), tolerance=6)
    assert o.status == CONVERGED and o.ask() is None
    cost, epochs = o.cost, o.epochs
    o.tolerance = 40
    assert o.ask() is not None
    o.step()
    assert o.epochs > epochs and o.cost <= cost
    assert isinstance(model.samples.scaling, Scaling)
