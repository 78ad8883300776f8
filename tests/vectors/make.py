"""Makes the vectors: what the core answers on CPython, one expression and its value a line.

    python tests/vectors/make.py

writes NAME.txt for every module call_NAME.py beside it, which the expressions call. The seed is
fixed, so the same sources give the same bytes; a test makes them again and compares.
"""

import importlib.util
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 2020
GRIDS = (1, 3, 10, 16, 100, 256, 1000, 1024)
TEXTS = ("-1.232", "1.212", "+.5", "-.5", "-1.5", "2.5", "3e-2", "1E2", " 7 ", "0.4999", "-0.0005")
WRONG = ("", "1.2.3", "1e", "e5", "--1", "0x10", "1e100", "nan", "1,5", None, [], True)
EDGES = (0, 1, -1, 2, 3, 1023, 1024, -1024, (1 << 14) - 1, -(1 << 14), (1 << 29) - 1, -(1 << 29))


def quantizer(rng):
    """Expressions for call_quantizer.py."""
    for text in TEXTS:
        for qp in rng.sample(GRIDS, 3):
            yield f"grid({text!r}, {qp})"
    for text in WRONG:
        yield f"grid({text!r}, 16)"
    yield "grid('1', 0)"
    yield "grid('1', -5)"
    for _ in range(40):
        x, a = rng.randint(-(1 << 20), 1 << 20), rng.randint(-2000, 2000)
        yield f"divided({x}, {a}, {rng.choice(GRIDS)})"
        yield f"rounded({x}, {rng.choice((1, -2, 2, 3, -7, 10, 1024))})"
        yield f"decimal({x}, {rng.choice(GRIDS)}, {rng.randint(0, 12)})"
    yield "divided(5, 0, 16)"
    yield "rounded(5, 0)"


def armijo(rng):
    """Expressions for call_armijo.py."""
    for change in EDGES:
        for slope in rng.sample(EDGES, 3):
            yield f"goes({change}, {slope})"
            yield f"measured({change}, {slope})"
    for _ in range(30):
        slope = -rng.randint(1, 1 << rng.randint(1, 29))
        change = round(slope * rng.choice((0.0094, 0.0095, 0.0096, 0.5, -1, 2)))
        yield f"goes({change}, {slope})"
        curvature = rng.randint(-100, 1 << rng.randint(7, 29))
        yield f"shorter({rng.randint(1, 1024)}, {slope}, {curvature})"


def compensation(rng):
    """Expressions for call_compensation.py."""
    for _ in range(40):
        n = rng.randint(1, 5)
        h = [rng.randint(-(1 << b), 1 << b) for b in rng.choices(range(19), k=n)]
        yield f"turned({h}, {rng.choice(GRIDS)})"
    yield "turned([0, 0], 16)"


def wall(rng):
    """Expressions for call_wall.py."""
    for _ in range(40):
        n = rng.randint(2, 5)
        s, y = _pair(rng, n)
        yield f"wall({[rng.randint(-(1 << 18), 1 << 18) for _ in range(n)]}, {s}, {y})"


def factors(rng):
    """Expressions for call_factors.py."""
    for _ in range(40):
        n = rng.randint(1, 4)
        yield f"learnt({rng.randint(1, 1000)}, {[_pair(rng, n) for _ in range(rng.randint(1, 3))]})"


def rounding(rng):
    """Expressions for call_rounding.py."""
    for _ in range(60):
        n = rng.randint(1, 5)
        target = [rng.randint(-20000, 20000) for _ in range(n)]
        order = rng.sample(range(n), n)
        columns = [[0] * (k + 1) + _mantissas(rng, n - k - 1) for k in range(n)]
        yield f"rounded({target}, {order}, {columns}, {rng.randint(-16, -8)})"


def _pair(rng, n):
    """A secant pair with s'y > 0: of a diagonal Hessian, nearly."""
    s = [rng.choice((-1, 1)) * rng.randint(1, 500) for _ in range(n)]
    return s, [v * rng.randint(100, 20000) + rng.randint(-50, 50) for v in s]


def _mantissas(rng, count):
    return [rng.randint(-(1 << 13), 1 << 13) for _ in range(count)]


def module(name):
    """The module call_NAME.py of this folder."""
    spec = importlib.util.spec_from_file_location(f"vectors_{name}", HERE / f"call_{name}.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def made(name):
    """The text of NAME.txt."""
    rng = random.Random(f"{SEED} {name}")
    namespace = vars(module(name))
    lines = []
    for expression in GROUPS[name](rng):
        lines.append(f"{expression} = {eval(expression, namespace)!r}\n")
    return "".join(lines)


GROUPS = {f.__name__: f for f in (quantizer, armijo, compensation, wall, factors, rounding)}

if __name__ == "__main__":
    for group in GROUPS:
        (HERE / f"{group}.txt").write_text(made(group))
