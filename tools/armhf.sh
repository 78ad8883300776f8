#!/usr/bin/env bash
# Unpacks Debian's CPython for 32-bit ARM, with NumPy, pytest and hypothesis, into tools/armhf, to
# be run by qemu-arm (package qemu-user). Needs apt-get and dpkg, and no root: apt gets a folder of
# its own for what it knows and downloads, so that the machine's own packages stay as they are.
set -eu
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
FOLDER=$ROOT/tools/armhf
STAMP=$FOLDER/installed-$(cksum <"$0" | tr ' ' -)
[ -e "$STAMP" ] && exit
command -v apt-get >/dev/null && command -v dpkg >/dev/null || {
    echo "armhf.sh: needs apt-get and dpkg (a Debian, or a system made from it)" >&2
    exit 1
}

echo "unpacking CPython for armhf into $FOLDER" >&2
rm -rf "$FOLDER"
mkdir -p "$FOLDER/apt/lists/partial" "$FOLDER/apt/cache/archives/partial"
echo '*' >"$FOLDER/.gitignore"
: >"$FOLDER/apt/status" # nothing is installed there, so all that is needed is downloaded
apt() {
    apt-get -qq -o APT::Architecture=armhf -o APT::Architectures=armhf -o APT::Sandbox::User= \
        -o Debug::NoLocking=true -o Dir::State="$FOLDER/apt" -o Dir::State::lists="$FOLDER/apt/lists" \
        -o Dir::State::status="$FOLDER/apt/status" -o Dir::Cache="$FOLDER/apt/cache" "$@" >&2
}
apt update || echo "apt-get update failed in part; trying with the lists there are" >&2
apt -y --no-install-recommends --download-only install \
    python3 python3-numpy python3-pytest python3-hypothesis
for package in "$FOLDER"/apt/cache/archives/*.deb; do
    dpkg -x "$package" "$FOLDER/root"
done
rm -rf "$FOLDER/apt"
touch "$STAMP"
