"""Gauss-Newton's approximation of the Hessian of a network."""

from ...words.functions import ONE, signed_times
from ..totals import penalise_hessian
from .outer import OuterSums

_BITS, _HIDDEN_BITS = 9, 14  # as in `network`
_UP = 16  # inputs that many bits higher are below 2^29


class NetworkHessian(OuterSums):
    """J'SJ: J the slopes of the scores, S the cost's second derivatives with respect to them.

    The slope of score k is (a, 1) times a gain in W_h, and the hidden values and 1 in V_k.
    Weights of blocks count 2^-weight_bits in (V, V), 2^8 less in (V, W), 2^11 less in (W, W).
    """

    def __init__(self, model, head, inputs):
        OuterSums.__init__(self, model.n)
        self.model, self._head = model, head
        self._row = [1 << _BITS] * (inputs + 1)
        self._mixed = [0] * len(head.errors)  # a hidden unit's gains times S
        self._gains = [0] * (model.hidden * len(head.errors))

    def take(self):
        """Adds the sample that the model took."""
        model, head, gains, mixed, row = self.model, self._head, self._gains, self._mixed, self._row
        y = model.samples.y
        hidden, short, first = model.hidden, model.short, model.outputs
        classes = len(mixed)
        width = len(row)
        for j in range(width - 1):
            row[j] = model.samples.x[j]
        for h in range(hidden):
            rest = ONE - signed_times(model.value[h], model.value[h])
            for k in range(classes):
                w = model.weights[first + k * (hidden + 1) + h]
                gains[k * hidden + h] = signed_times(w, rest)
            for k in range(classes):
                weight = 0
                for i in range(classes):
                    weight += signed_times(gains[i * hidden + h], head.weight(y, k, i))
                mixed[k] = weight
                top = first + k * (hidden + 1)
                self.add_block(weight, short, _HIDDEN_BITS, top, row, h * width)
            for g in range(h + 1):
                weight = 0
                for k in range(classes):
                    weight += signed_times(mixed[k] << 3, gains[k * hidden + g] << 2)
                self.add_block(weight, row, _UP, h * width, row, g * width)
        for k in range(classes):
            for i in range(k + 1):
                top, left = first + k * (hidden + 1), first + i * (hidden + 1)
                self.add_block(head.weight(y, k, i), short, _HIDDEN_BITS, top, short, left)
        self.end_row()

    def write(self, out):
        """Fills in the triangle."""
        model, head = self.model, self._head
        first, n = model.outputs, model.n
        shift = head.unit - head.weight_bits
        self.write_block(out, 0, first, 0, first, shift + 39 - _UP - 2 * _BITS)
        self.write_block(out, first, n, 0, first, shift + 8 - _BITS)
        self.write_block(out, first, n, first, n, shift - _HIDDEN_BITS)
        for start, width in model.units():
            penalise_hessian(out, start, width, model.l2, head.unit)
