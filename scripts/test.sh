#!/usr/bin/env bash
# Everything CI runs: lint, build, unit tests, the command line, live runs against the lab, third-party peers, the cases
# in tmux, spoilt files and hostile servers. With CI=true also what takes minutes: the readers under libFuzzer, the lab's
# cases under ThreadSanitizer, and the release.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
scripts/lint.sh

log=$(mktemp)
trap 'rm -f "$log"' EXIT
build() { # options of swift build…
    swift build "$@" 2>&1 | tee "$log"
    if grep -E '(^|[^a-z])warning: ' "$log" >/dev/null; then
        echo "test: the build has warnings" >&2
        exit 1
    fi
}

build --build-tests
scripts/docs.sh --check
swift test --skip-build
if [ -d ../shared/usage ]; then
    python3 ../shared/usage/usage.py .build/debug
else
    echo "test: ../shared/usage is absent: the command line is not held against it"
fi
python3 Tests/live/run.py .build/debug
python3 Tests/peers/run.py .build/debug
python3 Tests/e2e/run.py .build/debug/dpop-tui
python3 Tests/hostile/run.py .build/debug
[ "${CI:-}" = true ] || exit 0

# Readers of what strangers write, ten seconds each.
scripts/fuzz.sh 10

# Threads of the lab: the same cases once more, with a race being a failure.
if scripts/sanitize.sh .build-thread; then
    python3 Tests/live/run.py .build-thread/debug
else
    echo "test: ThreadSanitizer's runtime is missing: the lab is not run with it"
fi

# What people install is linked another way: it must build, start and walk too.
release=.build/release-check
scripts/release.sh "$release"
for product in dpop-tui dpop-lab; do
    # Foundation lends its `contains` and the like to everybody, unasked: 45 MB and 2 ms of every start.
    if grep -qE 'FoundationEssentials|icudt' "$release/$product"; then
        echo "test: Foundation got into $product: nm on its objects tells where" >&2
        exit 1
    fi
done
python3 Tests/e2e/run.py "$release/dpop-tui" walks_the_whole_flow resizes_at_any_moment
