"""Fits: a formula, every named one, bounds, outliers, a given grid; going on from saved text."""

from tracing import end, line

from qbfgs import fit
from qbfgs.fits import load
from qbfgs.fits.fit import Fit
from qbfgs.fits.named import NAMES, named
from qbfgs.real import Real, exp

_state = [7]


def noise(reach):
    """A pseudo-random Real in -1 .. 1, times reach."""
    _state[0] = (_state[0] * 1103515245 + 12345) % (1 << 31)
    return Real((_state[0] >> 8) % 2001 - 1000) / 1000 * reach


def cooling(t, ambient, drop, rate):
    return ambient + drop * exp(-rate * t)


def told(label, found):
    """All that a fit says."""
    for text in str(found).split("\n"):
        line(label, text)
    for i in range(len(found.parameters)):
        v, e = found.parameters[i], found.errors[i]
        line(label, found.names[i], v.mantissa, v.exponent, e and e.mantissa, e and e.exponent)
    line(label, found.success, found.evaluations, found.residual)
    if found.correlation:
        line(label, [r.text(9) for row in found.correlation for r in row])


rows = [(t, cooling(t, 20, 64, Real("0.02")) + noise("0.3")) for t in range(0, 120, 15)]
rows = [(t, y.text(2)) for t, y in rows]
start = ("20", "60", "0.02")
found = fit(cooling, rows, start=start)
told("cooling", found)
line(found.parameters[1].text(3), found.predict((45,)).text(2))

told("fixed", fit(cooling, rows, start=start, fixed=(0,)))
told("bounds", fit(cooling, rows, start=("21", "60", "0.02"), lower=("20.5", None, 0)))
told("sigma", fit(cooling, rows, start=start, sigma="0.2", absolute_sigma=True))
told("grid", fit(cooling, rows, start=start, qp=(64, 64, 16384)))
told("edge", fit(cooling, rows, start=start, qp=8500))
told("stopped", fit(cooling, rows, start=("0", "1", "1"), max_evaluations=3))
bad = rows[:3] + [(36, "90")] + rows[4:]
told("huber", fit(cooling, bad, start=start, loss="huber"))
exact = [(t, 3 * t * t - 7) for t in range(9)]
told("exact", fit(lambda t, a, b: a * t * t + b, exact, start=(1, 1)))
told("same", fit(lambda t, a, b: a + b, exact, start=(1, 1)))

texts = []
stepped = Fit(cooling, rows, start=("15", "50", "0.05"))
while stepped.step():
    texts.append(stepped.save())
whole = stepped.save()
line("saved", len(texts), load(texts[0], cooling).predict(45).text(6))
for k in (len(texts) // 2,):
    again = load(texts[k], cooling, rows)
    line("again", again.save() == texts[k])
    while again.step():
        pass
    line("the same", again.save() == whole)
for text in whole.split("\n"):
    line("saved", text)

TRUE = {
    "beta-equation": (10000, 3950),
    "decay": (20, 64, "0.02", 0),
    "gaussian-peak": (2, 7, 50, 12),
    "growth": (3, 4, "0.02", 0),
    "logistic-growth": (10, "0.1", 50),
    "michaelis-menten": (12, 9),
    "power-law": (3, "0.7"),
    "sine": (2, 3, "0.071", 1, 0),
    "steinhart-hart": ("0.0011", "0.00024", "0.00000007"),
    "two-exponentials": (5, "0.1", 3, "0.01", 0),
}
for name in NAMES:
    formula = named(name).formula
    true = [Real(v) for v in TRUE[name]]
    inputs = [Real(1000 + 2000 * k * k) for k in range(7)]
    if len(true) > 3 or true[0] < 100 and true[0] > "0.01":
        inputs = [Real(5 + 9 * k) for k in range(11)]
    made = [(x, (formula(x, *true) + noise("0.02")).text(4)) for x in inputs]
    told(name, fit(name, made))
end()
