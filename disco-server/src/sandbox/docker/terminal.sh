# Runs one command on a terminal of a container. $0 is a mark by which the server knows our own words, $1 the folder, $2
# the program to take where there is none of the command's name, and the rest the command. The server gives the terminal its size when it hears `ready`, and says so by a line; what comes
# behind `begins` is the command's.
cd -- "$1" 2>/dev/null || { echo "$0 folder"; exit 126; }
instead=$2
shift 2
there() { command -v -- "$1" >/dev/null 2>&1; }
if ! there "$1"; then
    [ -n "$instead" ] && there "$instead" || { echo "$0 program"; exit 127; }
    shift
    set -- "$instead" "$@"
fi
# The erase key takes whole characters.
stty iutf8 2>/dev/null
echo "$0 ready"
read -r _
echo "$0 begins"
exec "$@"
