"""How far a command is: what is shown, when, and what Ctrl-C leaves."""

import io
import re
import subprocess
import sys
import threading

import pytest

from qbfgs_tools import cli
from qbfgs_tools.terminal import live_view
from qbfgs_tools.terminal.live_view import LiveView, gathered, kept, undone
from qbfgs_tools.terminal.output import Report


class Clock:
    """A clock that stands until it is set."""

    now = 0

    def __call__(self):
        return self.now


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock():
    return Clock()


def test_a_count_and_what_is_left(clock):
    view = LiveView(40, label="rows", resumes=True, clock=clock)
    assert view.told() == "rows: 0/40 (0 %)"
    clock.now = 7
    view.advance(10)  # found done: no part of the pace
    assert view.told() == "rows: 10/40 (25 %)"
    clock.now = 17
    view.begin("wood")
    view.advance(5)
    assert view.told() == "rows: 15/40 (37 %), 50 s left: wood"
    clock.now = 27
    view.show("epoch 3")
    assert view.told() == "rows: 15/40 (37 %), 40 s left: wood: epoch 3"
    clock.now = 1000
    assert view.left() == 0
    view.end()
    assert view.told() == "rows: 16/40 (40 %), 66 min left: wood"


def test_without_a_count_the_seconds(clock):
    view = LiveView(label="qbfgs solve", clock=clock)
    clock.now = 12
    assert view.told() == "qbfgs solve: 12 s"
    one = LiveView(1, clock=clock)  # one job is no count
    one.begin("Qp 64")
    one.show("epoch 5")
    assert one.told() == "Qp 64: epoch 5"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (99, "99 s"), (120, "2 min"), (7200, "2.0 h")]
)
def test_durations(seconds, text):
    assert live_view.duration(seconds) == text


def test_plain_lines_now_and_then(clock, monkeypatch):
    """In a pipe: the first after two seconds, then each ten, and none for shorter work."""
    monkeypatch.setattr(live_view, "FIRST", 2)
    stream, pauses = io.StringIO(), []
    outer = LiveView(3, label="report", clock=clock)
    inner = LiveView(8, clock=clock)
    display = live_view._Display(stream)
    display.views += [outer, inner]

    def wait(seconds):
        pauses.append(seconds)
        clock.now += seconds
        inner.advance()
        return len(pauses) == 4  # it is over

    display.speak(wait)
    assert pauses == [2, 10, 10, 10]
    assert stream.getvalue().splitlines() == [
        "report: 0/3 (0 %): 1/8 (12 %), 14 s left",
        "report: 0/3 (0 %): 2/8 (25 %), 36 s left",
        "report: 0/3 (0 %): 3/8 (37 %), 37 s left",
    ]


def test_a_reader_that_goes_away_ends_the_lines(clock):
    stream = io.StringIO()
    display = live_view._Display(stream)
    display.views.append(LiveView(clock=clock))
    stream.close()
    display.speak(lambda seconds: False)


def test_short_work_is_silent_in_a_pipe():
    stream = io.StringIO()
    threads = threading.active_count()
    with LiveView(3, stream) as view:
        assert [x for x in view.track("abc")] == ["a", "b", "c"]
    assert view.done == 3 and stream.getvalue() == ""
    assert threading.active_count() <= threads + 1


def test_bars_on_a_terminal():
    pytest.importorskip("rich")
    stream = Terminal()
    with LiveView(2, stream, clock=Clock()) as view:
        view.begin("one [/x]")  # no markup
        view.show("epoch 7")
        view._display._bars.refresh()
        view.end("done")
        view._display._bars.refresh()
    shown = stream.getvalue()
    assert (
        "0/2 (0 %): one [/x]: epoch 7" in shown and "1/2 (50 %), 0 s left: one [/x]: done" in shown
    )
    assert "\x1b[31m" not in shown  # nothing is wrong


def test_views_inside_another_share_the_display(monkeypatch):
    pytest.importorskip("rich")
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with LiveView(label="qbfgs report") as root, LiveView(9) as outer, LiveView(5) as inner:
        assert root._display is outer._display is inner._display is live_view._shown
        inner.advance(2)
        inner._display._bars.refresh()
        shown = stream.getvalue()
        live_view.hide()  # before a report is printed
    assert "0/9 (0 %)" in shown and "2/5 (40 %)" in shown
    assert live_view._shown is None


def test_a_dumb_terminal_gets_lines(monkeypatch):
    pytest.importorskip("rich")
    monkeypatch.setenv("TERM", "dumb")
    assert live_view._Display(Terminal())._bars is None


# Ctrl-C


def broken(count):
    yield from range(count)
    raise KeyboardInterrupt


def test_what_came_before_ctrl_c_is_kept():
    view = LiveView(7)
    assert gathered(view.track(broken(3))) == [0, 1, 2]
    assert view.done == 3 and undone(3, 7, "rows") == "3 of 7 rows are done"
    assert undone(7, 7, "rows") == ""
    with pytest.raises(KeyboardInterrupt):
        gathered(broken(0))
    with kept([1]):
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt), kept([]):
        raise KeyboardInterrupt


def test_finished_rows_are_printed_after_ctrl_c(capsys, monkeypatch):
    report = Report(["Two rows."], {}, "2 of 9 rows are done")
    monkeypatch.setattr(cli.solve, "run", lambda arguments: report)
    assert cli.main(["solve", "beale"]) == 130
    told = capsys.readouterr()
    assert told.out == "Two rows.\n"
    assert told.err == "qbfgs: interrupted: 2 of 9 rows are done\n"


