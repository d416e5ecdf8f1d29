#!/usr/bin/env bash
# A code beside the password in each request, and an API token: curl.
set -euo pipefail
. "$(dirname "$0")/ask.sh"

prepare "$1"
factor=(--header "X-CPANEL-OTP: $code")
[ "$1" = 'no code' ] && factor=(--header 'X-Nothing: 1')

list=("${factor[@]}" --user "$LOGIN_USER:$password" "$LOGIN_URL/execute/Email/list_pops")
ask password "${list[@]}"
[ "$1" = 'code twice' ] && ask password "${list[@]}"

token=$WHM_TOKEN
[ "$1" = 'token wrong' ] && token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
header=(--header "Authorization: WHM $WHM_USER:$token")
[ "$1" = 'token missing' ] && header=(--header 'X-Nothing: 1')
ask token "${factor[@]}" "${header[@]}" "$WHM_URL/json-api/applist?api.version=1"
