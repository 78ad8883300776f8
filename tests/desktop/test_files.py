"""Files are there whole or not at all, whatever happens."""

import errno
import os
import stat

import pytest

from qbfgs_desktop import files

posix = pytest.mark.skipif(os.name != "posix", reason="modes, links and pipes of Unix")


def test_a_text_is_utf8_with_its_line_ends_and_bytes_stay(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    files.write_whole(tmp_path / "a", "°C\r\nµ\n")
    assert (tmp_path / "a").read_bytes() == b"\xc2\xb0C\r\n\xc2\xb5\n"
    files.write_whole(str(tmp_path / "a"), b"\x00\xff")
    assert (tmp_path / "a").read_bytes() == b"\x00\xff"
    assert os.listdir(tmp_path) == ["a"]


@posix
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_the_mode_is_what_the_umask_says(tmp_path, mask):
    old = os.umask(mask)
    try:
        files.write_whole(tmp_path / "a", "a")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_after_an_exception_the_old_file_is_there_and_nothing_else(tmp_path, error):
    (tmp_path / "a").write_text("old")
    with pytest.raises(error), files.whole(tmp_path / "a") as stream:
        stream.write(b"half of a new one")
        raise error
    assert (tmp_path / "a").read_text() == "old" and os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_failing_system_call_leaves_the_old_file_and_names_it(tmp_path, monkeypatch, failing):
    (tmp_path / "a").write_text("old")

    def fail(*arguments):
        names = arguments[:1] if failing == "replace" else ()
        raise OSError(errno.EIO, "Input/output error", *names)

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError) as caught:
        files.write_whole(tmp_path / "a", "new")
    monkeypatch.undo()
    assert (tmp_path / "a").read_text() == "old" and os.listdir(tmp_path) == ["a"]
    assert caught.value.filename == str(tmp_path / "a")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_is_told_of_the_file(tmp_path, monkeypatch):
    (tmp_path / "full").symlink_to("/dev/full")
    with pytest.raises(OSError) as caught:
        files.write_whole(tmp_path / "full", b"x")
    assert caught.value.errno == errno.ENOSPC and caught.value.filename == str(tmp_path / "full")


@pytest.mark.parametrize("place", ["nodir/a", "file/a", "."])
def test_places_that_cannot_be(tmp_path, place):
    (tmp_path / "file").write_text("a file")
    with pytest.raises(OSError) as caught:
        files.write_whole(tmp_path / place, "a")
    assert caught.value.filename == str(tmp_path / place)
    assert os.listdir(tmp_path) == ["file"]


def test_half_a_character_is_refused_before_the_old_file_is_touched(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(ValueError, match="surrogates"):
        files.write_whole(tmp_path / "a", "\ud800")
    assert (tmp_path / "a").read_text() == "old" and os.listdir(tmp_path) == ["a"]


def test_a_name_as_long_as_the_system_takes(tmp_path):
    files.write_whole(tmp_path / ("n" * 255), "a")
    assert os.listdir(tmp_path) == ["n" * 255]


@posix
def test_a_link_laid_in_the_temporary_files_place_is_not_followed(tmp_path, monkeypatch):
    monkeypatch.setattr(files.secrets, "token_hex", lambda n: "0")
    (tmp_path / "victim").write_text("keep")
    (tmp_path / ".qbfgs-0").symlink_to("victim")
    with pytest.raises(FileExistsError):
        files.write_whole(tmp_path / "a", "new")
    assert (tmp_path / "victim").read_text() == "keep"
    assert sorted(os.listdir(tmp_path)) == [".qbfgs-0", "victim"]


@posix
def test_a_persons_own_link_stays(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "a").symlink_to("far/b")
    for text in ("one", "two"):  # the first where the link leads nowhere
        files.write_whole(tmp_path / "a", text)
        assert (tmp_path / "a").is_symlink() and (tmp_path / "far" / "b").read_text() == text
    assert os.listdir(tmp_path / "far") == ["b"]


@posix
def test_what_is_no_file_is_written_as_it_is(tmp_path):
    files.write_whole("/dev/null", "a")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    reader, writer = os.pipe()
    files.write_whole(f"/dev/fd/{writer}", "a")
    os.close(writer)
    assert os.read(reader, 9) == b"a"
    os.close(reader)


def test_ctrl_c_just_after_the_new_file_is_in_place_stays_what_it_is(tmp_path, monkeypatch):
    replace = os.replace

    def interrupted(*paths):
        replace(*paths)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write_whole(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "new" and os.listdir(tmp_path) == ["a"]
