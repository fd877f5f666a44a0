#!/usr/bin/env bash
# Builds for release and installs to $PREFIX/bin (default /usr/local), below $DESTDIR where it is set.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
scripts/release.sh "${DESTDIR:-}${PREFIX:-/usr/local}/bin"
