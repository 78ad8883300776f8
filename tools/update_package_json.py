"""Writes package.json, the list by which mip installs the core on a board.

Run from anywhere: python tools/update_package_json.py
"""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.M).group(1)
sources = sorted((ROOT / "shared").rglob("*.py"))
urls = [
    [s.relative_to(ROOT / "shared").as_posix(), s.relative_to(ROOT).as_posix()] for s in sources
]
package = {"urls": urls, "deps": [], "version": version}
(ROOT / "package.json").write_text(json.dumps(package, indent=2) + "\n")
