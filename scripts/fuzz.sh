#!/usr/bin/env bash
# Feeds the readers what nobody would write: fuzz.sh SECONDS [TARGET…], each target so long, two at a time. Seeds are the
# project's own samples; what libFuzzer finds new is kept in .build-fuzz/corpus, what breaks a reader in
# .build-fuzz/found. Skips, with a word, where the toolchain has no libFuzzer.
set -euo pipefail
seconds=${1:-}
[[ $seconds =~ ^[0-9]+$ ]] || { echo "usage: scripts/fuzz.sh SECONDS [TARGET…]" >&2; exit 2; }
shift
cd "$(dirname "$0")/.."
build=$PWD/.build-fuzz
# The backtracer takes minutes to name the frames of a sanitized process; the sanitizer prints its own.
export SWIFT_BACKTRACE=enable=no

clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
runtime=$("$clang" -print-runtime-dir 2>/dev/null || true)
for library in fuzzer asan; do
    if ! compgen -G "$(dirname "${runtime:-/}")/*/libclang_rt.$library*.a" >/dev/null; then
        echo "fuzz: skipped: this toolchain has no libclang_rt.$library"
        exit 0
    fi
done
# swiftc takes one -sanitize only, the last; SwiftPM's two give clang and the linker theirs.
swift build --package-path Tests/Fuzz --scratch-path "$build" -c release --product Fuzz \
    --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer,address
fuzz=$build/release/Fuzz
if [ $# = 0 ]; then read -ra targets < <(DPOP_FUZZ=list "$fuzz"); else targets=("$@"); fi

# Each target's own seeds under Tests/Fuzz/seeds, and files of the project that are of its kind.
seeds() { # target
    local folders=(Tests/Fuzz/seeds/"$1")
    case $1 in
        capture) folders+=(Sources/dpop-tui/samples ../shared/captures) ;;
        toml) folders+=(Sources/dpop-tui/themes) ;;
        yaml) folders+=(../shared/doctor) ;;
    esac
    mkdir -p "$build/seeds/$1"
    for folder in "${folders[@]}"; do
        [ -d "$folder" ] || continue
        # Large files make slow runs, and longer ones are cut to -max_len anyway.
        find "$folder" -maxdepth 2 -type f -size -16k -exec cp -f {} "$build/seeds/$1/" \;
    done
}

failed=0
run() { # target
    local target=$1 log=$build/log-$1
    seeds "$target"
    mkdir -p "$build/corpus/$target" "$build/found"
    local status=0
    # Leaks are not looked for: OpenSSL and Swift keep what they make once.
    DPOP_FUZZ=$target ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=16 "$fuzz" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=1024 -max_len=8192 -detect_leaks=0 -print_final_stats=1 \
        -artifact_prefix="$build/found/$target-" "$build/corpus/$target" "$build/seeds/$target" >"$log" 2>&1 || status=$?
    local runs
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    if [ "$status" = 0 ]; then
        echo "ok      $target: ${runs:-0} runs"
    else
        echo "FAILED  $target: status $status; $log"
        grep -aE 'Fatal error|ERROR: |SUMMARY|Test unit written|^fuzz: ' "$log" | cut -c1-600 | sed 's/^/        /' || true
        return 1
    fi
}

# Two at a time, by name.
queue=("${targets[@]}")
while [ ${#queue[@]} -gt 0 ]; do
    pair=("${queue[@]:0:2}")
    queue=("${queue[@]:2}")
    pids=()
    for target in "${pair[@]}"; do run "$target" & pids+=($!); done
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
done
exit $failed
