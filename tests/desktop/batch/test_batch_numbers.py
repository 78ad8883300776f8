"""The batch engine's scalars, blocks, wide integers and checksums against the core's."""

import random

import numpy as np
import pytest
from batches import LANES, apart, array, block, scalar, together

from qbfgs.grid import position as core_position
from qbfgs.problems import ALL
from qbfgs.words import blocks as core_blocks
from qbfgs.words import checksums as core_checksums
from qbfgs.words import scalars as core
from qbfgs.words import triangles as core_triangles
from qbfgs.words import wide as core_wide
from qbfgs_desktop.batch.grid import position
from qbfgs_desktop.batch.words import answers, blocks, checksums, scalars, triangles
from qbfgs_desktop.batch.words import arrays as words
from qbfgs_desktop.batch.words.wide import PLAIN, Wide

SIZES = (1, 2, 3, 5, 16)
each_n = pytest.mark.parametrize("n", SIZES)


def test_masks():
    rng = random.Random(4)
    a = [rng.choice((0, 1, -1, rng.randint(1 - 2**30, 2**30 - 1))) for _ in range(999)]
    b = [rng.choice((v, v + 1, rng.randint(-9, 9))) for v in a]
    x, y = array(a), array(b)
    assert words.negative(x).tolist() == [-(v < 0) for v in a]
    assert words.nonzero(x).tolist() == [-(v != 0) for v in a]
    assert words.masked(x > 0).tolist() == [-(v > 0) for v in a]
    chosen = words.select(words.negative(x), x, y).tolist()
    assert chosen == [v if v < 0 else w for v, w in zip(a, b, strict=True)]
    assert words.at_least(x, 7).tolist() == [max(v, 7) for v in a]
    assert words.at_most(x, -7).tolist() == [min(v, -7) for v in a]


def test_bits():
    values = [0, 2**30 - 1, *(2**k + d for k in range(1, 30) for d in (-1, 0, 1))]
    assert scalars.bits(array(values)).tolist() == [core.bits(m) for m in values]


def test_pack():
    rng = random.Random(1)
    m = [rng.choice((1, -1)) * rng.getrandbits(rng.randint(0, 30)) for _ in range(3000)]
    m += [s * (2**k + d) for k in range(1, 30) for d in (-1, 0, 1) for s in (1, -1)]
    m = [v for v in m if abs(v) < 2**30]
    e = [rng.choice((-32767, 32767, -16400, 16400, rng.randint(-60, 60))) for _ in m]
    got = scalars.pack(array(m), array(e)).tolist()
    assert got == [core.pack(*pair) for pair in zip(m, e, strict=True)]


@pytest.mark.parametrize("name", ["mul", "div", "add"])
def test_two_operands(name):
    rng = random.Random(2)
    pairs = [(scalar(rng), scalar(rng)) for _ in range(5000)]
    pairs += [(a, rng.choice((a, -a, core.scaled(a, rng.randint(-20, 20))))) for a, _ in pairs]
    if name == "div":
        pairs = [(a, b) for a, b in pairs if b]
    a, b = array(pairs).T
    assert getattr(scalars, name)(a, b).tolist() == [getattr(core, name)(*pair) for pair in pairs]


def test_one_operand():
    rng = random.Random(3)
    a = [scalar(rng) for _ in range(3000)]
    k = [rng.choice((-16383, 16383, rng.randint(-30, 30))) for _ in a]
    e = [rng.randint(-50, 50) for _ in a]
    pairs = list(zip(a, k, strict=True))
    assert scalars.scaled(array(a), array(k)).tolist() == [core.scaled(*pair) for pair in pairs]
    pairs = list(zip(a, e, strict=True))
    assert scalars.fixed(array(a), array(e)).tolist() == [core.fixed(*pair) for pair in pairs]
    size = [abs(v) for v in a]
    assert scalars.sqrt(array(size)).tolist() == [core.sqrt(v) for v in size]
    some = [v for v in a if v]
    assert scalars.mantissa(array(some)).tolist() == [core.mantissa(v) for v in some]
    assert scalars.exponent(array(some)).tolist() == [core.exponent(v) for v in some]
    assert scalars.mantissa(array([0])).tolist() == [0]


@each_n
def test_dot(n):
    rng = random.Random(n)
    x = [block(rng, n, 29) for _ in range(LANES)]
    y = [block(rng, n, 29) for _ in range(LANES)]
    got = blocks.dot(together(x), together(y)).tolist()
    assert got == [core_blocks.dot(a, b, n) for a, b in zip(x, y, strict=True)]


