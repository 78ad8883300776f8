"""A sweep ends with the same bytes after a cut of the power at any moment, any damage, any failing
read or write; and two at once do not meet."""

import builtins
import contextlib
import errno
import io
import itertools
import os
import subprocess
import sys
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest
from disks import Recorder, cuts, lay_out, read, torn, torn_anywhere

from qbfgs_desktop import files
from qbfgs_desktop.objectives import Source
from qbfgs_desktop.sweep import journal, npz, sweep
from qbfgs_desktop.sweep.journal import Journal, OtherPlan
from qbfgs_desktop.sweep.lock import Busy
from qbfgs_desktop.sweep.plan import Plan, core_checksum
from qbfgs_desktop.sweep.results import NoSweep
from qbfgs_desktop.sweep.starts import Random

PLAN = Plan(
    Source("rosenbrock"),
    Random(("-4", "-5"), ("4", "5"), 5, 7),
    (16,),
    ("steepest",),
    (("max_epochs", (3,)),),
    chunk=3,
    command="qbfgs sweep A",
    core=core_checksum(),
)
OTHER = replace(PLAN, qps=(32,), command="qbfgs sweep B")
CHUNKS = 2
OPEN = open


RECORD = np.dtype([("x", "<i4", (2,)), ("cost", "<f8")])  # less than the true one, to be quick


def records(plan, number):
    """What is in a chunk."""
    chunk = list(plan.chunks())[number]
    made = np.zeros(chunk.count, RECORD)
    made["cost"] = chunk.case.qp + np.arange(chunk.first, chunk.first + chunk.count)
    return made


