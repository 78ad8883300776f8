"""`qbfgs lab fit`."""

from virtual_boards import put

from qbfgs_tools.builds import forms
from qbfgs_tools.builds.files import LIBRARY, sources
from qbfgs_tools.lab import fit, fit_subjects
from qbfgs_tools.virtual import interpreters


def test_a_measured_run():
    ours = fit.measured(interpreters.CPython(), "qbfgs")
    floats = fit.measured(interpreters.CPython(), "floats")
    assert ours["kilobytes"] is None and ours["evaluations"] > 2
    for a, b in zip(ours["parameters"], floats["parameters"], strict=True):
        assert abs(a / b - 1) < 1e-4


def test_the_least_heap_of_a_board_without_one(need):
    port = interpreters.UnixPort32()
    need(port)
    found = fit.measured(port, "floats")
    assert fit.SMALLEST < found["kilobytes"] < 64


def test_a_fit_from_bytecode_runs_in_96_kb(need, tmp_path, monkeypatch):
    port = interpreters.UnixPort32()
    need(port)
    put(forms.fitting(forms.BYTECODE, forms.reported(port), sources()), tmp_path)
    monkeypatch.chdir(tmp_path)  # the name of a folder takes heap with each module
    said = port.run(fit.SCRIPT, [LIBRARY], ["qbfgs", "often"], heap=96 * 1024, timeout=300)
    assert said.returncode == 0, said.stderr.decode()
    desk = fit_subjects.by_qbfgs(fit_subjects.readings())[1]
    assert said.stdout.decode().split("\n")[1:4] == desk
