"""The batch engine's model of H and what is built on it against the core's, part by part."""

import random

import numpy as np
import pytest
from batches import LANES, apart, array, block, factors, load, measured, scalar, state, states
from batches import together as blocks_together

from qbfgs.model import bfgs as core_bfgs
from qbfgs.model import curvatures as core_curvatures
from qbfgs.model import pivoting as core_pivoting
from qbfgs.model.factors import Factor as CoreFactor
from qbfgs.search import armijo as core_armijo
from qbfgs.search import neighbours as core_neighbours
from qbfgs.search import rounding as core_rounding
from qbfgs.search import wall as core_wall
from qbfgs.words.blocks import block as core_block
from qbfgs.words.scalars import ONE, scaled
from qbfgs_desktop.batch.model import bfgs, curvatures, pivoting
from qbfgs_desktop.batch.model.factors import Factor
from qbfgs_desktop.batch.search import armijo, neighbours, rounding, wall
from qbfgs_desktop.batch.words.lanes import at

SIZES = (1, 2, 3, 5)
each_n = pytest.mark.parametrize("n", SIZES)


def updates(rng, factor):
    """A few random BFGS updates and exchanges; the order gets random too."""
    n = factor.n
    for _ in range(rng.randint(0, 4)):
        s = block(rng, n, 14, 0, 0)
        y = block(rng, n, 27, 15)
        factor.transpose_times(y)
        factor.bfgs(s, scalar(rng, 20, 1))
        core_pivoting.sort(factor)
    rng.shuffle(factor.order)


def made(n, lanes=LANES):
    rng = random.Random(n)
    core = factors(rng, CoreFactor, n, updates, lanes)
    return rng, core, load(Factor(n, lanes), core)


def assert_same(batch, core, n):
    got = states(batch)
    for i, factor in enumerate(core):
        assert got[i] == state(factor, n), i


@each_n
def test_products(n):
    rng, core, batch = made(n)
    x = [block(rng, n, 28) for _ in core]
    y = [core_block(n) for _ in core]
    for f, a, b in zip(core, x, y, strict=True):
        f.direction(b, a)
    assert apart(batch.direction(blocks_together(x))) == y
    inner = []
    for f, a in zip(core, x, strict=True):
        f.transpose_times(a)
        inner.append(f.form(0))
    gathered = batch.gather(blocks_together(x))
    assert batch.form(*batch.transpose_times(gathered)).tolist() == inner
    curvatures = []
    for f, a in zip(core, x, strict=True):
        f.solve(a)
        curvatures.append(f.form(1))
    assert batch.curvature(*batch.solve(gathered)).tolist() == curvatures


@each_n
def test_update(n):
    rng, core, batch = made(n)
    for _ in range(3):
        s = [block(rng, n, 20, 3, 0) for _ in core]
        y = [block(rng, n, 27, 15) for _ in core]
        sy = [scalar(rng, 20, 1) for _ in core]
        numbers = batch.transpose_times(batch.gather(blocks_together(y)))
        batch.bfgs(*numbers, batch.gather(blocks_together(s)), array(sy))
        for f, a, b, c in zip(core, s, y, sy, strict=True):
            f.transpose_times(b)
            f.bfgs(a, c)
        assert_same(batch, core, n)
        pivoting.sort(batch)
        for f in core:
            core_pivoting.sort(f)
        assert_same(batch, core, n)


@each_n
def test_rounding(n):
    rng, core, batch = made(n)
    target = [block(rng, n, 28, 0, -rounding.FINE) for _ in core]
    expected = []
    for f, t in zip(core, target, strict=True):
        d = core_block(n)
        core_rounding.MetricRounding(f).round(d, t)
        expected.append(d[:n])
    got = rounding.metric_round(batch, blocks_together(target).m)
    assert got.T.tolist() == expected


def test_armijo():
    rng = random.Random(1)
    change = [scalar(rng) for _ in range(999)]
    slope = [scalar(rng) for _ in change]
    fraction = [scalar(rng, 5, 1) for _ in change]
    c, s = array(change), array(slope)
    pairs = list(zip(change, slope, strict=True))
    assert armijo.sufficient(c, s).tolist() == [core_armijo.sufficient(*p) for p in pairs]
    measure = [core_armijo.curvature(*p) for p in pairs]
    assert armijo.curvature(c, s).tolist() == measure
    shrunk = [core_armijo.shrink(*p) for p in zip(fraction, slope, measure, strict=True)]
    assert armijo.shrink(array(fraction), s, array(measure)).tolist() == shrunk


def model_pair(rng, n, lanes, pairs=None):
    """Models of the core and their batch form, new ones."""
    core = [core_bfgs.QuasiNewton(n, pairs) for _ in range(lanes)]
    batch = bfgs.QuasiNewton(n, pairs, lanes)
    h = [scalar(rng, 10, 1) for _ in core]
    for model, value in zip(core, h, strict=True):
        model.factor.set_identity(value)
    batch.factor.set_identity(array(h))
    return core, batch


def assert_same_models(batch, core, n):
    assert_same(batch.factor, [model.factor for model in core], n)
    secants = batch.secants
    assert secants.count.tolist() == [model.secants.count for model in core]
    for k in range(secants.most):
        s, y = apart(secants.s[k]), apart(secants.y[k])
        for i, model in enumerate(core):
            if k < model.secants.count:
                theirs = model.secants
                ours = s[i], y[i], int(secants.sy[k, i])
                assert ours == (theirs.s[k], theirs.y[k], theirs.sy[k])


