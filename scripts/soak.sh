#!/usr/bin/env bash
# What CI runs for seconds, for as long as one likes: scripts/soak.sh [SECONDS], 300 unless said otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-${SOAK_SECONDS:-300}}

swift build --product dpop-tui
swift build --product dpop-lab

echo "soak: the lab under a mixed load for $seconds s"
DPOP_SOAK=$seconds python3 Tests/live/run.py .build/debug mixed_load_leaves_memory_flat

echo "soak: spoilt files and hostile servers, ${SOAK_RUNS:-20000} runs of another seed"
DPOP_RUNS=${SOAK_RUNS:-20000} DPOP_SEED=$RANDOM python3 Tests/hostile/run.py .build/debug

echo "soak: each reader under libFuzzer for $seconds s"
scripts/fuzz.sh "$seconds"
