# ask STEP [curl's arguments]: sends a request, prints what came of it, and leaves the answer's head in $head.
ask() {
    local step=$1 body status reason
    shift
    body=$(curl --silent --show-error --cacert "$SSL_CERT_FILE" --dump-header "$TMPDIR/head" "$@" | tr -s '\t\r\n' ' ')
    head=$(tr -d '\r' < "$TMPDIR/head")
    read -r _ status reason <<< "${head%%$'\n'*}"
    printf '%s\t%s\t%s\t%s\n' "$step" "$status" "$reason" "$body"
}

# Sets code, password and form as the case wants them.
prepare() {
    code=$("$PORTREEVE" otp "$LOGIN_SECRET" 2> /dev/null)
    password=$LOGIN_PASSWORD
    case $1 in
    'wrong code') code=$(printf '%06d' $(((10#$code + 500000) % 1000000))) ;;
    'code without its zeros')
        code=$((10#$code))
        [ ${#code} -lt 6 ]
        ;;
    'wrong password') password='not the password' ;;
    esac
}
