"""The 2 n unit steps about a point, ranked: the neighbours of the limited-memory form.

Ranks are as in `neighbours`: r = -2 G.d / d'Bd, above 1 where the model promises a decrease.  Of B
only the diagonal is needed; it is measured by each step that is tried and rejected.
"""

from ..words.blocks import clear, words
from ..words.compat import const
from ..words.scalars import div, pack, scaled

_DONE = const(-0x3FFFFFFF)


class UnitSteps:
    """A ranked list of the unit steps; made once, 3 n words.

    curvature: scalars d'Bd of the unit steps as last measured, 0 where none was.
    """

    STATE = "curvature _ranks _place"

    def __init__(self, n):
        self.n = n
        self.curvature = words(n)
        self._ranks = [_DONE] * (2 * n)
        self._place = 0  # of the step that `best` gave last

    def rank(self, g, usual):
        """Lists +-e_i; usual: the curvature (a positive scalar) where none was measured."""
        e = g[self.n]
        for i in range(self.n):
            b = self.curvature[i]
            rank = div(scaled(pack(g[i], e), 1), b if b else usual)
            self._ranks[2 * i] = -rank
            self._ranks[2 * i + 1] = rank

    def best(self, d):
        """d = the step of the highest rank, which is taken off the list; False at its end."""
        # The head of `Neighbours.best` again: shared, it would cost a call an epoch.
        ranks = self._ranks
        top = max(ranks)
        if top == _DONE:
            return False
        place = ranks.index(top)
        ranks[place] = _DONE
        self._place = place
        clear(d, self.n)
        d[place >> 1] = -1 if place & 1 else 1
        d[-1] = 1
        return True

    def learn(self, measured):
        """Takes the curvature, a positive scalar, that the last step measured."""
        self.curvature[self._place >> 1] = measured
