"""A sensor whose gain drifts, calibrated while samples come: a window of the last 64 of them.

Between two epochs samples come in; `refresh` and `renew` tell model and optimiser that the cost has
changed, and they go on from what they know.  Memory is bounded by the window.
"""

from qbfgs import Optimizer
from qbfgs.data import Window
from qbfgs.models.recipes import make
from qbfgs.quantizer import to_text

QP = 1024


class Sensor:
    """Made-up samples: a count and the pressure that a reference shows; its gain drifts."""

    def __init__(self):
        self.seed = 3
        self.time = 0

    def measure(self, sample):
        """Writes a sample: in a program of yours, read an ADC here."""
        self.seed = (self.seed * 0x5D65 + 0x3039) & 0xFFFFFF
        pressure = (self.seed >> 8) % 10000
        self.time += 1
        sample[0] = 3000 + pressure * self.gain() // 1000
        sample[1] = pressure

    def gain(self):
        """Counts per 1000 units of pressure."""
        return 3000 + self.time


sensor = Sensor()
window = Window(2, 64, sensor.measure)
window.take(64)
model = make("linear", window, 0, QP)
o = Optimizer(model, model.start(), max_epochs=100000)
for _ in range(12):
    fresh = o.epochs + 25
    while o.epochs < fresh and o.step():
        pass
    weights = model.parameters(o.x)
    samples = model.samples
    line, unit = samples.scaling.undo(weights[:1], weights[1], 26)
    line, unit = samples.target_scaling.undo_target(line, unit * QP, 26)
    # of the window: its middle is 32 samples old
    print("after", sensor.time, "samples: gain", to_text(1000 * unit, line[0], 0), end=" ")
    print("made with", sensor.gain())
    window.take(32)
    model.refresh()
    o.renew()
