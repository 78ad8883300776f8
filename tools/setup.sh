# Sourced by demo.sh and test.sh: installs what they need into the checkout, and nothing twice.
# Sets ROOT (the checkout) and PYTHON (the interpreter of ROOT/.venv).

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$ROOT/.venv
PYTHON=$VENV/bin/python

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$(basename "$0"): $*"
    exit 1
}

# debian PACKAGE...: installs Debian packages; false where that is not possible.
debian() {
    local as=()
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        as=(sudo -n)
    fi
    say "installing Debian packages: $*"
    "${as[@]}" apt-get -qq update >&2 || say "apt-get update failed; trying with the lists there are"
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends install "$@" >&2
}

# system_python: prints a Python of 3.10 or later.
system_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# make_venv: ROOT/.venv, made anew when it is missing or does not work.
make_venv() {
    local python
    "$PYTHON" -m pip --version >/dev/null 2>&1 && return
    python=$(system_python) || fail "needs Python 3.10 or later as python3; there is none"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        debian python3-venv || true
        "$python" -c 'import ensurepip, venv' 2>/dev/null ||
            fail "$python has no venv module (Debian: apt-get install python3-venv)"
    fi
    say "making $VENV with $("$python" --version)"
    "$python" -m venv --clear "$VENV"
}

# python_with EXTRAS: this checkout with the extras (comma-separated), editable, in ROOT/.venv.
python_with() {
    local stamp
    make_venv
    stamp=$({ printf '%s\n' "$ROOT" "$1"; cat "$ROOT/pyproject.toml"; } | cksum | tr ' ' -)
    [ -e "$VENV/installed-$stamp" ] && return
    say "installing qbfgs[$1] into $VENV"
    "$PYTHON" -m pip install -qq --disable-pip-version-check --editable "$ROOT[$1]" ||
        fail "pip could not install qbfgs[$1]: see above"
    touch "$VENV/installed-$stamp"
}

# micropython_wasm: MicroPython in WebAssembly for Node; false, with the reason said, without it.
micropython_wasm() {
    local folder=$ROOT/tools/wasm stamp
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        debian nodejs npm || true
        if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
            say "Node or npm is missing (Debian: apt-get install nodejs npm)"
            return 1
        fi
    fi
    stamp=$folder/node_modules/installed-$(cksum <"$folder/package-lock.json" | tr ' ' -)
    [ -e "$stamp" ] && return
    say "installing the packages of tools/wasm"
    (cd "$folder" && npm ci --silent --no-audit --no-fund >&2) || {
        say "npm ci failed in $folder"
        return 1
    }
    touch "$stamp"
}

# linux_arm: CPython for 32-bit ARM and its emulator; false, with the reason said, without them.
linux_arm() {
    if ! command -v qemu-arm >/dev/null && ! debian qemu-user; then
        say "qemu-arm is missing (Debian: apt-get install qemu-user)"
        return 1
    fi
    "$ROOT/tools/armhf.sh"
}

# micropython_i386: MicroPython for 32-bit x86; false, with the reason said, where it cannot run.
micropython_i386() {
    local root=$ROOT/tools/i386/root/usr
    case $(uname -sm) in
    "Linux x86_64" | "Linux i"?86) ;;
    *)
        say "32-bit MicroPython needs Linux on x86, this is $(uname -sm)"
        return 1
        ;;
    esac
    "$ROOT/tools/i386.sh" || return 1
    "$root/lib/i386-linux-gnu/ld-linux.so.2" --library-path "$root/lib/i386-linux-gnu" \
        "$root/bin/micropython" -c pass || {
        say "32-bit MicroPython does not run: does this kernel run 32-bit x86 programs?"
        return 1
    }
}

# cortex_m3: MicroPython for a Cortex-M3 and its emulator; false, with the reason said, without them.
cortex_m3() {
    local packages=(make gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm)
    if ! command -v qemu-system-arm >/dev/null || ! command -v arm-none-eabi-gcc >/dev/null; then
        debian "${packages[@]}" || {
            say "the Cortex-M3 cannot be built and emulated (Debian: apt-get install ${packages[*]})"
            return 1
        }
    fi
    "$ROOT/tools/cortex_m3.sh"
}

# program NAME: a program whose Debian package has its name; false, with the reason said, without it.
program() {
    command -v "$1" >/dev/null && return
    debian "$1" && return
    say "$1 is missing (Debian: apt-get install $1)"
    return 1
}