class Quick:
    """Work that is done at once."""

    width, lost = 1, ()

    def open(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def submit(self, function, task):
        future = Future()
        future.set_result(records(*function.args, task[0]))
        return future


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Nothing waits for a disk, or checks a plan again and again."""
    monkeypatch.setattr(Plan, "check", lambda plan: None)
    monkeypatch.setattr(Plan, "record", lambda plan: RECORD)
    monkeypatch.setattr(os, "fsync", lambda handle: None)


def run(folder, plan=PLAN):
    """The bytes of a plan's file, which is all that is left."""
    sweep.sweep(plan, folder / "a.npz", Quick())
    assert os.listdir(folder) == ["a.npz"]
    return (folder / "a.npz").read_bytes()


@pytest.fixture
def expected(tmp_path):
    """The bytes of PLAN's file."""
    (tmp_path / "right").mkdir()
    return run(tmp_path / "right")


@pytest.fixture
def folder(tmp_path):
    """Where the sweeps of a test go."""
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def half_done(folder, plan=PLAN):
    """Leaves a journal without its last chunk; returns its folder."""
    with Journal(folder / "a.npz", plan) as book:
        for number in range(CHUNKS - 1):
            book.put(number, records(plan, number))
    return book.folder


# Cuts of the power


def renamed(state):
    """A state with a plain name for the file that was being written."""
    return frozenset(
        (path[: path.find(".qbfgs-") + 7] if ".qbfgs-" in path else path, data)
        for path, data in state
    )


def recorded(monkeypatch, folder):
    """What a sweep asks of the disk."""
    with Recorder(monkeypatch, folder) as recorder:
        run(folder)
    return recorder.events


def test_a_cut_at_every_offset_of_every_write(monkeypatch, folder, expected):
    events = recorded(monkeypatch, folder)
    states = set(map(renamed, cuts({}, events, torn_anywhere)))
    assert len(states) > len(expected)
    for state in states:
        lay_out(state, folder)
        assert run(folder) == expected


def test_a_cut_after_every_cut(monkeypatch, folder, expected):
    """Until no state of the disk is new; of what is torn, four kinds."""
    found, left = set(), {frozenset()}
    while left:
        state = left.pop()
        found.add(state)
        lay_out(state, folder)
        events = recorded(monkeypatch, folder)
        assert (folder / "a.npz").read_bytes() == expected
        left |= set(map(renamed, cuts(dict(state), events, torn))) - found
    assert len(found) > 100


def test_every_failing_write(monkeypatch, folder, expected):
    """Also of names, and every failing sync: an OSError, and the next run ends it."""
    count = len(recorded(monkeypatch, folder))
    lay_out((), folder)
    for fail in range(count):
        with Recorder(monkeypatch, folder, fail):
            try:
                sweep.sweep(PLAN, folder / "a.npz", Quick())
            except OSError as error:
                assert error.errno == errno.EIO
        assert not any(map(files.is_temporary, os.listdir(folder)))
        assert run(folder) == expected
        lay_out((), folder)


@pytest.mark.parametrize("begun", [half_done, run], ids=["half done", "finished"])
def test_every_failing_read(monkeypatch, folder, expected, begun):
    begun(folder)
    state = read(folder).items()
    for fail in itertools.count():
        lay_out(state, folder)
        reads = 0

        def reading(path, mode="r", *more, fail=fail, **settings):
            nonlocal reads
            reads += "r" in mode
            if "r" in mode and reads == fail + 1:
                raise OSError(errno.EIO, "Input/output error", str(path))
            return OPEN(path, mode, *more, **settings)

        with monkeypatch.context() as patch:
            patch.setattr(io, "open", reading)
            patch.setattr(builtins, "open", reading)
            with contextlib.suppress(OSError, RuntimeError, NoSweep):
                run(folder)
        assert run(folder) == expected
        if reads <= fail:
            break
    assert fail > 1


# Damage


def test_every_damaged_byte_of_the_journal(folder, expected):
    half_done(folder)
    state = read(folder)
    for path, data in state.items():
        if data:
            for damaged in every_damage(data):
                lay_out({**state, path: damaged}.items(), folder)
                assert run(folder) == expected


def every_damage(data):
    """A wrong bit in each byte, every beginning, a byte more."""
    for k in range(len(data)):
        yield data[:k] + bytes([data[k] ^ 1 << k % 8]) + data[k + 1 :]
        yield data[:k]
    yield data + b"0"


def test_a_damaged_result_is_not_taken_for_done(folder, expected):
    path = folder / "a.npz"
    for damaged in every_damage(expected):
        path.write_bytes(damaged)
        with pytest.raises(NoSweep, match="or damaged"):
            journal.finished(path, PLAN)
    with pytest.raises(NoSweep, match="or damaged"):
        sweep.sweep(PLAN, path, Quick())
    assert read(folder) == {"a.npz": damaged}


def changed_plan(old, new):
    text = PLAN.json().replace(old, new)
    assert text != PLAN.json()
    return lambda arrays: arrays.update(plan=np.array(text))


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: arrays.pop("cost"),
        lambda arrays: arrays.update(cost=arrays["cost"][:, :4]),
        lambda arrays: arrays.update(cost=arrays["cost"].astype("<f4")),
        lambda arrays: arrays.pop("plan"),
        lambda arrays: arrays.update(plan=np.array("[]")),
        lambda arrays: arrays.update(plan=np.array("{")),
        lambda arrays: arrays.update(plan=np.array('{"kind": "Random"}')),
        changed_plan('"5"', "5"),
        changed_plan("[16]", "16"),
        changed_plan('"count": 5', '"count": 6'),
    ],
)
def test_a_made_up_result_is_none(folder, expected, change):
    """Its checksum right, its content wrong."""
    path = folder / "a.npz"
    path.write_bytes(expected)
    with np.load(path) as file:
        arrays = dict(file)
    change(arrays)
    with open(path, "wb") as stream, npz.Writer(stream) as writer:
        for name, array in arrays.items():
            writer.add(name, array.dtype, array.shape, [array])
    with pytest.raises((NoSweep, OtherPlan)):
        journal.finished(path, PLAN)


# Two at once, and what lies about


