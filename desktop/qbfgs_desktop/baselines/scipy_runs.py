"""SciPy's BFGS, L-BFGS-B and Levenberg-Marquardt in doubles with exact slopes: what a desk uses.

Times are medians of several runs with BLAS pinned to one thread; with more, SciPy is two to nine
times slower on such small problems, and the comparison would be dishonest.  For problems this
small the time is mostly SciPy's own overhead a call; say so beside any figure.
"""

import statistics
import time
from typing import NamedTuple

from .real import RealProblem, RealResiduals

METHODS = ("BFGS", "L-BFGS-B")


class Baseline(NamedTuple):
    """method; evaluations: cost evaluations counted in the problem; cost: real, at the end; x: n
    floats; seconds: the median of the repeats; message: SciPy's own words."""

    method: str
    evaluations: int
    cost: float
    x: tuple
    seconds: float
    message: str


def _load():
    try:
        from scipy.optimize import minimize
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise ImportError(
            "comparing with SciPy needs SciPy and threadpoolctl: pip install scipy threadpoolctl"
        ) from error
    return minimize, threadpool_limits


def scipy_minimize(problem, x0, method="BFGS", repeats=5, **options):
    """Run one of SciPy's methods on a grid problem in real units, from x0 (n floats).

    problem: as for `real.RealProblem`.  method: one of `METHODS`.  repeats: timed runs, 1 and
    more.  options: SciPy's for the method (gtol, ftol, maxiter, ...); its defaults otherwise.
    Returns a `Baseline`.  Raises ImportError, saying which extra to install, and ValueError for
    another method.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {METHODS}, not {method!r}")
    minimize, threadpool_limits = _load()
    seconds = []
    with threadpool_limits(limits=1):
        for _ in range(repeats):
            real = RealProblem(problem)
            begin = time.perf_counter()
            result = minimize(
                real.cost, list(x0), jac=real.gradient, method=method, options=options
            )
            seconds.append(time.perf_counter() - begin)
    return Baseline(
        method,
        real.evaluations,
        float(result.fun),
        tuple(float(v) for v in result.x),
        statistics.median(seconds),
        str(result.message),
    )


def levenberg_marquardt(problem, x0, repeats=1):
    """The same by SciPy's `least_squares`, method "lm": MINPACK's Levenberg-Marquardt.

    problem: one of `qbfgs.problems.polynomials`, whose residuals its `terms` give.  evaluations:
    of the residuals; those of their slopes are fewer.
    """
    _load()
    from scipy.optimize import least_squares
    from threadpoolctl import threadpool_limits

    seconds = []
    with threadpool_limits(limits=1):
        for _ in range(repeats):
            real = RealResiduals(problem)
            begin = time.perf_counter()
            result = least_squares(real.residuals, list(x0), jac=real.slopes, method="lm")
            seconds.append(time.perf_counter() - begin)
    return Baseline(
        "LM",
        real.evaluations,
        float(2 * result.cost),
        tuple(float(v) for v in result.x),
        statistics.median(seconds),
        str(result.message),
    )


def evaluations_to(problem, x0, target, method="L-BFGS-B"):
    """SciPy's cost evaluations until one is at the real cost `target` or below; None for never.

    problem, x0, method and what it raises: as for `scipy_minimize`; SciPy's default options.
    """
    minimize, threadpool_limits = _load()
    real = RealProblem(problem)
    reached = []

    def cost(x):
        value = real.cost(x)
        if value <= target:
            reached.append(real.evaluations)
        return value

    with threadpool_limits(limits=1):
        minimize(cost, list(x0), jac=real.gradient, method=method)
    return min(reached, default=None)
