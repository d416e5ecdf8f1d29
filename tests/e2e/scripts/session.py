"""Logs in with `login_only` and a code, then calls within the session: urllib with a cookie jar."""

import http.cookiejar
import json
import os
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

import totp

CASE = sys.argv[1]
URL = os.environ["LOGIN_URL"]
CALL = "/execute/Email/list_pops"
TLS = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"]))


def ask(step, browser, url, form=None):
    data = None if form is None else urllib.parse.urlencode(form).encode()
    try:
        answer = browser.open(url, data, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    body = " ".join(answer.read().decode().split())
    print(step, answer.status, answer.reason, body, sep="\t")
    return body


def main():
    code = totp.code(os.environ["LOGIN_SECRET"])
    if CASE == "wrong code":
        code = f"{(int(code) + 500_000) % 1_000_000:06}"
    if CASE == "code without its zeros":
        code = str(int(code))
        assert len(code) < 6, "no zero was lost"
    form = {
        "user": os.environ["LOGIN_USER"],
        "pass": "not the password" if CASE == "wrong password" else os.environ["LOGIN_PASSWORD"],
        "tfa_token": code,
    }
    if CASE == "no code":
        del form["tfa_token"]

    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(TLS, jar)
    stranger = urllib.request.build_opener(TLS)
    login = f"{URL}/login/?login_only=1"
    token = json.loads(ask("login", browser, login, form)).get("security_token")
    if token is None:
        return
    if CASE == "token missing":
        ask("refused", browser, URL + CALL)
    elif CASE == "token wrong":
        ask("refused", browser, f"{URL}/cpsess1000000001{CALL}")
    elif CASE == "cookie missing":
        ask("refused", stranger, URL + token + CALL)
    elif CASE == "code twice":
        ask("refused", stranger, login, form)
    ask("call", browser, URL + token + CALL)


main()
