#!/usr/bin/env bash
# Unpacks Debian's CPython for 32-bit ARM, with NumPy, pytest and hypothesis, into tools/armhf, to
# be run by qemu-arm (package qemu-user).
exec "$(dirname "${BASH_SOURCE[0]}")/unpack.sh" armhf armhf - \
    python3 python3-numpy python3-pytest python3-hypothesis
