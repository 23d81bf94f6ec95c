#!/bin/sh
# Runs inside a clean system, as root: installs the package with only what it depends on, starts the program as a
# person would, and purges it. `cargo xtask package deb --prove` makes the system and calls this with a free port.
set -eu
port=$1
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

seen() { echo "  seen: $*"; }
# Quiet unless it fails.
quietly() {
    "$@" >/tmp/output 2>&1 || { cat /tmp/output; echo "failed: $*" >&2; exit 1; }
}
# Waits up to a minute for a command to succeed.
until_so() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { cat /home/*/output /home/*/.local/share/app.tillbell.desktop/log/* 2>/dev/null || true; echo "waited in vain: $*" >&2; exit 1; }
        sleep 0.1
    done
}

quietly apt-get -q update
quietly apt-get -q install -y --no-install-recommends /tillbell.deb
seen "installed with $(dpkg-query -W | wc -l) packages in all, none of them only recommended"
seen "it says: $(tillbell --version)"
shown=$(tillbell-devices show --set esc-pos --to-pay 12.50 --currency USD)
case "$shown" in
    *'$12.50'*) ;;
    *) echo "tillbell-devices does not show what it is told" >&2; exit 1 ;;
esac
shown=$(tillbell-book --book /nowhere totals 2>&1) && code=0 || code=$?
case "$code $shown" in
    "3 "*"there is no book at /nowhere"*) ;;
    *) echo "tillbell-book does not say what is missing: $code $shown" >&2; exit 1 ;;
esac
case "$(tillbell-book --help)" in
    *verify*) ;;
    *) echo "tillbell-book does not say what it can do" >&2; exit 1 ;;
esac
seen "the programs for support and for the book lie beside it and run"
for file in /usr/share/applications/Tillbell.desktop /usr/share/icons/hicolor/128x128/apps/tillbell.png; do
    [ -s "$file" ] || { echo "$file is missing" >&2; exit 1; }
done

# What a desktop has and the package must not ask for: a display, a session bus; and a tool to look.
# Older releases have the session bus's own tool in `dbus`, newer ones apart.
apart=$(apt-cache pkgnames dbus-bin | grep -x dbus-bin || true)
quietly apt-get -q install -y --no-install-recommends xvfb dbus $apart x11-utils desktop-file-utils
quietly desktop-file-validate /usr/share/applications/Tillbell.desktop
seen "the entry in the desktop's menu is valid"

home="/home/王 小店"
useradd --create-home --home-dir "$home" till
install -d -o till -m 700 /run/user/till
cat >/tmp/desk <<'DESK'
cd "$HOME"
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>display 2>/dev/null &
while [ ! -s display ]; do sleep 0.1; done
export DISPLAY=":$(cat display)"
exec dbus-run-session -- tillbell >output 2>&1
DESK
runuser -u till -- env HOME="$home" XDG_RUNTIME_DIR=/run/user/till TILLBELL_PORT="$port" LIBGL_ALWAYS_SOFTWARE=1 \
    WEBKIT_DISABLE_DMABUF_RENDERER=1 sh /tmp/desk &
data="$home/.local/share/app.tillbell.desktop"
until_so grep -q "Tillbell is ready" -r "$data/log"
seen "started by a person whose folder is called '$home': ready"
until_so bash -c "exec 3<>/dev/tcp/127.0.0.1/$port; printf 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3; head -c 8 <&3 | grep -q HTTP/1.1"
seen "its hub answers on this computer's own address"
until_so sh -c "DISPLAY=:$(cat "$home/display") xwininfo -root -tree | grep -i tillbell | grep -v 1x1 | grep -q '[0-9]\{3\}x[0-9]\{3\}'"
seen "its first window is on the display"

for process in /proc/[0-9]*; do
    [ "$(cat "$process/comm" 2>/dev/null)" != tillbell ] || kill -TERM "${process#/proc/}"
done
until_so grep -q "Tillbell ends" -r "$data/log"
seen "asked to end, it ends in order"

checked=$(runuser -u till -- env HOME="$home" tillbell-book verify 2>&1) || { echo "tillbell-book verify: $checked" >&2; exit 1; }
case "$checked" in
    *"0 payments, 0 days"*) ;;
    *) echo "tillbell-book does not find the empty book: $checked" >&2; exit 1 ;;
esac
seen "tillbell-book finds by itself the book that it made, still empty, and checks it"

quietly apt-get -q purge -y tillbell
left=$(find / -xdev -iname '*tillbell*' -not -path '/proc/*' -not -path "$home/*" -not -path '/var/cache/apt/*' -not -path '/tmp/*' -not -path '/run/*' -not -path /tillbell.deb)
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
[ -n "$(ls "$data")" ] || { echo "the person's data is gone" >&2; exit 1; }
seen "purged: nothing of it is left but the person's own data"
