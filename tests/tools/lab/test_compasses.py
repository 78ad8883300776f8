"""`qbfgs lab compasses`."""

import json
import re

from qbfgs_tools.cli import main


def test_table_and_json(capsys):
    words = ["lab", "compasses", "--count", "2", "--seed", "4"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert len(re.findall(r"^(65|29) %.* (Compass|sphere|SciPy LM|/ 2) ", out, re.MULTILINE)) == 12
    assert "2 of 2" in out
    assert main([*words, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    own = {row["case"]: row for row in rows if row["way"] == "Compass"}
    assert [row["refused"] for row in own.values()] == [0, 0, 2]
    others = [row for row in rows if row["case"] in list(own)[:2] and row["way"] == "sphere"]
    assert all(own[row["case"]]["p95"] < row["median"] for row in others)
    assert all(row["refused"] is None for row in others)