def test_ctrl_c_keeps_rows_of_dimensions(capsys, monkeypatch):
    from qbfgs_desktop.studies import comparison

    compare = comparison.compare

    def cut(make):
        for count, row in enumerate(compare(make, (16, 64), comparison.CASES[6:7], scipy=False)):
            yield row._replace(lm=0, bfgs=0)
            if count == 1:
                raise KeyboardInterrupt

    monkeypatch.setattr(comparison, "compare", cut)
    assert cli.main(["lab", "dimensions"]) == 130
    told = capsys.readouterr()
    assert len(re.findall(r"^beale +\d", told.out, re.M)) == 2
    assert told.err == "qbfgs: interrupted: 2 of 52 rows are done\n"


def test_ctrl_c_keeps_grids_of_starts_and_tables(capsys, monkeypatch):
    pytest.importorskip("scipy")
    pytest.importorskip("threadpoolctl")
    from qbfgs_desktop.studies import robustness

    def cut(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(robustness, "jittered_totals", cut)
    assert cli.main(["lab", "starts", "--count=1"]) == 130
    told = capsys.readouterr()
    assert told.out.count("\n") == 10 and "14 of 16 sets of starts are done" in told.err
    assert cli.main(["table", "--repeats=1"]) == 130
    told = capsys.readouterr()
    assert "Table 2" in told.out and "2 of 4 sets of starts are done" in told.err


def test_ctrl_c_keeps_batches(capsys, monkeypatch):
    pytest.importorskip("scipy")
    pytest.importorskip("threadpoolctl")
    from qbfgs_desktop.studies import throughput

    def cut(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(throughput, "core_cost", cut)
    monkeypatch.setattr(throughput, "SIZES", (10,))
    assert cli.main(["lab", "batch", "--qp", "32", "--largest", "20"]) == 130
    told = capsys.readouterr()
    assert "batch of 10 " in told.out and "batch of 20 " in told.out
    assert told.err == "qbfgs: interrupted: 2 of 4 measurements are done\n"


def test_ctrl_c_keeps_builds(tmp_path, capsys, monkeypatch):
    from qbfgs_tools.builds import forms

    def cut():
        yield forms.build("bytecode", files={"lib/a.py": b"a = 1\n"})
        raise KeyboardInterrupt

    monkeypatch.setattr(forms, "every", cut)
    monkeypatch.setattr(forms, "pairs", lambda: [("bytecode", "")] * 5)
    assert cli.main(["build", str(tmp_path)]) == 130
    assert "1 of 5 builds are done" in capsys.readouterr().err
    assert (tmp_path / "bytecode" / "lib" / "a.mpy").exists()


@pytest.mark.parametrize("after", [0, 1])
def test_ctrl_c_keeps_the_grids_of_a_fit(after, tmp_path, capsys, monkeypatch):
    pytest.importorskip("scipy")
    from qbfgs_desktop.fits import grids

    on_grid, made = grids.on_grid, []

    def cut(task, reference, qp, progress):
        if len(made) == after:
            raise KeyboardInterrupt
        made.append(qp)
        return on_grid(task, reference, qp, progress)

    monkeypatch.setattr(grids, "on_grid", cut)
    monkeypatch.setattr(grids, "_next", lambda tried, tolerance: 2 * tried[-1].qp)
    (tmp_path / "a.csv").write_text("t,v\n" + "".join(f"{k},{k * k}.5\n" for k in range(9)))
    out = tmp_path / "model.json"
    words = ["fit", tmp_path / "a.csv", "--model", "linear", "--target", "v", "--out", out]
    assert cli.main([*map(str, words)]) == 130
    told = capsys.readouterr()
    assert out.exists() == ("intercept" in told.out) == bool(after)
    assert told.err == "qbfgs: interrupted" + ": no other grid was tried" * after + "\n"


def test_ctrl_c_leaves_the_page_that_was_there(tmp_path, capsys, monkeypatch):
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    from qbfgs_desktop.pictures.page import Section
    from qbfgs_tools.commands import report

    def cut(parse, anchor, title, text, command):
        if anchor == "paths":
            raise KeyboardInterrupt
        return Section(anchor, title, text, command, ["Made."])

    monkeypatch.setattr(report, "section", cut)
    page = tmp_path / "page.html"
    assert cli.main(["report", str(page)]) == 130
    assert "2 of 10 sections are done" in capsys.readouterr().err
    assert page.read_text().count("Made.") == 2
    page.write_text("whole")
    assert cli.main(["report", str(page)]) == 130
    assert "the page that was there stays" in capsys.readouterr().err
    assert page.read_text() == "whole"


WORKERS = """
import multiprocessing, time
from contextlib import closing
from qbfgs_desktop.sweep.executors import Local, completed

if __name__ == "__main__":
    try:
        with closing(completed(Local(1), time.sleep, [0, 1000])) as results:
            for task, _ in results:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        print(task, multiprocessing.active_children())
"""


def test_ctrl_c_ends_workers_at_once(tmp_path):
    """A task that takes long is not waited for: this would take a quarter of an hour."""
    script = tmp_path / "workers.py"
    script.write_text(WORKERS)
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=1800, check=False
    )
    assert (done.returncode, done.stdout) == (0, "0 []\n"), done.stderr
