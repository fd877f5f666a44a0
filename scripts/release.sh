#!/usr/bin/env bash
# Builds what people install into FOLDER: release.sh FOLDER [PRODUCT…] (dpop-tui and dpop-lab when none is named).
#
# Package.swift builds with the distribution's shared libraries. A release differs on Linux, because each shared library
# costs every start a quarter of a millisecond:
# - the Swift runtime, ncurses, libyaml, zlib and the C++ runtime are linked in (a folder of linker scripts that name
#   their archives stands before the system's folders);
# - the modules for concurrency and regular expressions, which nothing here uses, are not imported unasked: Dispatch and
#   a parser would be linked in with them;
# - the toolchain's own lld links: it packs the addresses to be moved at start (glibc 2.36 reads that), and of functions,
#   which have a section each, it leaves out what nobody calls and folds what is the same: 0.9 MB of 13;
# - OpenSSL stays shared, for its security updates; libcurl is loaded when it is wanted;
# - no debugging information, and symbols are stripped.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: scripts/release.sh FOLDER [PRODUCT…]" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- dpop-tui dpop-lab
cd "$(dirname "$0")/.."
options=(-c release -Xswiftc -gnone)
if [ "$(uname)" = Linux ]; then
    links=.build/release-links
    mkdir -p "$links"
    for library in ncursesw tinfo yaml z stdc++; do echo "INPUT(lib$library.a)" >"$links/lib$library.so"; done
    for module in concurrency string-processing; do
        options+=(-Xswiftc -Xfrontend -Xswiftc "-disable-implicit-$module-module-import")
    done
    # Nothing is exported: what nobody calls can go.
    echo "{ local: *; };" >"$links/exports"
    options+=(-Xlinker "--version-script=$PWD/$links/exports")
    options+=(-Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --icf=safe)
    options+=(-Xswiftc -Xfrontend -Xswiftc -function-sections)
    options+=(--static-swift-stdlib -Xswiftc "-L$PWD/$links" -Xswiftc -Xclang-linker -Xswiftc -static-libgcc)
fi
for product in "$@"; do
    swift build "${options[@]}" --product "$product"
    install -m755 ".build/release/$product" "$folder/$product"
    strip "$folder/$product"
done