@each_n
def test_axpy(n):
    rng = random.Random(n)
    for lo in range(min(n, 3)):
        x = [block(rng, n, 28) for _ in range(LANES)]
        y = [[9] * lo + block(rng, n - lo, 28) for _ in range(LANES)]
        m = [rng.choice((0, 1, -1, 2**15 - 1, rng.randint(1 - 2**15, 2**15 - 1))) for _ in x]
        e = [rng.choice((rng.randint(-15, 15), rng.randint(-80, 80))) for _ in x]
        got = blocks.axpy(together(y, lo), array(m), array(e), together(x, lo))
        for pair in zip(y, m, e, x, strict=True):
            core_blocks.axpy(*pair, lo, n)
        assert apart(got) == [row[lo:] for row in y]


@each_n
def test_put(n):
    rng = random.Random(n)
    for j in range(n):
        y = [[0] * (j + 1) + block(rng, n - j - 1, 27) for _ in range(LANES)]
        m = [rng.choice((1, -1)) * rng.randint(1, 2**15 - 1) for _ in y]
        e = [rng.choice((rng.randint(-15, 15), rng.randint(-80, 80))) for _ in y]
        got = blocks.put(together(y, j + 1), array(m), array(e))
        same = blocks.put(together(y, j + 1), array([0] * LANES), array(e))
        assert apart(same) == [row[j:] for row in y]
        for a, b, c in zip(y, m, e, strict=True):
            core_blocks.put(a, j, b, c, n)
        assert apart(got) == [row[j:] for row in y]


@each_n
def test_stretch_and_subtract(n):
    rng = random.Random(n)
    x = [block(rng, n, 29) for _ in range(LANES)]
    a = [scalar(rng) for _ in x]
    for e in (0, -10):
        results = []
        for u, v in zip(x, a, strict=True):
            y = [0] * n + [e, 0]
            room = u[n] + u[n + 1] + core.exponent(v) + 1 - e if v else 0
            if -16000 < room and room > 29:
                v = 0
            results.append((y, u, v))
        used = [v for _, _, v in results]
        got = blocks.stretch(together(x), array(used), e)
        for y, u, v in results:
            core_blocks.stretch(y, u, v, n)
        assert apart(got) == [y for y, _, _ in results]
    z = [block(rng, n, 28) for _ in range(LANES)]
    got = blocks.subtract(together(x), together(z))
    for i, pair in enumerate(zip(x, z, strict=True)):
        y = core_blocks.block(n)
        core_blocks.subtract(y, *pair, n)
        assert apart(got.at(array([i]))) == [y]


def draw_wide(rng, width):
    """An int of both signs of up to `width` bits and one more, often at a power of two."""
    w = rng.randint(0, width)
    v = rng.choice((rng.getrandbits(w + 1), 1 << w, (1 << w) - 1, (1 << w) + rng.randint(-2, 2)))
    return rng.choice((1, -1)) * v


@pytest.mark.parametrize("width", [20, 27, 28, 29, 30, 31, 58, 59, 60, 61, 90, 180, 4000])
def test_wide(width):
    rng = random.Random(width)
    for _ in range(10):
        a = [draw_wide(rng, width) for _ in range(50)]
        b = [draw_wide(rng, width) for _ in a]
        b = [rng.choice((v, u, u + draw_wide(rng, 30))) for u, v in zip(a, b, strict=True)]
        pairs = list(zip(a, b, strict=True))
        x, y = Wide.stack(a), Wide.stack(b)
        assert x.ints() == a
        assert answers.length(x).tolist() == [abs(v).bit_length() for v in a]
        shift = [rng.choice((0, rng.randint(0, width), width + 40)) for _ in a]
        lowered = [(v >> k) + (1 << 63) & (1 << 64) - 1 for v, k in zip(a, shift, strict=True)]
        got = answers.lowered(x, array(shift)).tolist()
        assert [v + (1 << 63) for v in got] == lowered
        assert answers.difference(x, y).tolist() == [core_wide.difference(*p) for p in pairs]
        sums = [rng.randrange(1 << 30) for _ in a]
        fed = [core_wide.feed_record(s ^ 1, [], v) for s, v in zip(sums, a, strict=True)]
        sums = [core_checksums.feed(s, 1) for s in sums]
        assert answers.feed_cost(array(sums), x).tolist() == fed
        narrowed = []
        for pair in pairs:
            narrowed.append([0] * 4)
            core_wide.narrow(pair, 2, narrowed[-1])
        assert apart(answers.narrow([x, y])) == narrowed
        half = array(range(25))
        z = Wide.stack([0] * 50)
        z.put(half, x.take(half))
        z.put(half + 25, y.take(half))
        assert z.ints() == a[:25] + b[:25]
        if width < 4000:
            c = draw_wide(rng, width)
            assert (x <= y).tolist() == [u <= v for u, v in pairs]
            assert (x <= x).all()
            assert (x + y).ints() == [u + v for u, v in pairs]
            assert (x - y).ints() == [u - v for u, v in pairs]
            assert (x * y).ints() == [u * v for u, v in pairs]
            assert (c - x * c).ints() == [c - u * c for u in a]
            assert (x**3).ints() == [u**3 for u in a]


