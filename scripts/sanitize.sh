#!/usr/bin/env bash
# Builds both executables into FOLDER with ThreadSanitizer: sanitize.sh FOLDER. Exit status 1 where its runtime is
# missing.
set -euo pipefail
[ $# = 1 ] || { echo "usage: scripts/sanitize.sh FOLDER" >&2; exit 2; }
cd "$(dirname "$0")/.."
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
runtime=$("$clang" -print-runtime-dir 2>/dev/null || true)
compgen -G "$(dirname "$runtime")/*/libclang_rt.tsan*.a" >/dev/null || exit 1
for product in dpop-lab dpop-tui; do swift build --sanitize=thread --scratch-path "$1" --product $product; done
