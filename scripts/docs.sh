#!/usr/bin/env bash
# What is generated under docs/: the pages that tables of the program make, and the pictures of README.md and
# docs/tour.md. A picture's source is a comment in front of it, the words that draw it:
#     <!-- dpop-tui render docs/captures/good.jsonl --keys :4<enter> > docs/pictures/good-4.svg -->
# docs.sh writes what the build in .build/debug says; docs.sh --check only compares, and fails on a difference.
set -euo pipefail
cd "$(dirname "$0")/.."
tui=.build/debug/dpop-tui
case "${1:-}" in
    "") check=false ;;
    --check) check=true ;;
    *) echo "docs: expected nothing or --check, found '$1'" >&2; exit 2 ;;
esac
failed=0
new=$(mktemp)
trap 'rm -f "$new"' EXIT

make_file() { # file, words…: what dpop-tui prints with them, whatever a person's own settings are
    local file=$1
    shift
    env -i PATH="$PATH" HOME=/nonexistent LC_ALL=C.UTF-8 "$tui" "$@" > "$new"
    if $check; then
        cmp -s "$new" "$file" || { echo "docs: $file is stale: make docs" >&2; failed=1; }
    elif ! cmp -s "$new" "$file"; then
        cat "$new" > "$file"
        echo "docs: $file"
    fi
}

# A generated page names the command that prints it.
while read -r page; do
    make_file "docs/$page.md" docs "$page"
done < <(sed -n 's/^Generated from .*(`dpop-tui docs \([a-z]*\)`).*/\1/p' docs/*.md)

drawn=""
while read -r words; do
    file=${words##* > }
    read -ra words <<< "${words% > *}"
    make_file "$file" "${words[@]}" --format svg
    drawn+=" $file "
done < <(sed -n 's/^<!-- dpop-tui \(render .* > docs\/pictures\/[a-z0-9-]*\.svg\) -->$/\1/p' README.md docs/*.md)

# What nobody draws would stay as it is for ever, and what is shown must be there.
for file in docs/pictures/*.svg; do
    [[ $drawn == *" $file "* ]] || { echo "docs: $file has no comment that draws it" >&2; failed=1; }
done
while IFS=: read -r page file; do
    [ -f "$(dirname "$page")/$file" ] || { echo "docs: $page shows $file, which is not there" >&2; failed=1; }
done < <(grep -oE '\]\([a-z/]*pictures/[^)]*\)' README.md docs/*.md | sed 's/:\](/:/; s/)$//')
exit $failed
