"""`qbfgs lab batch`."""

import json

import pytest

from qbfgs_tools.cli import main

pytest.importorskip("scipy")


def test_table(capsys):
    assert main(["lab", "batch", "--qp", "32", "--largest", "120"]) == 0
    out = capsys.readouterr().out
    assert "batch of 100 " in out and "batch of 120 " in out and "SciPy BFGS" in out
    assert "Checksums equal to the scalar core's: 120 of 120" in out


def test_json(capsys):
    command = ["lab", "batch", "--qp", "32", "--largest", "20", "--mode", "newton", "--json"]
    assert main(command) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["equal"] == found["core"]["runs"] == found["core"]["solved"] == 20
