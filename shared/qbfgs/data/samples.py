"""What a model sees of a source: inputs and target of one row at a time, scaled to short words."""

from .scaling import Scaling


class Samples:
    """The rows of a source, scaled: `next` moves on to x and y.

    inputs: places of the m columns that a model reads; target: the place of the one that it is to
    learn, or None.  scaling: of the inputs; target_scaling: of the target, a Scaling of one column;
    None for none, as for class numbers.
    x: list of m ints; y: an int, 0 where there is no target.
    """

    def __init__(self, source, inputs, target=None, scaling=None, target_scaling=None):
        self.source = source
        self.inputs = inputs
        self.target = target
        self.scaling = scaling or Scaling(len(inputs))
        self.target_scaling = target_scaling or Scaling(1)
        self.x = [0] * len(inputs)
        self.y = 0
        self._row = [0] * source.columns

    def rewind(self):
        """Begins a pass."""
        self.source.rewind()

    def next(self):
        """Moves on to the next row; False at the end."""
        if not self.source.read(self._row):
            return False
        self.set(self._row)
        return True

    def set(self, row):
        """Moves to a row of raw values, one a column of the source: for a prediction."""
        for j in range(len(self.x)):
            self.x[j] = self.scaling.apply(j, row[self.inputs[j]])
        if self.target is not None:
            self.y = self.target_scaling.apply(0, row[self.target])