def test_two_at_once_are_told(folder):
    with Journal(folder / "a.npz", PLAN):
        with pytest.raises(Busy, match="in use by another process"):
            Journal(folder / "a.npz", PLAN).__enter__()
        with Journal(folder / "b.npz", PLAN):
            pass
    with Journal(folder / "a.npz", PLAN):
        pass


def test_the_lock_of_a_dead_process_blocks_nobody(folder, expected):
    script = "import os; from qbfgs_desktop.sweep.lock import Lock; Lock('a.npz.chunks'); {}"
    path = folder / "a.npz.chunks"
    holder = subprocess.Popen(
        [sys.executable, "-c", script.format("print('held', flush=True); input()")],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Busy):
            sweep.sweep(PLAN, folder / "a.npz", Quick())
        holder.kill()
    assert (path / "lock").exists()
    assert run(folder) == expected


def test_one_that_comes_as_another_ends_finds_it_done(folder, expected, monkeypatch):
    there = iter([False, True])
    path = folder / "a.npz"
    path.write_bytes(expected)
    monkeypatch.setattr(journal, "finished", lambda path, plan: next(there))
    told = []
    sweep.sweep(PLAN, path, None, told.append)
    assert told == [PLAN.runs()] and read(folder) == {"a.npz": expected}


def test_chunks_that_an_interruption_left_beside_the_result_go(folder, expected):
    half_done(folder)
    (folder / "a.npz").write_bytes(expected)
    assert run(folder) == expected


def test_chunks_of_another_plan_are_told_and_stay(folder):
    chunks = half_done(folder, OTHER)
    before = read(folder)
    with pytest.raises(OtherPlan) as caught:
        sweep.sweep(PLAN, folder / "a.npz", Quick())
    assert str(caught.value) == f"{chunks} holds 1 chunks, a part of another sweep (qbfgs sweep B)"
    with pytest.raises(OtherPlan, match="the same command, but qbfgs or the objective changed"):
        sweep.sweep(replace(OTHER, core="0"), folder / "a.npz", Quick())
    assert read(folder) == before
    run(folder, OTHER)


def test_a_persons_own_files_stay(folder, expected):
    (folder / "a.npz.chunks").mkdir()
    (folder / "a.npz.chunks" / "notes.txt").write_text("mine")
    sweep.sweep(PLAN, folder / "a.npz", Quick())
    assert read(folder) == {
        "a.npz": expected,
        "a.npz.chunks": None,
        "a.npz.chunks/notes.txt": b"mine",
    }


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
@pytest.mark.parametrize("name", ["plan.json", "plan.part", "00000000", "00000000.part"])
def test_links_in_the_folder_are_not_followed(folder, expected, tmp_path, name):
    (tmp_path / "victim").write_text("keep")
    (folder / "a.npz.chunks").mkdir()
    (folder / "a.npz.chunks" / name).symlink_to(tmp_path / "victim")
    assert run(folder) == expected
    assert (tmp_path / "victim").read_text() == "keep"


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
def test_a_link_in_the_place_of_the_folder_is_refused(folder, tmp_path):
    (tmp_path / "far").mkdir()
    (folder / "a.npz.chunks").symlink_to(tmp_path / "far")
    with pytest.raises(OtherPlan, match="is a link"):
        sweep.sweep(PLAN, folder / "a.npz", Quick())
    assert os.listdir(tmp_path / "far") == []


def test_no_chunk_is_lost_by_a_cut_at_the_end(monkeypatch, folder, expected):
    with Journal(folder / "a.npz", PLAN) as book:
        for number in range(CHUNKS):
            book.put(number, records(PLAN, number))
    start = read(folder)
    for state in cuts(start, recorded(monkeypatch, folder), torn):
        lay_out(state, folder)
        sweep.sweep(PLAN, folder / "a.npz", None)  # nobody is there to compute one
        assert (folder / "a.npz").read_bytes() == expected
