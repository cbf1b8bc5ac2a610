# shellcheck shell=bash
# Small Debian systems to try things in, kept from run to run; sourced by the scripts beside it.
#
#   need PACKAGE...            installs them; ends, saying so, where no system can be made
#   cached NAME FILE... MAKE   the path of a system made by `MAKE DIR`, made again when a FILE changes
#   inside DIR COMMAND...      runs a command in it, with this checkout read-only in /src

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/emoticon-mirror

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

need() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say "SKIPPED, nothing was tested: it makes a small Debian, as root, on a Debian machine"
        exit 0
    fi
    local missing=() package
    for package in "$@"; do
        dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null |
            grep -q 'install ok installed' || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
            "${missing[@]}" >/dev/null
    fi
}

cached() {
    local name=$1 make=${!#} files=("${@:2:$#-2}") key
    key=$(cat "$0" "${files[@]}" | sha256sum | head -c 12)
    local system=$cache/$name-$key
    if [ ! -d "$system" ]; then
        mkdir -p "$cache"
        rm -rf --one-file-system "$cache/$name"-*
        say "making $system (once, a few minutes)"
        # In the background: as a condition, bash would forget `set -e` inside it.
        (set -e && "$make" "$system.part") >"$cache/$name.log" 2>&1 &
        if ! wait $!; then
            tail -n 30 "$cache/$name.log" >&2
            say "failed; the whole log: $cache/$name.log"
            return 1
        fi
        mv "$system.part" "$system"
    fi
    echo "$system"
}

# A mount namespace of its own: nothing stays mounted, whatever happens.
inside() {
    # shellcheck disable=SC2016  # the inner bash expands it
    SYSTEM=$1 SOURCE=$root unshare --mount --pid --fork bash -euo pipefail -c '
        cp -L /etc/resolv.conf "$SYSTEM/etc/resolv.conf"
        cp -L /etc/ssl/certs/ca-certificates.crt "$SYSTEM/etc/ssl/certs/ca-certificates.crt"
        mount --rbind /dev "$SYSTEM/dev"
        mount -t proc proc "$SYSTEM/proc"
        mkdir -p "$SYSTEM/src"
        mount --bind "$SOURCE" "$SYSTEM/src"
        mount -o remount,bind,ro "$SYSTEM/src"
        exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
            DEBIAN_FRONTEND=noninteractive PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/src \
            PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
            PIP_DEFAULT_TIMEOUT="${PIP_DEFAULT_TIMEOUT:-60}" chroot "$SYSTEM" "$@"' bash "${@:2}"
}
