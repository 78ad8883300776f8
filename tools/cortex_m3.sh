#!/usr/bin/env bash
# Builds MicroPython for a Cortex-M3 that QEMU emulates, tools/cortex_m3/firmware.elf, and nothing
# twice: the port qemu of Debian 13's source of MicroPython 1.25, which tools/cortex_m3.lock names with
# its SHA256, with the files of tools/cortex_m3/port over it. Needs apt, make and Debian's
# gcc-arm-none-eabi and libnewlib-arm-none-eabi, and no root.
set -eu
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
FOLDER=$HERE/cortex_m3
fail() {
    echo "cortex_m3.sh: $*" >&2
    exit 1
}
STAMP=$FOLDER/installed-$(cat "$0" "$HERE/cortex_m3.lock" "$FOLDER"/port/* | cksum | tr ' ' -)
[ -e "$STAMP" ] && exit

for program in /usr/lib/apt/apt-helper make arm-none-eabi-gcc; do
    command -v $program >/dev/null ||
        fail "needs $program (Debian: apt-get install make gcc-arm-none-eabi libnewlib-arm-none-eabi)"
done
read -r hash path <"$HERE/cortex_m3.lock"
echo "building ${path##*/} for a Cortex-M3 in $FOLDER" >&2
rm -rf "$FOLDER"/installed-* "$FOLDER/build"
mkdir -p "$FOLDER/build"
. /etc/os-release
server=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    "Release: ${VERSION_CODENAME:-}" 'Component: main' | sort -u | head -n 1)
[ -n "$server" ] || fail "apt does not say where the packages of ${VERSION_CODENAME:-this system} are"
/usr/lib/apt/apt-helper -o APT::Sandbox::User= download-file "${server%/}/$path" \
    "$FOLDER/build/source.tar.xz" "SHA256:$hash" >&2 || fail "cannot get $path from $server: see above"
tar -xf "$FOLDER/build/source.tar.xz" -C "$FOLDER/build" --strip-components=1
port=$FOLDER/build/ports/qemu
cp "$FOLDER"/port/*.[ch] "$port"
MICROPY_GIT_TAG=v1.25.0 SOURCE_DATE_EPOCH=0 make -C "$port" -j "$(nproc)" BOARD_DIR="$FOLDER/port" \
    PICOLIBC_SPECS=picolibc.specs BUILD=build >"$FOLDER/build/log" 2>&1 ||
    { tail -n 20 "$FOLDER/build/log" >&2; fail "the build failed: see above"; }
mv "$port/build/firmware.elf" "$FOLDER"
rm -rf "$FOLDER/build"
touch "$STAMP"
