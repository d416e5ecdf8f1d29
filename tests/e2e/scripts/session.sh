#!/usr/bin/env bash
# Logs in by form with a code, then calls within the session: curl with a cookie jar.
set -euo pipefail
. "$(dirname "$0")/ask.sh"

prepare "$1"
form=(--data-urlencode "user=$LOGIN_USER" --data-urlencode "pass=$password")
[ "$1" = 'no code' ] || form+=(--data-urlencode "tfa_token=$code")
jar=$TMPDIR/jar

ask login --cookie-jar "$jar" "${form[@]}" "$LOGIN_URL/login/"
[[ $head =~ Location:\ /(cpsess[0-9]+)/ ]] || exit 0
token=${BASH_REMATCH[1]}

call=/execute/Email/list_pops
case $1 in
'token missing') ask refused --cookie "$jar" "$LOGIN_URL$call" ;;
'token wrong') ask refused --cookie "$jar" "$LOGIN_URL/cpsess1000000001$call" ;;
'cookie missing') ask refused "$LOGIN_URL/$token$call" ;;
'code twice') ask refused "${form[@]}" "$LOGIN_URL/login/" ;;
esac
ask call --cookie "$jar" --request POST "$LOGIN_URL/$token$call"
