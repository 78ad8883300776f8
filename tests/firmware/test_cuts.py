"""The checkpoint store on a simulated medium: a cut at every place of every write, and every read
that fails, one by one.

The medium keeps what was written since the last sync in memory; a cut leaves any of it: that is the
law of a file system that promises nothing.  After each, a new start must go on from the newer
checkpoint that is whole, or say why not.
"""

import pytest
from checkpointing import LABEL, optimizer_at, resumed
from qbfgs_board import pair, store

NAMES = store.Store(0).files
ERASED = 0xFF  # what a byte of flash is between
NOT_THERE, BROKEN, NO_SPACE = 2, 5, 28


class PowerCut(BaseException):
    """The power is gone: no handler of the firmware may stop this."""


class Medium:
    """Two files, and the operations on them, counted; `open` stands in for the builtin, and the
    medium itself for `os`.

    fails: {number of an operation: an OSError's number, or PowerCut}. log: the operations.
    pending: what was written since the last sync: (name, content before, content meant).
    """

    def __init__(self, files=(), fails=()):
        self.files = dict(files)
        self.fails = dict(fails)
        self.log = []
        self.pending = []

    def operate(self, *what):
        fault = self.fails.get(len(self.log))
        self.log.append(what)
        if fault is PowerCut:
            raise PowerCut
        if fault is not None:
            raise OSError(fault)

    def open(self, name, mode):
        self.operate("open", name, mode)
        if mode == "rb" and name not in self.files:
            raise OSError(NOT_THERE)
        return Opened(self, name, mode)

    def sync(self):
        self.operate("sync")
        self.pending = []


class Opened:
    def __init__(self, medium, name, mode):
        self.medium, self.name = medium, name
        if mode == "wb":
            medium.pending.append((name, medium.files.get(name), b""))
            medium.files[name] = b""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.medium.operate("close", self.name)

    def read(self):
        self.medium.operate("read", self.name)
        return self.medium.files[self.name]

    def write(self, data):
        self.medium.operate("write", self.name)
        before = self.medium.pending.pop()[1]
        self.medium.pending.append((self.name, before, bytes(data)))
        self.medium.files[self.name] = bytes(data)

    def flush(self):
        self.medium.operate("flush", self.name)


@pytest.fixture
def use(monkeypatch):
    """use(medium): the store works on it from now on."""

    def on(medium):
        monkeypatch.setattr(pair, "open", medium.open, raising=False)
        monkeypatch.setattr(pair, "os", medium)
        return medium

    return on


AT = (2, 3, 5, 7)  # epochs of the checkpoints


@pytest.fixture(scope="module")
def states():
    return [optimizer_at(epochs, "steepest") for epochs in AT]


def written(states, use, count):
    """The medium after so many saves."""
    medium = use(Medium())
    kept = store.Store(LABEL)
    for state in states[:count]:
        kept.save(state)
    return medium


def remains(before, meant):
    """Every content that a cut may leave of a file that was being written, with no order kept
    between its length, and its bytes from either end on."""
    old = before or b""
    longest = max(len(old), len(meant))
    yield before
    for cut in range(len(meant) + 1):
        yield meant[:cut]  # torn
        for fill in (bytes([ERASED]) * longest, bytes(longest), old.ljust(longest, b"\0")):
            mixed = meant[:cut] + fill[cut:]  # the first bytes have come, the last have not
            yield mixed[: len(meant)]
            yield mixed[: len(old)]
            other = fill[:cut] + meant[cut:]  # the last bytes have come, the first have not
            yield other[: len(meant)]
            yield other[: len(old)]


def test_a_cut_at_every_offset_of_every_write(states, use):
    """The first, the second and the third save, torn and in any order of its two ends."""
    cases = whole = 0
    for count in (1, 2, 3):
        before = dict(written(states, use, count - 1).files)
        after = dict(written(states, use, count).files)
        (name,) = [name for name in NAMES if before.get(name) != after.get(name)]
        others = {n: data for n, data in before.items() if n != name}
        for content in set(remains(before.get(name), after[name])):
            files = {**before, name: content}
            if content is None:
                del files[name]
            use(Medium(files))
            epochs, refusals, kept = resumed()
            assert epochs in (AT[count - 1], AT[count - 2] if count > 1 else None)
            if content == after[name]:
                assert epochs == AT[count - 1] and not refusals
                whole += 1
            elif content != before.get(name):
                assert epochs == (AT[count - 2] if count > 1 else None)
                assert len(refusals) == 1 and refusals[0].startswith(f"{name} is not used: ")
            if refusals and cases % 8 == 0:  # the next save spares the file that is whole
                kept.save(states[3])
                assert {n: pair.os.files[n] for n in files if n != name} == others
            cases += 1
    assert whole == 3
    print(f"{cases} contents that a cut may leave")


