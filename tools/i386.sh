#!/usr/bin/env bash
# Unpacks Debian's MicroPython 1.25 for 32-bit x86 into tools/i386, which a 64-bit x86 Linux runs as
# it is. It comes from Debian 13, trixie: earlier releases have none for that machine.
exec "$(dirname "${BASH_SOURCE[0]}")/unpack.sh" i386 i386 trixie micropython
