#!/usr/bin/env bash
# Run a command as if this computer's date were another one, on Linux:
#
#     sudo tools/at_date.sh "2027-03-14 06:30" npm test
#
# The date is UTC. The clock runs on from there, and each process that the command starts sees it. So do the functions of the
# embedded cloud, although their environment is their own: /etc/ld.so.preload loads at_date.c into each process. The file exists
# only in the command's own mount namespace, so nothing outside changes. The monotonic clock stays as it is.
#
# Exit codes: the command's own. 2: a wrong argument. 77: this computer can't do it, and one line says why.
set -euo pipefail

BAD_INPUT=2
UNABLE=77 # Automake's exit code of a skipped test

refuse() {
  echo "at_date.sh: $2" >&2
  exit "$1"
}

[ $# -ge 2 ] || refuse "$BAD_INPUT" 'arguments: give a date and a command, such as "2027-03-14 06:30" npm test'
[ "$(uname)" = Linux ] || refuse "$UNABLE" "system: $(uname) has no mount namespaces. Use Linux."
[[ $1 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2})?$ ]] && wanted=$(date -u -d "$1" +%s 2> /dev/null) ||
  refuse "$BAD_INPUT" "date: '$1' is not a calendar date (use YYYY-MM-DD or 'YYYY-MM-DD HH:MM', in UTC)"
[ "$(id -u)" = 0 ] || refuse "$UNABLE" "user: $(id -un) can't mount. Run this as root, such as with sudo."
unshare --mount true 2> /dev/null || refuse "$UNABLE" "unshare: this root can't make a mount namespace. Use a computer or a privileged container."
command -v cc > /dev/null || refuse "$UNABLE" "cc: no C compiler is installed. Install one, such as with: apt-get install gcc libc6-dev"
shift

layer=$(mktemp -d)
trap 'rm -rf "$layer"' EXIT
now=$(stat -c %Y "$layer") # of a file, which is real time also where this script runs inside of itself
cc -shared -fPIC -O2 -DSECONDS="($((wanted - now)))" -o "$layer/at_date.so" "$(dirname "$0")/at_date.c" -ldl
# An overlay of /etc, where the file doesn't exist. Its upper layer is in memory: an overlay can't lie on an overlay.
unshare --mount --propagation private bash -c '
  set -euo pipefail
  upper=$(mktemp -d "$1/XXXXXX")
  mount -t tmpfs tmpfs "$upper"
  mkdir "$upper/etc" "$upper/work"
  echo "$1/at_date.so" > "$upper/etc/ld.so.preload"
  mount -t overlay overlay -o "lowerdir=/etc,upperdir=$upper/etc,workdir=$upper/work" /etc
  shift
  exec "$@"
' bash "$layer" "$@"
