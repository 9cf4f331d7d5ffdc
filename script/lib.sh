# What the scripts share. Sourced, never run: bash only, no tools beyond coreutils.
# shellcheck shell=bash

# The versions the program is built with; Cargo.toml and e2e/package.json say the same.
RUST_NEEDED=1.95
NODE_NEEDED=20.19

say() { printf '== %s\n' "$*"; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# at_least 1.100.2 1.95: is the first version the second one or newer? (major and minor count)
at_least() {
    local major minor need_major need_minor
    IFS=. read -r major minor _ <<<"$1"
    IFS=. read -r need_major need_minor _ <<<"$2"
    minor=${minor%%[!0-9]*}
    ((major > need_major || (major == need_major && ${minor:-0} >= need_minor)))
}

need_rust() {
    local version
    { have cargo && have rustc; } || die "Rust is not installed (no cargo or rustc on PATH): install Rust $RUST_NEEDED or newer, see https://rustup.rs"
    version=$(rustc --version 2>/dev/null | cut -d' ' -f2)
    [[ $version =~ ^[0-9]+\.[0-9]+ ]] || die "rustc --version says nothing that can be read: install Rust $RUST_NEEDED or newer, see https://rustup.rs"
    at_least "$version" "$RUST_NEEDED" || die "Rust $RUST_NEEDED or newer is needed, this is $version: run \`rustup update stable\`"
}

need_node() {
    local version
    have node || die "Node.js is not installed: install Node.js $NODE_NEEDED or newer (it builds the styles of the pages)"
    version=$(node --version 2>/dev/null)
    version=${version#v}
    [[ $version =~ ^[0-9]+\.[0-9]+ ]] || die "node --version says nothing that can be read: install Node.js $NODE_NEEDED or newer"
    at_least "$version" "$NODE_NEEDED" || die "Node.js $NODE_NEEDED or newer is needed, this is $version"
    have npm || die "npm is not installed: it comes with Node.js, or as the package npm"
}

need_compiler() {
    have cc || have gcc || have clang || die "no C compiler (cc) is installed: install the package build-essential"
}

# need_disk DIR GIGABYTES
need_disk() {
    local dir=$1 free
    while [[ ! -d $dir ]]; do dir=$(dirname "$dir"); done
    free=$(df -Pk "$dir" | awk 'NR == 2 { print $4 }')
    ((free >= $2 * 1024 * 1024)) || die "$2 GB of free disk are needed in $dir, $((free / 1024)) MB are free: make room or set CARGO_TARGET_DIR to a larger disk"
}

# Whole, since some of what asks for it works in a folder of its own.
target_dir() { realpath -m "${CARGO_TARGET_DIR:-target}"; }

# host_of 127.0.0.1:8080, port_of [::]:8080: an address to knock at, whatever "all addresses" is written as
host_of() {
    local host=${1%:*}
    host=${host#[}
    host=${host%]}
    case $host in
    0.0.0.0) host=127.0.0.1 ;;
    ::) host=::1 ;;
    esac
    printf '%s' "$host"
}
port_of() { printf '%s' "${1##*:}"; }

# Does anything answer there?
answers() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# status HOST PORT PATH: the HTTP status of a page, or nothing. No curl: a fresh machine has none.
status() {
    local line
    {
        exec 3<>"/dev/tcp/$1/$2" || return 1
        printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$3" "$1" >&3
        IFS= read -r -t 5 line <&3
        exec 3>&-
    } 2>/dev/null
    line=${line#* }
    printf '%s' "${line%% *}"
}

# wait_ready PID HOST PORT SECONDS: until /readyz says 200, or the process ends, or time is up
wait_ready() {
    local deadline=$((SECONDS + $4))
    while ((SECONDS < deadline)); do
        kill -0 "$1" 2>/dev/null || return 1
        [[ $(status "$2" "$3" /readyz) == 200 ]] && return 0
        sleep 0.2
    done
    return 1
}

# The styles, script and icons that the binary carries. npm is asked only when its lock file changed.
build_assets() {
    [[ -f assets/package.json ]] || return 0
    # Chained with &&: callers test the result, and `set -e` is off there.
    (
        cd assets &&
            { [[ -f node_modules/.package-lock.json && ! package-lock.json -nt node_modules/.package-lock.json ]] ||
                npm ci --no-audit --no-fund --loglevel=error; } &&
            npm run build --silent
    )
}

# Can a test have a disk of its own, to fill it?
tiny_disk() {
    have unshare || return 1
    # shellcheck disable=SC2016 # the inner shell expands it
    unshare --user --map-root-user --mount sh -c \
        'd=$(mktemp -d) && mount -t tmpfs -o size=1m none "$d" && umount "$d"; c=$?; rmdir "$d"; exit $c' >/dev/null 2>&1
}

# Puts PostgreSQL's own programs (initdb, postgres) on PATH: Debian keeps them apart. Newest version first.
postgres_on_path() {
    have initdb && return 0
    local dir
    for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
        if [[ -x $dir/initdb ]]; then
            PATH="$dir:$PATH"
            export PATH
            return 0
        fi
    done
    return 1
}

# The browser of the page tests.
chromium_path() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# What Lighthouse says of the pages at BASE_URL; its package is large, so that only who asks for it installs it.
run_lighthouse() {
    (cd e2e/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && CHROMIUM=$(chromium_path) node lighthouse.mjs)
}
