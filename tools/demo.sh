#!/usr/bin/env bash
# The paper's two tables on this desk, the same runs on a real MicroPython, compared line by line, and
# the same again on a virtual board that mpremote installs onto, compared record by record.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

python_with tools,micropython
cd "$ROOT"
"$VENV/bin/qbfgs" table
"$PYTHON" -m qbfgs_tools.lab.demo

# board COMMAND...: quiet about its progress, but not about what went wrong.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
board() {
    "$VENV/bin/qbfgs" board "$1" --board unix --folder "$work/flash" "${@:2}" 2>"$work/progress" || {
        cat "$work/progress" >&2
        exit 1
    }
}

echo
echo "A virtual board (MicroPython's unix port on a pseudo-terminal, driven by mpremote):"
board install
board verify paper
