#!/bin/sh
# The story of the README, told by the real programs in a throw-away folder.
# Each command is printed before it runs; a status other than the one the
# story expects ends the demo.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$here/../../bin" && pwd)
PATH=$bin:$PATH
app=$(mktemp -d "${TMPDIR:-/tmp}/rex-demo.XXXXXX")
trap 'rm -rf "$app"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$app"

mkdir "$app/logs"
printf '%s\n' '09:12:44 ERROR payment: connection refused' '09:12:51 ERROR payment: gave up after 3 tries' >"$app/logs/error.log"
printf 'name: shop\nport: 8443\n' >"$app/service.yaml"
echo 'last week' >"$app/logs/old.log"
for f in app.cedar tidy.rex look.rex; do
	sed "s|/srv/app|$app|g" "$here/$f" >"$app/$f"
	chmod 644 "$app/$f"
done
cd "$app"

say() { printf '\n%s\n' "# $*"; }

# try STATUS COMMAND...: prints it, runs it, and holds it to its exit status.
try() {
	want=$1
	shift
	printf '\n$ %s\n' "$*"
	set +e
	"$@"
	got=$?
	set -e
	[ "$got" = 0 ] || printf '(exit status %s)\n' "$got"
	[ "$got" = "$want" ] || { echo "the story expects $want"; exit 1; }
}

say "An application in $app. Its owner's policy:"
try 0 cat app.cedar
say "A script that wants more than that:"
try 0 cat tidy.rex
say "What will it touch, and would it be allowed? Nothing runs."
try 3 rexc report tidy.rex --policy app.cedar
say "The machine refuses to start it: it could not end well."
try 0 rexc build tidy.rex
try 3 rexvm run tidy.rexb --policy app.cedar
try 0 ls logs
say "The adapted script catches the denials and goes on with what is allowed:"
try 0 cat look.rex
try 0 rexc build look.rex
try 6 rexvm run look.rexb --policy app.cedar --audit audit.jsonl
try 0 rexvm run look.rexb --policy app.cedar --denials-ok --format json
say "The old log is still there, and every question is in the record, in a hash chain:"
try 0 ls logs
try 0 cat audit.jsonl
say "Without any policy everything is denied:"
try 3 rexvm run look.rexb
