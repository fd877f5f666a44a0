#!/usr/bin/env bash
# Builds for release and installs to $PREFIX/bin (default /usr/local).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
for product in dpop-tui dpop-lab; do
    swift build -c release --product $product --static-swift-stdlib -Xswiftc -gnone
    install -Dm755 .build/release/$product "${DESTDIR:-}${PREFIX:-/usr/local}/bin/$product"
    strip "${DESTDIR:-}${PREFIX:-/usr/local}/bin/$product"
done
