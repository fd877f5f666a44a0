#!/usr/bin/env bash
# The house rules that a compiler does not know: who may import whom, no printing past the screen, small files, one
# format.
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

refuse_elsewhere() { # words, pattern, the file that may, places…
    local words=$1 pattern=$2 file=$3
    shift 3
    local hits
    hits=$(grep -rnE "$pattern" --include='*.swift' --exclude="$file" "$@" 2>/dev/null || true)
    if [ -n "$hits" ]; then complain "$words"; echo "$hits" >&2; fi
}

only() { # module, the files that may import it…
    local module=$1
    shift
    local hits
    hits=$(grep -rlE "^\s*(internal |public |private |package )?import $module\$" --include='*.swift' Sources || true)
    for file in $hits; do
        case " $* " in *" $file "*) ;; *) complain "$file imports $module; only $* may" ;; esac
    done
}

# Each C library has one file that knows it, or one folder.
only CCurl Sources/dpop-tui/Runtime/Transfer.swift Sources/dpop-lab/UpstreamCall.swift
only CHTTPServer Sources/dpop-lab/LabServer.swift
only CNcurses Sources/dpop-tui/Runtime/Terminal.swift
only CToml Sources/Documents/TOMLText.swift
only CYaml Sources/Documents/YAMLText.swift
only CGetopt Sources/Arguments/WordScan.swift
only CCodings Sources/FlowModel/HTTP/ContentCoding.swift
mapfile -t files < <(find Sources/FlowModel/Crypto -name '*.swift')
only COpenSSL "${files[@]}"
mapfile -t files < <(find Sources/FlowModel/Bytes Sources/FlowModel/Capture -name '*.swift')
only CScan "${files[@]}"

refuse "Foundation adds 45 MB to a static binary" '^\s*(internal |public |private )?import Foundation(Essentials)?$' Sources
refuse "FlowModel knows the C library through C targets only" '^\s*(internal |public )?import (Glibc|Darwin)' Sources/FlowModel
refuse "Documents knows FlowModel and its two parsers" '^\s*(internal |public )?import (Arguments|LabOptions|Glibc|Darwin)' Sources/Documents
refuse "Arguments knows no command of ours" '^\s*(internal |public )?import (Documents|FlowModel|LabOptions)' Sources/Arguments
refuse "one thread: no Task and no DispatchQueue" '\b(Task *\{|Task\.|DispatchQueue)' Sources/FlowModel Sources/dpop-tui
refuse "the lab's connections have a thread each: no async" '\b(async|await)\b' Sources/dpop-lab
refuse "what people read goes through Output, which takes harmless text" '(^|[^.A-Za-z])(print|puts|fputs|fwrite|putc|fputc|printf|fprintf|vprintf|dprintf|putchar|perror)\(|Swift\.(print|debugPrint|dump)\(|(^|[^.A-Za-z])(debugPrint|dump)\(' Sources/dpop-tui Sources/Arguments Sources/Documents Sources/FlowModel
mapfile -t files < <(find Sources/dpop-tui -name '*.swift' ! -name ByteWriter.swift ! -name Recorder.swift ! -name FileBytes.swift ! -name System.swift ! -name EndSignals.swift)
refuse "bytes are written by ByteWriter, words by Output" '\bsystemWrite\(|(^|[^.A-Za-z])write\([0-9a-z]+, ' "${files[@]}"
mapfile -t files < <(find Sources/dpop-tui -name '*.swift' ! -path '*/Runtime/*')
refuse "ByteWriter takes any text: Runtime's files and sockets only" '\bByteWriter\b' "${files[@]}"
refuse "who makes a Harmless out of its parts could forget one" 'Harmless\(string(Literal|Interpolation):' Sources/dpop-tui
refuse "views and the model do no I/O" '\b(open|read|write|getenv)\(' Sources/dpop-tui/{App,Views,Screen}

# Numbers from outside: Untrusted.swift alone reads them out of texts, and makes whole ones of others.
raw='\b(U?Int(8|16|32|64)?|Double)\((String\(|(words|digits|parts|fields|clock)\[|([A-Za-z]+\.)*(text|source|digits|string)\))'
refuse_elsewhere "a number out of a text is Untrusted" "$raw" Untrusted.swift Sources/FlowModel Sources/dpop-lab
raw='\bU?Int(8|16|32|64)?\((abs\(|\()?([A-Za-z]+\.)*(seconds|now|time|age|iat|exp|nbf|interval|lifetime|expires|duration|started|ended|size)\b|\bU?Int\([^:]*\.rounded\('
refuse_elsewhere "a whole number of a time is Int(clamping:), or Moment's and Interval's wholeSeconds" "$raw" 'Moment.swift' \
    Sources/FlowModel Sources/dpop-tui/{App,Views,Screen} Sources/dpop-lab
refuse "a JSON number is Untrusted: number, not double" '\.double($|[^-A-Za-z])' \
    Sources/FlowModel Sources/dpop-tui Sources/dpop-lab

# Swift 6.0.3 crashes on an interpolation or a closure among a test macro's own arguments, on one line or on several.
interpolated='while (/\@(?:Test|Suite)(\((?:[^()"]|"(?:[^"\\]|\\.)*"|(?1))*\))/gs) {
    my ($words, $before) = ($1, $`); (my $bare = $words) =~ s/"(?:[^"\\]|\\.)*"//gs; print "$ARGV:", 1 + ($before =~ tr/\n//), "\n" if $words =~ /\\\(/ || $bare =~ /\{/ }'
mapfile -t files < <(find Tests Benchmarks -name '*.swift' -not -path '*/.build/*')
hits=$(perl -0777 -ne "$interpolated" "${files[@]}")
if [ -n "$hits" ]; then complain "no interpolation and no closure among the arguments of @Test: Swift 6.0.3 crashes"; echo "$hits" >&2; fi

if grep -nE '\.package\(|unsafeFlags' Package.swift >&2; then complain "Package.swift names no outside package and no unsafe flag"; fi

while read -r lines file; do
    if [ "$file" != total ] && [ "$lines" -gt 400 ]; then complain "$file has $lines lines; 400 is the ceiling"; fi
done < <(find Sources -name '*.swift' -print0 | xargs -0 wc -l)

# Another version of the formatter breaks lines elsewhere.
wanted=$(cat .swift-version)
if swift --version 2>/dev/null | grep -q "Swift version $wanted "; then
    swift format lint --strict -r Sources Tests Benchmarks Package.swift || complain "not formatted: make format"
else
    echo "lint: the format is not checked: it is Swift $wanted's, and this is another"
fi
[ $failed = 0 ] && echo "lint: ok"
exit $failed
