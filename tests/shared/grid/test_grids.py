"""One Qp for all coordinates, or one each."""

import pytest

from qbfgs import Optimizer, minimize, status
from qbfgs.checks import default_radius
from qbfgs.grid.grids import point_to_text, qp_of, quantize_point
from qbfgs.grid.scales import check_grid
from qbfgs.quantizer import quantize, to_text

TEXTS = ["-1.232", "0.0004", "25"]


@pytest.mark.parametrize("qp", [1, 16, 1000])
def test_one_qp_is_the_same_for_each(qp):
    X = quantize_point(TEXTS, qp)
    assert X == [quantize(text, qp) for text in TEXTS] == quantize_point(TEXTS, [qp] * 3)
    assert point_to_text(X, qp) == [to_text(v, qp) for v in X] == point_to_text(X, (qp,) * 3)


def test_each_its_own():
    qp = [16, 100000, 1]
    X = quantize_point(TEXTS, qp)
    assert X == [-20, 40, 25]
    assert point_to_text(X, qp) == ["-1.25", "0.0004", "25"]
    assert [qp_of(qp, i) for i in range(3)] == qp


BAD = {
    "short": ([16, 16], ValueError, "there are 2 Qp for 3 parameters"),
    "zero": ([16, 0, 16], ValueError, "Qp must be 1 or more, not 0"),
    "float": ((16, 16.0, 16), TypeError, "Qp must be an int, not 16.0"),
    "text": ("16", TypeError, "Qp must be an int, not '16'"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_list(name):
    qp, error, words = BAD[name]
    for call in (check_grid, lambda qp, n: quantize_point(TEXTS, qp), lambda qp, n: radius(qp)):
        with pytest.raises(error, match=words):
            call(qp, 3)


def radius(qp):
    class Objective:
        pass

    Objective.qp = qp
    return default_radius(Objective(), [0, 0, 0])


def test_the_first_radius_is_that_of_the_coarsest():
    assert radius([64, 4096, 1024]) == 16
    assert radius([3, 4096, 1024]) == 1


class Sensor:
    """sum over t of (a + b t + c t^2 / 1000 - reading)^2 with parameters of unlike size."""

    n = 3
    qp = (4, 256, 4096)  # a is near 300, b near -2, c near 0.7
    cost_scale = (4096 * 1000) ** 2

    def residuals(self, X):
        a, b, c = X[0] * 1024, X[1] * 16, X[2]  # in 1/4096
        for t in range(-20, 21):
            reading = 4096 * 300 - 4096 * 2 * t
            yield t, 1000 * (a + b * t - reading) + (c - 2867) * t * t

    def cost(self, X):
        return sum(r * r for _, r in self.residuals(X))

    def gradient(self, X):
        g = [0, 0, 0]
        for t, r in self.residuals(X):
            for j, slope in enumerate((1000 * 1024, 1000 * 16 * t, t * t)):
                g[j] += 2 * r * slope
        return g


@pytest.mark.parametrize("mode", ["compensated", "limited"])
def test_parameters_of_unlike_size(mode):
    o = minimize(Sensor(), [0, 0, 0], mode=mode, certify=True)
    assert o.status in (status.LATTICE_MINIMUM, status.MODEL_MINIMUM)
    assert o.x == [1200, -512, 2867] and o.cost == 0
    assert point_to_text(o.x, Sensor.qp) == ["300", "-2", "0.699951171875"]
    assert o.epochs < 100


@pytest.mark.parametrize("mode", ["paper", "steepest", "fixed-rate"])
def test_modes_of_the_paper_take_one_qp(mode):
    with pytest.raises(TypeError, match="Qp must be an int, not .4, 256, 4096."):
        Optimizer(Sensor(), [0, 0, 0], mode=mode)
