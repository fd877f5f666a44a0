#!/usr/bin/env bash
# Everything CI runs: lint, build, unit tests, the end-to-end cases in tmux.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
scripts/lint.sh
swift build --build-tests
swift test --skip-build
python3 Tests/e2e/run.py .build/debug/dpop-tui
