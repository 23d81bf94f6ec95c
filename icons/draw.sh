#!/bin/sh
# Draws every bitmap in this folder from the SVG files; see README.md.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

png() { rsvg-convert -w "$2" -h "$2" -o "$3" "$1"; }

png icon.svg 512 icon.png
png icon-small.svg 32 32x32.png
png icon.svg 128 128x128.png
png icon.svg 256 128x128@2x.png
# The phone page as an app on the home screen.
png icon.svg 192 ../ui/phone/public/icon-192.png
png icon.svg 512 ../ui/phone/public/icon-512.png

for size in 16 24 32 48; do png icon-small.svg $size "$scratch/$size.png"; done
for size in 64 128 256 512; do png icon.svg $size "$scratch/$size.png"; done
# Windows takes small bitmaps as they are and the large one as PNG.
icotool -c -o icon.ico "$scratch/16.png" "$scratch/24.png" "$scratch/32.png" "$scratch/48.png" "$scratch/64.png" -r "$scratch/256.png"
png2icns icon.icns "$scratch/16.png" "$scratch/32.png" "$scratch/48.png" "$scratch/128.png" "$scratch/256.png" "$scratch/512.png" >/dev/null

for tray in tray-*.svg; do
    name=${tray%.svg}
    png "$tray" 32 "$name.png"
    png "$tray" 64 "$name@2x.png"
done