def test_a_cut_at_every_operation_and_with_any_order_of_what_was_pending(states, use):
    """Two saves without a sync that works: either file may have come, in part, without the other.

    Then progress may be lost, as the medium lied, but every file that is not whole is told.
    """
    before = dict(written(states, use, 2).files)
    after = dict(written(states, use, 4).files)
    parts = {}
    for name in NAMES:
        ends = [before[name], b"", after[name]]
        parts[name] = ends + [after[name][:cut] for cut in range(1, len(after[name]), 7)]
    whole = [files[name] for files in (before, after) for name in NAMES]
    newest = dict(zip(whole, AT, strict=True))
    for a in parts[NAMES[0]]:
        for b in parts[NAMES[1]]:
            use(Medium({NAMES[0]: a, NAMES[1]: b}))
            epochs, refusals, _ = resumed()
            there = [newest[content] for content in (a, b) if content in newest]
            assert epochs == max(there, default=None)
            assert len(refusals) == 2 - len(there)


def test_a_cut_before_and_after_every_operation_of_a_save(states, use):
    clean = written(states, use, 2)
    files = dict(clean.files)
    medium = use(Medium(files))
    resumed()[2].save(states[2])
    reads = sum(what[0] in ("read", "close") or what[-1] == "rb" for what in medium.log)
    operations = len(medium.log)
    assert [what[0] for what in medium.log[-5:]] == ["open", "write", "flush", "close", "sync"]
    ends = []
    for place in range(operations):
        medium = use(Medium(files, {place: PowerCut}))
        with pytest.raises(PowerCut):
            resumed()[2].save(states[2])
        pending = medium.pending or [(NAMES[0], medium.files[NAMES[0]], medium.files[NAMES[0]])]
        for name, before, meant in pending:
            for content in (before, b"", meant):
                use(Medium({**medium.files, name: content}))
                epochs, refusals, _ = resumed()
                assert epochs in (AT[1], AT[2]) and len(refusals) == (content == b"")
                ends.append(epochs)
    assert reads > 6 and set(ends) == {AT[1], AT[2]}


@pytest.mark.parametrize("error", [NOT_THERE, BROKEN, 13, 19])
@pytest.mark.parametrize("last", [1, 2, 3])
def test_every_failing_read(error, last, states, use):
    """Opened, read or closed: what cannot be read is told, and the other file used."""
    files = dict(written(states, use, last).files)
    medium = use(Medium(files))
    assert resumed()[:2] == (AT[last - 1], [])
    operations = medium.log
    assert [what[0] for what in operations].count("read") == len(files) + 1
    for place in range(len(operations)):
        use(Medium(files, {place: error}))
        epochs, refusals, kept = resumed()
        absent = operations[place][1] not in files
        if absent or error == NOT_THERE and operations[place][1] != newest_of(last):
            # A file that is not there, or the older one gone: nothing was lost.
            assert epochs == AT[last - 1]
        if error == NOT_THERE:
            continue
        assert len(refusals) == 1 and "cannot be read" in refusals[0]
        assert f"OSError: {error}" in refusals[0]
        older = AT[last - 2] if last > 1 else None
        assert epochs == (AT[last - 1] if operations[place][1] != newest_of(last) else older)
        # The next checkpoint does not lie over the one that the run went on from.
        use(Medium(files))
        kept.save(states[3])
        assert resumed()[0] == AT[3]


def newest_of(last):
    """The file of the newest checkpoint after so many saves."""
    return NAMES[(last - 1) & 1]


def test_a_file_that_vanishes_between_two_reads_is_told(states, use):
    """It ended in a TypeError."""
    files = dict(written(states, use, 2).files)
    medium = use(Medium(files))
    resumed()
    place = [k for k, what in enumerate(medium.log) if what[0] == "open"][2]
    use(Medium(files, {place: NOT_THERE}))
    epochs, refusals, _ = resumed()
    assert epochs == AT[0]
    assert refusals == [f"{NAMES[1]} is not used: it vanished while it was read"]


def test_both_unreadable_is_a_fresh_start_that_says_so(states, use):
    files = dict(written(states, use, 2).files)
    use(Medium(files, {0: BROKEN, 1: BROKEN}))
    epochs, refusals, _ = resumed()
    assert epochs is None and len(refusals) == 2


@pytest.mark.parametrize("error", [BROKEN, NO_SPACE])
def test_every_failing_operation_of_a_save_leaves_the_newer_file(error, states, use):
    files = dict(written(states, use, 2).files)
    medium = use(Medium(files))
    kept = resumed()[2]
    begin = len(medium.log)
    kept.save(states[2])
    for place in range(begin, len(medium.log)):
        medium = use(Medium(files, {place: error}))
        kept = resumed()[2]
        with pytest.raises(OSError):
            kept.save(states[2])
        assert medium.files[NAMES[1]] == files[NAMES[1]]
        assert kept.save(states[3])[1] == 0  # the same file again
        assert resumed()[0] == AT[3]
        assert medium.files[NAMES[1]] == files[NAMES[1]]


def test_a_crafted_number_does_not_make_later_checkpoints_the_older_ones(states, use):
    """2^32 - 1 was believed, and the next number written as 0."""
    from qbfgs.words.crc import crc16

    files = dict(written(states, use, 2).files)
    data = files[NAMES[1]][:4] + b"\xff\xff\xff\xff" + files[NAMES[1]][8:-2]
    use(Medium({**files, NAMES[1]: data + crc16(data).to_bytes(2, "big")}))
    epochs, refusals, kept = resumed()
    assert epochs == AT[0] and "a number that no board reaches" in refusals[0]
    kept.save(states[3])
    assert resumed()[0] == AT[3]
