#!/usr/bin/env bash
# The house rules that a compiler does not know: who may import whom, no printing past the screen, small files.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
complain() { echo "lint: $1" >&2; failed=1; }

refuse() { # words, pattern, places…
    local words=$1 pattern=$2
    shift 2
    local hits
    hits=$(grep -rnE "$pattern" --include='*.swift' "$@" 2>/dev/null || true)
    if [ -n "$hits" ]; then complain "$words"; echo "$hits" >&2; fi
}

refuse "Foundation adds 45 MB to a static binary" '^\s*(internal |public |private )?import Foundation$' Sources
refuse "FlowModel names nobody but COpenSSL, CScan and CCodings" '^\s*(internal |public )?import (Glibc|Darwin|CNcurses|TOMLKit|ArgumentParser)' Sources/FlowModel
mapfile -t others < <(find Sources/FlowModel Sources/dpop-tui -name '*.swift' ! -path '*/Crypto/*')
refuse "COpenSSL belongs to FlowModel/Crypto" 'import COpenSSL' "${others[@]}"
mapfile -t others < <(find Sources/FlowModel Sources/dpop-tui -name '*.swift' ! -path '*/Bytes/*' ! -path '*/Capture/*')
refuse "CScan belongs to FlowModel/Bytes and FlowModel/Capture" 'import CScan' "${others[@]}"
mapfile -t others < <(find Sources/dpop-tui -name '*.swift' ! -name Terminal.swift)
refuse "curses belongs to Runtime/Terminal" 'import CNcurses' "${others[@]}"
refuse "ArgumentParser belongs to Main and Commands" 'import ArgumentParser' Sources/dpop-tui/{App,Views,Screen,Runtime}
refuse "one thread: no Task and no DispatchQueue" '\b(Task *\{|Task\.|DispatchQueue)' Sources/FlowModel Sources/dpop-tui
mapfile -t others < <(find Sources/FlowModel Sources/dpop-tui -name '*.swift' ! -name Transfer.swift)
refuse "libcurl belongs to Runtime/Transfer" 'import CCurl' "${others[@]}"
mapfile -t others < <(find Sources/FlowModel Sources/dpop-tui -name '*.swift' ! -name YAMLText.swift)
refuse "libyaml belongs to Runtime/YAMLText" 'import CYaml' "${others[@]}"
refuse "Hummingbird and its friends belong to dpop-lab" 'import (Hummingbird|NIO|AsyncHTTPClient)' Sources/FlowModel Sources/dpop-tui
refuse "the lab takes cryptography from FlowModel" 'import COpenSSL' Sources/dpop-lab
refuse "print tears the screen: Commands only" '(^|[^.A-Za-z])print\(' Sources/dpop-tui/{App,Views,Screen,Runtime} Sources/FlowModel
refuse "views and the model do no I/O" '\b(open|read|write|getenv)\(' Sources/dpop-tui/{App,Views,Screen}

while read -r lines file; do
    if [ "$file" != total ] && [ "$lines" -gt 400 ]; then complain "$file has $lines lines; 400 is the ceiling"; fi
done < <(find Sources -name '*.swift' -print0 | xargs -0 wc -l)
[ $failed = 0 ] && echo "lint: ok"
exit $failed
