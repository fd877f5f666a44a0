#!/usr/bin/env bash
# Builds for release and installs to $PREFIX/bin (default /usr/local).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
swift build -c release --product dpop-tui --static-swift-stdlib -Xswiftc -gnone
install -Dm755 .build/release/dpop-tui "${DESTDIR:-}${PREFIX:-/usr/local}/bin/dpop-tui"
strip "${DESTDIR:-}${PREFIX:-/usr/local}/bin/dpop-tui"
