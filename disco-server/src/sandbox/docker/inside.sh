# Runs one command in a container. $0 is a mark by which the server knows our own words, $1 the folder, $2 the program to
# take where there is none of the command's name, and the rest the command. When it ends, what it left running is killed:
# all processes of this user but this one.
cd -- "$1" 2>/dev/null || { printf '%s folder' "$0" >&2; exit 126; }
instead=$2
shift 2
there() { command -v -- "$1" >/dev/null 2>&1; }
if ! there "$1"; then
    [ -n "$instead" ] && there "$instead" || { printf '%s program' "$0" >&2; exit 127; }
    shift
    set -- "$instead" "$@"
fi
# The shell's own words about a signal are nobody's output.
exec 3>&2 2>/dev/null
(exec "$@" 2>&3 3>&-)
code=$?
kill -KILL -1
exit "$code"
