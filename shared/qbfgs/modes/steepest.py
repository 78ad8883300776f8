"""Mode "steepest": quantized steepest descent (section III) with eq. 35's compensation.

As mode "paper", but H = I for good; k is 1 less after a go, for a valley asks for the same short
step again; and a compensation starts with k = 0.
"""

from .paper import Paper


class Steepest(Paper):
    """The rule of mode "steepest"."""

    learns = False

    def _next_k(self):
        return max(0, self.k - 1)

    def _compensate_from(self):
        return 0
