"""Heap is looked at as seldom as may be: to look takes a board as long as an epoch, or longer."""

import pytest
from qbfgs_board import measures


class Heap:
    """A heap of so many bytes, in the place of `qbfgs_board.heap`; counts what it is asked for."""

    def __init__(self, size):
        self.whole, self.live, self.garbage = size, 0, 0
        self.collections = self.looks = self.by_itself = 0

    def allocate(self, garbage):
        if self.free_now() < garbage:
            self.by_itself += 1
            self.garbage = 0
        self.garbage += garbage

    def free_now(self):
        return self.whole - self.live - self.garbage

    def collect(self):
        self.collections += 1
        self.garbage = 0

    def collected(self):
        self.collect()
        return self.used()

    def used(self):
        self.looks += 1
        return self.live + self.garbage

    def grown(self, since):
        if since is None:
            return None
        more = self.used() - since
        return more if more >= 0 else None


def run(monkeypatch, size, epochs, takes, reports=100):
    """(the heap, its Measures, what was measured of each epoch) after so many epochs."""
    heap = Heap(size)
    for name in ("collect", "collected", "grown", "used"):
        monkeypatch.setattr(measures, name, getattr(heap, name))
    monkeypatch.setattr(measures, "send", lambda *fields, **x: heap.allocate(reports))
    made = measures.Measures(measures.Stopwatch(), 0, size)
    grown = []
    for number in range(epochs):
        made.begin()
        heap.allocate(takes(number))
        made.end()
        made.weigh()
        made.report_epoch(number, 0, 0, ())
        grown.append(made.grown)
    return heap, made, grown


def test_a_roomy_heap_is_looked_at_a_few_times(monkeypatch):
    heap, made, grown = run(monkeypatch, 100000, 1000, lambda number: 300)
    assert [k for k in range(200) if grown[k] is not None] == [1]
    assert set(grown) == {300, None}
    assert made.peak == 300
    assert heap.by_itself == 0  # no epoch's time holds a collection
    assert heap.collections <= 1 + 1000 * 400 // 100000
    assert heap.looks == 3


def test_what_the_optimiser_is_made_of_is_no_epochs_need(monkeypatch):
    takes = [9000] + 100 * [300]
    heap, _, _ = run(monkeypatch, 20000, len(takes), takes.__getitem__)
    assert heap.collections <= 1 + 100 * 400 // 20000


@pytest.mark.parametrize("size", [450, 800, 1300])
def test_a_tight_heap_is_collected_before_each_epoch_that_needs_it(monkeypatch, size):
    heap, _, grown = run(monkeypatch, size, 200, lambda number: 300)
    assert heap.by_itself == 0
    assert {300} <= set(grown) <= {300, None}


def test_an_epoch_that_takes_more_than_any_before_is_not_told_wrongly(monkeypatch):
    """A collection in its midst frees part of what is to be measured: then nothing is told."""
    heap, made, grown = run(monkeypatch, 1000, 64, lambda number: 900 if number == 40 else 300)
    assert set(grown) <= {300, 900, None}
    assert made.peak <= 900


def test_without_a_measured_heap_nothing_is_told(monkeypatch):
    monkeypatch.setattr(measures, "send", lambda *fields, **x: None)
    made = measures.Measures(measures.Stopwatch(), None, 0)
    for _ in range(5):
        made.begin()
        made.end()
        made.weigh()
        made.report_epoch(0, 0, 0, ())
        assert (made.grown, made.used, made.peak) == (None, None, 0)
