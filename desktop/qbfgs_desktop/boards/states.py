"""What must be true of a state that comes from a board's checkpoint.

A CRC tells damage, no more: a state that was made up would end in an IndexError epochs later.  A
board does not look: who can write its checkpoints can write its programs, and it spares the heap.
"""

from qbfgs.checkpoints import _parts
from qbfgs.grid.position import EDGE, WIDEST
from qbfgs.search.basis import WINDOW
from qbfgs.status import BAD_OBJECTIVE, RUNNING, text
from qbfgs.words.blocks import largest, words
from qbfgs.words.scalars import bits, pack
from qbfgs.words.wide import fits

_MANY = (list, type(words(0)))
_COUNT = 0x3FFFFFFF
_SCALAR = 0x1FFFFFFF
_SMALL = 0x8000  # exponents are below
_SHORT = 0x4000  # entries of a basis are below, and the Qp of mode "paper" at most
# Fields, and the least and the most of each number in them.
_RANGES = (
    ("x _x _trial probed low high", -EDGE, EDGE),
    ("epochs updates idles compensations doubts checksum gos wait polls", 0, _COUNT),
    ("count next _place _first first", 0, _COUNT),
    ("hit taught agreed whole final due _boxed", 0, 1),
    ("qp scale unit gain fraction", 1, _SCALAR),
    ("reach", -_SMALL, _SCALAR),
    ("sy measured curvature", 0, _SCALAR),
    ("rank spare_change", -_SCALAR, _SCALAR),
    ("_hashes _ranks _multiples move", -_COUNT - 1, _COUNT),
    ("radius", 1, WIDEST),
    ("length", 0, WIDEST),
    ("stage", 0, 4),
    ("turns", 0, 3),
    ("scales", -_SMALL, _SMALL),
    ("region", 1, _SCALAR),
    ("multipliers", -_SCALAR, _SCALAR),
    ("schur", 0, 1 << 28),
    ("shifts", 0, 20),
    ("votes", -128, 128),
    ("_gp _pp", -_SCALAR, _SCALAR),
    ("phase", 0, 4),
    ("logs", 0, 17),
    ("signs", -1, 1),
    ("kind pairs weak", 0, 0xFFFF),
    ("coordinate times", 0, _COUNT),
    ("_mantissas curvatures", -_SCALAR, _SCALAR),
    ("_exponents", -_SMALL, _SMALL),
    ("square given", 0, _SCALAR),
    ("lists", 0, 20),
    ("shift", 0, 16),
    ("pivots", 0x2000, 0xFFFF),
    ("powers", -_SMALL, _SMALL),
    ("k first_k", 0, 0xFFF),
    ("rate", 0, _SMALL),
)
_BLOCKS = "slopes newton triangle g direction spare wall h z s y columns steps images vectors"


def _wrong(what):
    return ValueError(f"the checkpoint is wrong: no run has such a state ({what})")


def check_state(optimizer):
    """Raises ValueError unless the optimiser can be that of a run, between two epochs."""
    parts = _parts(optimizer)
    ranges = {}
    for names, least, most in _RANGES:
        for name in names.split():
            ranges[name] = (least, most)
    blocks = _BLOCKS.split()
    for part in parts:
        for name in part.STATE.split():
            value = getattr(part, name)
            if name in blocks:
                _check_blocks(name, value)
            elif name in ranges:
                least, most = ranges[name]
                for number in _numbers(value):
                    if not least <= number <= most:
                        raise _wrong(name)
    _check_epochs(optimizer)
    for part in parts:
        for name in part.STATE.split():
            if name in _CHECKS:
                _CHECKS[name](part)


def _numbers(value):
    if not isinstance(value, _MANY):
        yield value
        return
    for part in value:
        yield from _numbers(part)


def _check_blocks(name, value):
    many = isinstance(value[0], _MANY)
    for k in range(len(value) if many else 1):
        _check_block(name, value[k] if many else value, k + 1 if name == "columns" else 0)


def _check_block(name, y, lo=0):
    n = len(y) - 2
    size = 0
    for i in range(lo, n):
        v = abs(y[i])
        if v > _SCALAR:
            raise _wrong(name)
        size |= v
    if not (bits(size) <= y[-1] <= 30 and -_SMALL < y[n] < _SMALL):
        raise _wrong(name)


def _check_epochs(o):
    text(o.status)  # a ValueError for one that is none
    if o.epochs != o.updates + o.idles or o.compensations > o.epochs:
        raise _wrong("epochs")
    if not fits(o.cost) or not fits(o.level):
        raise _wrong("cost")
    p = o._position
    if o.status == RUNNING or o.status == BAD_OBJECTIVE:
        _check_block("move", p.move)
        for i in range(o.n):
            if o.trial[i] != p.x[i] + p.move[i] << p.shift:
                raise _wrong("trial")


def _check_position(p):
    if p.count > p.room or p.move[p.n] != 0:
        raise _wrong("count, move")


def _check_box(b):
    for i in range(b.n):
        if b.low[i] > b.high[i]:
            raise _wrong("low, high")


def _check_idle_and_go(rule):
    if rule.reach != pack(rule.radius, 0):
        raise _wrong("reach")


def _check_gauss_newton(model):
    if max(model.reach) > bits(WIDEST):
        raise _wrong("reach")


def _check_factor(factor):
    if sorted(factor.order) != list(range(factor.n)):
        raise _wrong("order")


def _check_secants(secants):
    if secants.count > len(secants.s) or 0 in secants.sy[: secants.count]:
        raise _wrong("count, sy")


def _check_curvatures(c):
    if c.count > len(c.steps) or c.next >= len(c.steps) or 0 in list(c.measured)[: c.count]:
        raise _wrong("count, next, measured")


def _check_unit_steps(steps):
    if steps._place >= len(steps._ranks):
        raise _wrong("_place")


def _check_neighbours(near):
    first, n = near._first, near.n
    _check_window(first, n)
    size = min(n - first, WINDOW)
    most = size * (size + 2)
    if near._boxed:
        most = 2 * near._half if near._reach else 2 * size
    elif first != near.basis.first:
        raise _wrong("_first")
    if near._place > most or (near._reach and first):
        raise _wrong("_place")
    for k in range(near._place, len(near._ranks)):
        if near._ranks[k] != -_COUNT:
            raise _wrong("_ranks")


def _check_window(first, n):
    if first >= n or first % WINDOW:
        raise _wrong("first")


def _check_basis(basis):
    _check_window(basis.first, basis.n)
    for u in basis.vectors:
        if u[basis.n] != 0 or not 0 < largest(u, basis.n) < _SHORT:
            raise _wrong("vectors")


def _check_wall(search):
    if search.length and largest(search.wall, search.n) == 0:
        raise _wrong("wall")


def _check_measuring(measuring):
    costs = (measuring.first, measuring.before)
    if measuring.coordinate > measuring.n or not all(map(fits, costs)):
        raise _wrong("coordinate, first, before")


def _check_noise(noise):
    if not fits(noise.total):
        raise _wrong("total")


def _check_paper(rule):
    if rule.qp > _SHORT:
        raise _wrong("qp")


# By a field that only such parts have.
_CHECKS = {
    "_hashes": _check_position,
    "low": _check_box,
    "radius": _check_idle_and_go,
    "slopes": _check_gauss_newton,
    "order": _check_factor,
    "sy": _check_secants,
    "measured": _check_curvatures,
    "curvature": _check_unit_steps,
    "_first": _check_neighbours,
    "vectors": _check_basis,
    "length": _check_wall,
    "rate": _check_paper,
    "coordinate": _check_measuring,
    "total": _check_noise,
}
