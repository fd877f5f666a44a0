#!/usr/bin/env bash
# Everything CI runs: lint, build, unit tests, live runs against the lab, third-party peers, the cases in tmux.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
scripts/lint.sh
swift build --build-tests
swift test --skip-build
python3 Tests/live/run.py .build/debug
python3 Tests/peers/run.py .build/debug
python3 Tests/e2e/run.py .build/debug/dpop-tui
# What people install is linked another way: it must build, start and walk too.
if [ "${CI:-}" = true ]; then
    swift build -c release --product dpop-tui --static-swift-stdlib -Xswiftc -gnone
    python3 Tests/e2e/run.py .build/release/dpop-tui walks_the_whole_flow resizes_at_any_moment
fi
