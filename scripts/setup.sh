# shellcheck shell=bash
# Makes or updates .venv, with what the system lacks; sourced by the scripts beside it.
#
#   setup EXTRA...       the program with these extras, ready in $venv; quick the second time
#   install_packages P   Debian packages, where this user may; else names the one command

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
pythons=(python3 python3.13 python3.12 python3.11 python3.10)
# OpenCV's wheel brings Qt and FFmpeg, but these libraries it takes from the system.
libraries=(libGL.so.1=libgl1 libglib-2.0.so.0=libglib2.0-0 libxcb.so.1=libxcb1
    libX11.so.6=libx11-6 libXext.so.6=libxext6 libSM.so.6=libsm6 libICE.so.6=libice6)
commands=() # COMMAND=PACKAGE, filled in by the script that needs more

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# Runs a command without its output, unless it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        fail "failed: $*"
    fi
    rm -f "$log"
}

install_packages() {
    local as_root=()
    command -v apt-get >/dev/null || fail "please install, by your system's own means: $*"
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || fail "please run: sudo apt-get install -y $*"
        as_root=(sudo)
    fi
    say "installing $*"
    quietly "${as_root[@]}" apt-get update
    quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "$@"
}

# The first Python that this program runs on.
find_python() {
    local candidate
    for candidate in "${PYTHON:-}" "${pythons[@]}"; do
        if [ -n "$candidate" ] && "$candidate" -c \
            'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# The Debian packages that this system lacks.
lacking() {
    local python pair loadable
    if ! python=$(find_python); then
        echo python3 python3-venv
    elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo python3-venv
    fi
    loadable=$(/sbin/ldconfig -p)
    for pair in "${libraries[@]}"; do
        [[ $loadable == *"${pair%=*} "* ]] || echo "${pair#*=}"
    done
    for pair in "${commands[@]}"; do
        command -v "${pair%=*}" >/dev/null || echo "${pair#*=}"
    done
}

# Picamera2 comes from apt on Raspberry Pi OS and cannot be had from PyPI alone.
sees_picamera2() {
    "$1" -c 'import sys, importlib.util as u; sys.exit(not u.find_spec("picamera2"))' 2>/dev/null
}

make_venv() {
    local python options=()
    python=$(find_python) || fail "no Python 3.10 to 3.13 found: name one with PYTHON=..."
    if sees_picamera2 "$python"; then
        options+=(--system-site-packages)
    fi
    say "making .venv with $("$python" --version)"
    rm -rf "$venv"
    quietly "$python" -m venv "${options[@]}" "$venv"
}

# What is installed is as it should be while none of these has changed.
stamp() {
    { echo "$root" && readlink -f "$venv/bin/python" && cat "$root"/{setup.cfg,pyproject.toml}; } |
        sha256sum
}

is_current() {
    local want extra
    [ -x "$venv/bin/python" ] || return
    want=$(stamp)
    for extra in "$@"; do
        [ "$(cat "$venv/.has-$extra" 2>/dev/null)" = "$want" ] || return
    done
}

setup() {
    local extra extras packages pi=
    if sees_picamera2 "$(find_python)"; then
        pi=yes
        set -- "$@" pi
    fi
    if is_current "$@"; then
        return
    fi
    packages=$(lacking)
    if [ -n "$packages" ]; then
        # shellcheck disable=SC2086  # one word each
        install_packages $packages
    fi
    if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1 ||
        { [ -n "$pi" ] && ! sees_picamera2 "$venv/bin/python"; }; then
        make_venv
    fi
    extras=$(IFS=, && echo "$*")
    say "installing the program with: $extras (a few minutes the first time)"
    quietly "$venv/bin/python" -m pip install --editable "${root}[$extras]"
    for extra in "$@"; do
        stamp >"$venv/.has-$extra"
    done
}
