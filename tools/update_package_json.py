"""Writes the lists by which mip installs on a board: package.json at the top for the core, the one
in firmware/ for the board's layer, which needs the core.

Run from anywhere: python tools/update_package_json.py
"""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {"package.json": "shared/qbfgs", "firmware/package.json": "firmware/qbfgs_board"}

version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.M).group(1)
for name, package in PACKAGES.items():
    listed, top = ROOT / name, ROOT / package
    urls = [
        [path.relative_to(top.parent).as_posix(), path.relative_to(listed.parent).as_posix()]
        for path in sorted(top.rglob("*.py"))
    ]
    listed.write_text(json.dumps({"urls": urls, "deps": [], "version": version}, indent=2) + "\n")
