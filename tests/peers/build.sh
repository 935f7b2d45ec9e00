#!/bin/bash
# Builds the real kcn, kpn and homi once per version, and fetches the scripts that they are packaged with.
# Prints the directory: bin/{kcn,kpn,homi}, package/bin/{kcnd,kpnd}, package/conf/{kcnd,kpnd}.conf
set -euo pipefail

module=github.com/kaiachain/kaia
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-/var/cache}/validator-agents
export PATH=$PATH:$cache/go/bin GOFLAGS=-mod=readonly GOTOOLCHAIN=local

version=$(awk -v module=$module '$1 == "require" && $2 == module { print $3 }' "$here/go.mod")
target=$cache/peers/kaia-$version-$(cat "$here/go.sum" "$here/build.sh" | sha256sum | cut -c1-8)
if [ -e "$target/complete" ]; then
    echo "$target"
    exit 0
fi
command -v go >/dev/null || {
    echo "build.sh: go is missing: run scripts/install.sh kcn" >&2
    exit 1
}

mkdir -p "$cache/peers"
exec 9>"$cache/peers/lock"
flock 9
[ ! -e "$target/complete" ] || { echo "$target"; exit 0; }
echo "build.sh: building kcn, kpn and homi $version (once; a few minutes)" >&2
rm -rf "$target"
mkdir -p "$target/bin"
cd "$here"
# Since Go 1.23 the linker refuses a package that kcn uses (memsize) unless it is told not to check names.
for program in kcn kpn homi; do
    go build -trimpath -ldflags '-checklinkname=0 -s -w' -o "$target/bin/$program" "$module/cmd/$program" >&2
done
cp -r --no-preserve=mode "$(go list -m -f '{{.Dir}}' $module)/build/packaging/linux" "$target/package"
chmod 755 "$target"/package/bin/*
touch "$target/complete"
echo "$target"