@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.parametrize("width", [25, 58, 90, 4000])
def test_triangles(n, width):
    rng = random.Random(n * width)
    lanes = 60
    values = [[draw_wide(rng, width) for _ in range(n * (n + 1) // 2)] for _ in range(lanes)]
    gradient = [[draw_wide(rng, width) for _ in range(n)] for _ in range(lanes)]
    old = [[rng.choice((0, 0, rng.randint(0, width))) for _ in range(n)] for _ in range(lanes)]
    reach = [[rng.randint(0, 18) for _ in range(n)] for _ in range(lanes)]
    triangle = [Wide.stack(list(v)) for v in zip(*values, strict=True)]
    scales, grew = triangles.grow(triangle, array(old).T.copy(), array(reach).T.copy())
    high, low = triangles.cut(triangle, scales)
    slopes = triangles.narrow_scaled(
        [Wide.stack(list(v)) for v in zip(*gradient, strict=True)], scales
    )
    for i in range(lanes):
        expected = [0] * n
        assert core_triangles.grow(values[i], n, old[i], reach[i], expected) == grew[i]
        assert scales[:, i].tolist() == expected
        rows, tails = ([[0] * (k + 1) for k in range(n)] for _ in range(2))
        core_triangles.cut(values[i], n, expected, rows, tails)
        assert high[:, i].tolist() == sum(rows, [])
        assert low[:, i].tolist() == sum(tails, [])
        narrowed = [0] * (n + 2)
        core_triangles.narrow_scaled(gradient[i], n, expected, narrowed)
        assert apart(slopes.at(array([i]))) == [narrowed]


def test_what_fills_its_digits_can_be_shifted_out():
    for width in (58, 60, 87, 2900):
        values = [(1 << width) - 1, 1 - (1 << width)]
        for k in (width - 1, width, width + 1, width + 99):
            got = answers.lowered(Wide.stack(values), array([k, k]))
            assert got.tolist() == [v >> k for v in values]


def test_wide_stays_plain_below_its_bound():
    x = Wide.of(array([3, -5]))
    assert x.bound == 5 and len((x * x).rows) == 1
    assert len((x * (PLAIN // 5 + 1)).rows) == 3


@pytest.mark.parametrize("qp", [1, 16, 1000, 1024, 2**19])
@pytest.mark.parametrize("problem", ALL, ids=lambda problem: problem.name)
def test_problems_compute_with_arrays(problem, qp):
    from qbfgs_desktop.batch.objectives import batched

    rng = random.Random(qp)
    problem = problem(qp)
    for reach in (5, 4000, core_position.EDGE):
        points = [[rng.randint(-reach, reach) for _ in range(problem.n)] for _ in range(20)]
        x = array(points).T
        assert batched(problem).cost(x).ints() == [problem.cost(p) for p in points]
        g = [row.ints() for row in batched(problem).gradient(x)]
        assert np.array(g, object).T.tolist() == [problem.gradient(p) for p in points]
        h = [row.ints() for row in batched(problem).slopes(x)[1]]
        assert np.array(h, object).T.tolist() == [problem.hessian(p) for p in points]


def test_checksum():
    rng = random.Random(5)
    sums = [rng.randrange(1 << 30) for _ in range(999)]
    words = [rng.randint(-(2**30), 2**30 - 1) for _ in sums]
    fed = [core_checksums.feed(*pair) for pair in zip(sums, words, strict=True)]
    assert checksums.feed(array(sums), array(words)).tolist() == fed


@each_n
def test_step_hash(n):
    rng = random.Random(n)
    d = [[rng.randint(1 - 2**20, 2**20 - 1) for _ in range(n)] for _ in range(LANES)]
    hashes = [core_position.step_hash(step, n) for step in d]
    assert position.step_hash(array(d).T).tolist() == hashes
