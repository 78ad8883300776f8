"""Clock, heap and watchdog with the modules that boards have, and without them."""

import importlib
import sys
import types

import pytest
from qbfgs_board import clock, heap, watchdog

PERIOD = 1 << 30


class Ticks:
    """A `time` module whose ticks wrap around; read, they show the given ones in turn."""

    def __init__(self, name, ticks):
        setattr(self, name, lambda: ticks.pop(0) % PERIOD)

    @staticmethod
    def ticks_diff(end, start):
        return (end - start + PERIOD // 2) % PERIOD - PERIOD // 2


@pytest.fixture
def reloaded(monkeypatch):
    """reloaded(module, name, fake): the module imported anew with a fake of another."""

    def reload(module, **fakes):
        for name, fake in fakes.items():
            monkeypatch.setitem(sys.modules, name, fake)
        return importlib.reload(module)

    before = [(module, dict(vars(module))) for module in (clock, heap)]
    yield reload
    monkeypatch.undo()
    for module, names in before:  # others have imported these very objects
        vars(module).update(names)


@pytest.mark.parametrize("name, unit", [("ticks_us", 1), ("ticks_ms", 1000)])
def test_laps_survive_wrap_around(reloaded, name, unit):
    ticks = [PERIOD - 5, PERIOD + 7, PERIOD + 20, 2 * PERIOD - 1000, 2 * PERIOD + 3]
    ticks.insert(3, PERIOD + PERIOD // 2)
    watch = reloaded(clock, time=Ticks(name, ticks)).Stopwatch()
    laps = [watch.lap() for _ in range(5)]
    assert laps == [unit * n for n in (12, 13, PERIOD // 2 - 20, PERIOD // 2 - 1000, 1003)]
    assert watch.total == unit * (PERIOD + 8) == sum(laps)


def test_restart_leaves_time_out(reloaded):
    watch = reloaded(clock, time=Ticks("ticks_us", [0, 10, 100, 101])).Stopwatch()
    watch.lap()
    watch.restart()
    assert watch.lap() == 1
    assert watch.total == 11


def test_the_clock_of_cpython(reloaded):
    fake = types.SimpleNamespace(perf_counter_ns=iter([5000, 9999]).__next__)
    assert reloaded(clock, time=fake).Stopwatch().lap() == 4


def test_without_a_clock(reloaded):
    watch = reloaded(clock, time=None).Stopwatch()
    watch.restart()
    assert watch.lap() is None and watch.total is None


def test_heap_with_and_without_measurement(reloaded):
    calls = []
    fake = types.SimpleNamespace(
        mem_alloc=lambda: 700, mem_free=lambda: 300, collect=lambda: calls.append(1)
    )
    board = reloaded(heap, gc=fake)
    assert (board.used(), board.collected(), board.grown(600)) == (700, 700, 100)
    assert board.free() == 300
    assert calls == [1]
    for without in (None, types.SimpleNamespace()):
        board = reloaded(heap, gc=without)
        assert (board.used(), board.collected(), board.grown(None)) == (None,) * 3
        assert board.free() == 0


@pytest.mark.parametrize(
    ("free", "after", "is_roomy"),
    [(20_000, 1024, False), (80 * 1024, 4096, False), (160 * 1024, 80 * 1024, True)],
)
def test_the_less_heap_is_free_the_more_often_it_is_collected(reloaded, free, after, is_roomy):
    asked = []
    fake = types.SimpleNamespace(mem_alloc=int, mem_free=lambda: free, threshold=asked.append)
    board = reloaded(heap, gc=fake)
    assert board.collect_often() is is_roomy
    board.collect_seldom()
    assert asked == [after, -1]
    assert reloaded(heap, gc=None).collect_often() is False


def test_the_watchdog_is_started_and_fed(reloaded, monkeypatch):
    fed = []

    class WDT:
        def __init__(self, timeout):
            assert timeout == 5000

        def feed(self):
            fed.append(1)

    monkeypatch.setitem(sys.modules, "machine", types.SimpleNamespace(WDT=WDT))
    feed, sentence = watchdog.start(5000)
    feed()
    assert (sentence, fed) == ("", [1])


def refuses(timeout):
    raise ValueError("too long")


@pytest.mark.parametrize(
    "machine", [None, types.SimpleNamespace(), types.SimpleNamespace(WDT=refuses)]
)
def test_a_board_without_a_watchdog_says_so(monkeypatch, machine):
    monkeypatch.setitem(sys.modules, "machine", machine)
    feed, sentence = watchdog.start(5000)
    assert feed is None
    assert sentence.startswith("the run goes on without a watchdog, for the board says: ")


def test_forgotten_modules_are_imported_anew(reloaded, monkeypatch):
    package = types.ModuleType("planted")
    package.inner = types.ModuleType("planted.inner")
    for module in (package, package.inner):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    board = reloaded(heap, gc=types.SimpleNamespace(mem_alloc=int))
    board.forget(("planted.inner", "planted.never"))
    assert "planted.inner" not in sys.modules and not hasattr(package, "inner")
    reloaded(heap, gc=None).forget(("planted",))
    assert sys.modules["planted"] is package
