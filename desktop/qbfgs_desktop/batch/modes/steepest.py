"""Mode "steepest" on arrays; see `qbfgs.modes.steepest`."""

import numpy as np

from .paper import Paper


class Steepest(Paper):
    """The rule of mode "steepest" in all lanes."""

    learns = False

    def _next_k(self):
        return np.maximum(self.k - 1, 0)

    def _compensate_from(self, lanes):
        return 0
