#!/usr/bin/env bash
# unpack.sh NAME ARCHITECTURE SUITE PACKAGE...: unpacks Debian packages of another architecture, with
# all that they need, into tools/NAME/root, and nothing twice. SUITE is a release such as trixie, taken
# from where this machine gets its own; "-" for the sources of this machine as they are. Needs apt-get
# and dpkg, and no root: apt gets a folder of its own for what it knows and downloads, so that the
# machine's own packages stay as they are. While a mirror is being brought up to date apt may refuse its
# lists: then the packages come from tools/NAME.lock, which names them with their SHA256.
set -eu
NAME=$1 ARCHITECTURE=$2 SUITE=$3
shift 3
FOLDER=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/$NAME
STAMP=$FOLDER/installed-$({ echo "$ARCHITECTURE $SUITE $*"; cat "$0"; } | cksum | tr ' ' -)
[ -e "$STAMP" ] && exit

fail() {
    echo "unpack.sh: $*" >&2
    exit 1
}
command -v apt-get >/dev/null && command -v dpkg >/dev/null ||
    fail "needs apt-get and dpkg (a Debian, or a system made from it)"

echo "unpacking $* for $ARCHITECTURE into $FOLDER" >&2
rm -rf "$FOLDER"
mkdir -p "$FOLDER/apt/lists/partial" "$FOLDER/apt/cache/archives/partial"
echo '*' >"$FOLDER/.gitignore"
: >"$FOLDER/apt/status" # nothing is installed there, so all that is needed is downloaded
. /etc/os-release
server=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    "Release: ${VERSION_CODENAME:-}" 'Component: main' | sort -u | head -n 1)
options=()
if [ "$SUITE" != - ]; then
    [ -n "$server" ] || fail "apt does not say where the packages of ${VERSION_CODENAME:-this system} are"
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e $keys ] || fail "needs the keys of Debian (apt-get install debian-archive-keyring)"
    echo "deb [signed-by=$keys] $server $SUITE main" >"$FOLDER/apt/sources.list"
    options=(-o Dir::Etc::sourcelist="$FOLDER/apt/sources.list" -o Dir::Etc::sourceparts=-)
fi
apt() {
    apt-get -qq -o APT::Architecture="$ARCHITECTURE" -o APT::Architectures="$ARCHITECTURE" \
        -o APT::Sandbox::User= -o Debug::NoLocking=true -o Dir::State="$FOLDER/apt" \
        -o Dir::State::lists="$FOLDER/apt/lists" -o Dir::State::status="$FOLDER/apt/status" \
        -o Dir::Cache="$FOLDER/apt/cache" ${options[@]+"${options[@]}"} "$@" >&2
}
locked() {
    echo "taking what $FOLDER.lock names" >&2
    rm -f "$FOLDER"/apt/cache/archives/*.deb
    while read -r hash path; do
        /usr/lib/apt/apt-helper -o APT::Sandbox::User= download-file "${server%/}/$path" \
            "$FOLDER/apt/cache/archives/${path##*/}" "SHA256:$hash" >&2 || return
    done <"$FOLDER.lock"
}
apt update || echo "apt-get update failed in part; trying with the lists there are" >&2
apt -y --no-install-recommends --download-only install "$@" || locked ||
    fail "apt has no $* for $ARCHITECTURE in ${SUITE/#-/this system\'s release}: see above"
for package in "$FOLDER"/apt/cache/archives/*.deb; do
    dpkg -x "$package" "$FOLDER/root"
done
rm -rf "$FOLDER/apt"
touch "$STAMP"
