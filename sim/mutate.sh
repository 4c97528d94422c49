#!/bin/sh
# mutate.sh CHECKOUT PATCH FOLDER: puts the patched files of CHECKOUT into FOLDER, by their base names.
set -eu
checkout=$1 patch=$2 folder=$3
rm -rf "$folder"
mkdir -p "$folder"
sed -n 's,^+++ b/\([^[:space:]]*\).*,\1,p' "$patch" | while read -r file; do
    mkdir -p "$folder/tree/$(dirname "$file")"
    cp "$checkout/$file" "$folder/tree/$file"
done
patch --quiet --strip=1 --directory="$folder/tree" --no-backup-if-mismatch <"$patch" || {
    echo "$patch no longer fits the rules: make it anew (docs/contributing.md)" >&2
    exit 1
}
find "$folder/tree" -name '*.cpp' -exec mv {} "$folder/" ';'
rm -r "$folder/tree"
