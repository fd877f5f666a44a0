#!/usr/bin/env bash
# Installs and builds what is missing and opens the demo; arguments go to dpop-tui.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
swift build --product dpop-lab
swift build --product dpop-tui
exec .build/debug/dpop-tui "$@"
