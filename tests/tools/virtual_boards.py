"""What the tests of boards share."""

import os
import subprocess
import sys
import time

import pytest


def require(module, *name):
    """Skips on a person's machine, and fails in CI, when a virtual board cannot be started."""
    ok, reason = module.available(*name)
    if not ok and os.environ.get("CI"):
        pytest.fail(reason)
    if not ok:
        pytest.skip(reason)


def put(files, folder):
    """Lets a virtual board hold these files {path: bytes}, as an installation would."""
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def mpremote(board, *words):
    """Runs mpremote as a process; returns its exit code and what it printed."""
    result = subprocess.run(
        [sys.executable, "-m", "mpremote", "connect", board.port, *words],
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    return result.returncode, result.stdout.replace("\r", "") + result.stderr


def eventually(condition, seconds=5.0):
    """Waits until the condition holds; whether it did in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True
