"""The two checkpoint files: what is damaged or foreign is refused, and the other one used."""

import pytest
from checkpointing import LABEL, optimizer_at, resumed
from qbfgs_board import pair, store

from qbfgs.problems import Rosenbrock
from qbfgs.words.crc import crc16


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder with checkpoints of epoch 5 in file 0 and of epoch 9 in file 1."""
    monkeypatch.chdir(tmp_path)
    kept = store.Store(LABEL)
    assert kept.save(optimizer_at(5))[:2] == (1, 0)
    sequence, file, size = kept.save(optimizer_at(9))
    assert (sequence, file) == (2, 1)
    older, newer = (tmp_path / name for name in kept.files)
    assert size == newer.stat().st_size
    return older, newer


def test_no_checkpoint_is_a_fresh_start(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resumed()[:2] == (None, [])


def test_the_newer_one_is_used_and_the_older_one_overwritten(files):
    epochs, refusals, kept = resumed()
    assert (epochs, refusals) == (9, [])
    assert kept.save(optimizer_at(12))[:2] == (3, 0)
    epochs, refusals, kept = resumed()
    assert (epochs, refusals) == (12, [])
    assert kept.save(optimizer_at(14))[:2] == (4, 1)


def test_a_sequence_number_of_four_bytes(files):
    older, newer = files
    for file, sequence in ((older, 0x01020304), (newer, 0x00FFFFFF)):
        data = file.read_bytes()[:-2]
        data = data[:4] + sequence.to_bytes(4, "little") + data[8:]
        file.write_bytes(data + crc16(data).to_bytes(2, "big"))
    epochs, _, kept = resumed()
    assert epochs == 5
    assert kept.save(optimizer_at(9))[0] == 0x01020305


def test_the_file_cut_at_every_byte(files):
    older, newer = files
    data = newer.read_bytes()
    for size in range(len(data)):
        newer.write_bytes(data[:size])
        epochs, refusals, kept = resumed()
        assert epochs == 5
        # One cut in 2^16 fits its CRC, and then its length is wrong.
        assert len(refusals) == 1 and refusals[0].startswith("qbfgs.b is not used: ")
    assert kept.save(optimizer_at(9))[:2] == (2, 1)
    assert resumed()[0] == 9


def test_a_flipped_bit_in_any_byte_is_refused(files):
    older, newer = files
    data = bytearray(newer.read_bytes())
    for place in range(len(data)):
        bit = 1 << place * 3 % 8
        data[place] ^= bit
        newer.write_bytes(data)
        with pytest.raises(ValueError, match="no checkpoint file|damaged or cut short"):
            pair._read("qbfgs.b")
        data[place] ^= bit
    newer.write_bytes(b"Q" + data[1:])
    assert resumed()[0] == 5


def test_both_damaged_is_a_fresh_start(files):
    for file in files:
        file.write_bytes(file.read_bytes()[::-1])
    epochs, refusals, kept = resumed()
    assert epochs is None and len(refusals) == 2
    kept.save(optimizer_at(3))
    assert resumed()[0] == 3


def test_what_follows_the_end_is_damage(files):
    files[1].write_bytes(files[1].read_bytes() + b"\0")
    assert resumed()[0] == 5


def test_a_checkpoint_of_another_job_is_refused(files):
    epochs, refusals, kept = resumed(label=78)
    assert epochs is None
    why = "the checkpoint belongs to another problem, or its data or module were replaced"
    assert refusals == [
        f"{name} is not used: {why}: its label differs" for name in ("qbfgs.b", "qbfgs.a")
    ]
    assert kept.save(optimizer_at(3))[0] == 3
    assert resumed(label=78)[0] == 3
    epochs, refusals, kept = resumed()  # the first job comes back: its own is the older one now
    assert epochs == 9 and len(refusals) == 1
    assert kept.save(optimizer_at(12))[:2] == (4, 0)


def test_a_checkpoint_for_another_number_of_parameters_is_refused(files):
    refusals = []
    objective = Rosenbrock(64)
    objective.n = 3
    assert store.Store(LABEL).resume(objective, refusals.append) is None
    assert all("has 2 parameters, the objective 3" in sentence for sentence in refusals)


def test_a_full_medium_leaves_the_newer_file_alone(files, monkeypatch):
    kept = resumed()[2]

    def full(name, mode):
        raise OSError(28)

    monkeypatch.setattr(pair, "open", full, raising=False)
    with pytest.raises(OSError):
        kept.save(optimizer_at(12))
    monkeypatch.undo()
    monkeypatch.chdir(files[0].parent)
    assert resumed()[0] == 9
    assert kept.save(optimizer_at(12))[:2] == (3, 0)


@pytest.mark.parametrize("names", [("fsync",), ("sync",), ()])
def test_what_is_written_is_seen_through_to_the_medium(files, monkeypatch, names):
    calls = []

    class Os:
        pass

    for name in names:
        setattr(Os, name, lambda *rest: calls.append(1))
    monkeypatch.setattr(pair, "os", Os)
    resumed()[2].save(optimizer_at(12))
    assert len(calls) == len(names)
    assert resumed()[0] == 12
