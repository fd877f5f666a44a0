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
    # A library that imports Foundation lends its `contains` and the like to everybody, unasked: 45 MB and 2 ms of every start.
    if grep -q icudt .build/release/dpop-tui; then echo "test: Foundation got into the release: nm on its objects tells where" >&2; exit 1; fi
    python3 Tests/e2e/run.py .build/release/dpop-tui walks_the_whole_flow resizes_at_any_moment
fi
