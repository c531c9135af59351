#!/usr/bin/env bash
# Renders icons/source into the files that tauri.conf.json and the tray use.
# Needs librsvg2-bin, imagemagick and icnsutils; only after a drawing was changed.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

draw() { rsvg-convert --width "$2" --height "$2" "$1" --output "$3"; }

draw source/app.svg 1024 icon.png
draw source/app.svg 512 "$work/512.png"
draw source/app.svg 256 128x128@2x.png
draw source/app.svg 128 128x128.png
draw source/app.svg 64 "$work/64.png"
draw source/app.svg 48 "$work/48.png"
draw source/app-32.svg 32 32x32.png
draw source/app-16.svg 16 "$work/16.png"
convert "$work/16.png" 32x32.png "$work/48.png" "$work/64.png" 128x128.png 128x128@2x.png icon.ico
png2icns icon.icns "$work/16.png" 32x32.png "$work/48.png" 128x128.png 128x128@2x.png "$work/512.png" icon.png

for state in idle working needs-you paused; do
    for bar in light:#161b25 dark:#eceff5; do
        sed "s/INK/${bar#*:}/g" "source/tray-$state.svg" > "$work/tray.svg"
        draw "$work/tray.svg" 32 "tray/$state-on-${bar%%:*}.png"
    done
done