def draw_step(rng, n):
    d = [rng.choice((0, 1, -1, rng.randint(-9, 9), rng.randint(-5000, 5000))) for _ in range(n)]
    d[rng.randrange(n)] = rng.choice((1, -1)) * rng.randint(1, 9)
    return measured(d, 0)


def draw_change(rng, n, d):
    """The change of a gradient along d, mostly with s'y > 0."""
    if rng.random() < 0.2:
        return block(rng, n, 27, 10)
    y = [v * rng.randint(1, 90) * 1000 + rng.randint(-500, 500) for v in d[:n]]
    return measured(y, rng.randint(-5, 10))


@each_n
@pytest.mark.parametrize("pairs", [None, 1])
def test_model_learns_and_is_taught(n, pairs):
    rng = random.Random(n)
    core, batch = model_pair(rng, n, 80, pairs)
    for _ in range(n + 6):
        lanes = [i for i in range(80) if rng.random() < 0.8]
        d = [draw_step(rng, n) for _ in lanes]
        y = [draw_change(rng, n, step) for step in d]
        part = batch.at(array(lanes))
        part.learn(blocks_together(d), blocks_together(y))
        batch.put(array(lanes), part)
        for i, step, change in zip(lanes, d, y, strict=True):
            core[i].learn(step, change)
        assert_same_models(batch, core, n)
        d = [draw_step(rng, n) for _ in core]
        measure = [scalar(rng, 15, 1) for _ in core]
        bfgs.teach(batch.factor, blocks_together(d), array(measure))
        for model, step, value in zip(core, d, measure, strict=True):
            model.teach(step, value)
        assert_same_models(batch, core, n)


def trained(n, lanes=80):
    """Models that learnt something, of the core and batched."""
    rng = random.Random(n)
    core, batch = model_pair(rng, n, lanes)
    for _ in range(n + 2):
        d = [draw_step(rng, n) for _ in core]
        y = [draw_change(rng, n, step) for step in d]
        batch.learn(blocks_together(d), blocks_together(y))
        for model, step, change in zip(core, d, y, strict=True):
            model.learn(step, change)
    return rng, core, batch


@each_n
def test_curvatures(n):
    rng, core, batch = trained(n, 40)
    theirs = [core_curvatures.Curvatures(n) for _ in core]
    ours = curvatures.Curvatures(n, 40)
    for _ in range(2 * n + 2):
        lanes = [i for i in range(40) if rng.random() < 0.7]
        d = [draw_step(rng, n) for _ in lanes]
        measure = [scalar(rng, 15, 1) for _ in lanes]
        part = ours.at(array(lanes))
        part.add(blocks_together(d), array(measure))
        ours.put(array(lanes), part)
        for i, *lesson in zip(lanes, d, measure, strict=True):
            theirs[i].add(*lesson)
    ours.repeat(batch.factor)
    for lesson, model in zip(theirs, core, strict=True):
        lesson.repeat(model)
    assert_same_models(batch, core, n)
    ours.forget()
    assert not ours.count.any() and not ours.next.any()


@each_n
def test_wall(n):
    rng, core, batch = trained(n)
    target = [block(rng, n, 28, 0, -rounding.FINE) for _ in core]
    g = [block(rng, n, 27) for _ in core]
    radius = [rng.choice((1, 5, 1000, 2**18 - 1)) for _ in core]
    ours = wall.WallSearch(n, len(core))
    ours.begin(blocks_together(target), batch.secants, array(radius), blocks_together(g))
    theirs = [core_wall.WallSearch(n) for _ in core]
    for w, t, m, r, v in zip(theirs, target, core, radius, g, strict=True):
        w.begin(t, m.secants, r, v)
    for _ in range(11):
        d, some = ours.next()
        for i, w in enumerate(theirs):
            step = core_block(n)
            assert w.next(step) == some[i]
            if some[i]:
                assert apart(d.at(array([i]))) == [step]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_neighbours(n):
    rng, core, batch = trained(n, 40)
    g = [block(rng, n, 27, 10) for _ in core]
    radius = [rng.choice((1, 5, 1000, 2**18 - 1)) for _ in core]
    ours = neighbours.Neighbours(n, len(core))
    last = neighbours.LastNeighbours(n, len(core))
    theirs = [core_neighbours.Neighbours(model.factor) for model in core]
    for turn in range(3):
        if turn == 1:
            last.rank(batch.factor, blocks_together(g))
            for other, v in zip(theirs, g, strict=True):
                other.rank_box(v)
            assert_same_list(last, theirs, n)
        else:
            ours.rank(batch.factor, blocks_together(g), array(radius))
            for other, v, r in zip(theirs, g, radius, strict=True):
                other.rank_basis(v, r)
            for i in range(n):
                assert apart(ours.basis.vectors[i]) == [t.basis.vectors[i] for t in theirs]
            assert_same_list(ours, theirs, n)


def assert_same_list(ours, theirs, n):
    some = np.ones(len(theirs), bool)
    while some.any():
        d, rank, some = ours.best()
        for i, other in enumerate(theirs):
            step = core_block(n)
            assert other.best(step) == some[i]
            if some[i]:
                assert (step[:n], other.rank) == (d[:, i].tolist(), rank[i])


def test_some_lanes():
    _, _, batch = trained(3)
    lanes = array([3, 5, 70])
    part = at(batch, lanes)
    assert states(part.factor) == [states(batch.factor)[i] for i in lanes]
    part.factor.scale(array([scaled(ONE, 1)] * 3))
    before = states(batch.factor)
    batch.put(lanes, part)
    after = states(batch.factor)
    assert [i for i in range(80) if before[i] != after[i]] == lanes.tolist()
