#!/usr/bin/env bash
# Writes the table of verifiers, docs/verifiers.tsv, as Swift: the rows that a cause or a check names.
set -euo pipefail
cd "$(dirname "$0")/.."
out=Sources/FlowModel/Diagnosis/VerifierRows.swift
{
    echo '// Written by scripts/verifiers.sh from docs/verifiers.tsv: change that, and run it.'
    echo 'extension VerifierTable {'
    echo '    static let columns = """'
    awk -F '\t' '$1 == "@" { print "        " $2 "\t" $3 "\t" $4 }' docs/verifiers.tsv | sed 's/\t/|/g'
    echo '        """'
    echo
    echo '    static let lines = """'
    awk -F '\t' '
        /^#/ || $1 == "@" || $1 == "row" || $2 == "" { next }
        {
            marks = ""
            for (i = 6; i <= 26; i++) marks = marks ($i == "" ? "_" : $i)
            print $1 "|" $2 "|" marks
        }' docs/verifiers.tsv | LC_ALL=C sort -t '|' -k 1,1 | sed 's/^/        /'
    echo '        """'
    echo '}'
} > "$out.new"
mv "$out.new" "$out"
