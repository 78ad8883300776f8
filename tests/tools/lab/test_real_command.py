"""`qbfgs lab real`."""

import json

from qbfgs_tools.cli import main


def test_json(capsys):
    assert main(["lab", "real", "--rounds", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [e["name"] for e in found["errors"]][:3] == ["exp", "log", "sqrt"]
    assert all(0 < e["error"] <= 2.0**-60 * (1 + 2.0**-9) for e in found["errors"])
    desk = found["measured"]["CPython"]
    assert desk["exp"][0] > desk["float"][0] and len(desk) == 13
