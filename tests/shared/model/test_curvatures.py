"""The store of measured curvatures."""

import pytest
from exact import make_block

from qbfgs.model.curvatures import Curvatures
from qbfgs.words.scalars import pack


class Heard:
    """A model that writes down what it is taught."""

    def __init__(self):
        self.taught = []

    def teach(self, d, measured):
        self.taught.append((list(d), measured))


@pytest.mark.parametrize(("n", "most"), [(1, 2), (2, 4), (15, 30), (16, 32), (17, 32)])
def test_the_last_are_taught_three_times_oldest_first(n, most):
    store, added = Curvatures(n), []
    for k in range(2 * most + 2):
        heard = Heard()
        store.repeat(heard)
        assert heard.taught == 3 * added[-most:]
        assert store.count == min(k, most)
        d = make_block([k + 1] + [0] * (n - 1))
        store.add(d, pack(k + 1, 0))
        added.append((list(d), pack(k + 1, 0)))
        d[0] = 0  # the store has a copy


def test_a_new_point_forgets_all():
    store, heard = Curvatures(2), Heard()
    for k in (1, 2, 3):
        store.add(make_block([k, 0]), pack(k, 0))
    store.forget()
    store.repeat(heard)
    assert (heard.taught, store.count, store.next) == ([], 0, 0)
    store.add(make_block([9, 0]), pack(5, 0))
    store.repeat(heard)
    assert heard.taught == [(make_block([9, 0]), pack(5, 0))] * 3
