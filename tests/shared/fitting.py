"""What the tests of models share: samples of scaled integers, and references in doubles.

A double's 53 bits are far beyond the errors that are tested, 2^-26 a sample and more.
"""

import random

import numpy as np

from qbfgs.data import Table
from qbfgs.data.samples import Samples

QPS = (1, 3, 16, 256, 1000, 1024, 32768, 65536)


def samples(rows, has_target=True):
    """Samples of rows of inputs and target that are scaled already."""
    width = len(rows[0])
    inputs = list(range(width - has_target))
    return Samples(Table(rows), inputs, width - 1 if has_target else None)


def random_rows(seed, count, inputs, width, target):
    """Rows of inputs below 2^width in magnitude, some at the edge; target(rng) goes last."""
    rng = random.Random(repr((seed, count, inputs)))
    edge = (1 << width) - 1
    return [
        [
            rng.choice((-edge, edge)) if rng.random() < 0.05 else rng.randint(-edge // 4, edge // 4)
            for _ in range(inputs)
        ]
        + [target(rng)]
        for _ in range(count)
    ]


def random_point(rng, n, reach):
    """A point within `reach` grid steps."""
    return [rng.randint(-reach, reach) for _ in range(n)]


def real(model, X):
    """Cost and gradient with respect to the parameters (not to grid steps), as doubles."""
    cost = model.cost(X) / model.cost_scale
    # ints wider than a double divide exactly
    return cost, np.array([g * model.qp / model.cost_scale for g in model.gradient(X)])


def real_hessian(model, X):
    """The Hessian with respect to the parameters, in full, as doubles."""
    out = np.zeros((model.n, model.n))
    out[np.tril_indices(model.n)] = [h * model.qp**2 / model.cost_scale for h in model.hessian(X)]
    return out + np.tril(out, -1).T


def assert_words(core, module, make, points):
    """A model of the checked core, made by make(module), answers like the plain one, in words.

    Up to the size that mode "newton" is meant for, also when its passes add up the Hessian.
    """
    import importlib

    plain = make(importlib.import_module("qbfgs." + module))
    watched = make(core.module(module))
    for X in points:
        assert watched.cost(X) == plain.cost(X)
        assert watched.gradient(X) == plain.gradient(X)
        if plain.n <= 48:
            assert watched.hessian(X) == plain.hessian(X)


def hostile_points(rng, n):
    """Corners of the grid, its middle, and points between."""
    edge = 2**19 - 1
    yield [0] * n
    yield [edge] * n
    yield [-edge] * n
    yield [rng.choice((-edge, edge)) for _ in range(n)]
    for reach in (1, 1000, edge):
        yield random_point(rng, n, reach)
