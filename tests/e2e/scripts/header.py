"""A code beside the password in each request, and an API token: urllib."""

import base64
import os
import ssl
import sys
import urllib.error
import urllib.request

import totp

CASE = sys.argv[1]
TLS = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])


def ask(step, url, headers):
    try:
        answer = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30, context=TLS)
    except urllib.error.HTTPError as error:
        answer = error
    print(step, answer.status, answer.reason, " ".join(answer.read().decode().split()), sep="\t")


def main():
    code = totp.code(os.environ["LOGIN_SECRET"])
    if CASE == "wrong code":
        code = f"{(int(code) + 500_000) % 1_000_000:06}"
    if CASE == "code without its zeros":
        code = str(int(code))
        assert len(code) < 6, "no zero was lost"
    password = "not the password" if CASE == "wrong password" else os.environ["LOGIN_PASSWORD"]
    basic = base64.b64encode(f"{os.environ['LOGIN_USER']}:{password}".encode()).decode()
    factor = {} if CASE == "no code" else {"X-CPANEL-OTP": code}
    for _ in range(2 if CASE == "code twice" else 1):
        url = os.environ["LOGIN_URL"] + "/execute/Email/list_pops"
        ask("password", url, {"Authorization": f"Basic {basic}", **factor})

    token = "A" * 32 if CASE == "token wrong" else os.environ["WHM_TOKEN"]
    header = {"Authorization": f"whm {os.environ['WHM_USER']}:{token}"}
    if CASE == "token missing":
        header = {}
    ask("token", os.environ["WHM_URL"] + "/json-api/applist?api.version=1", {**header, **factor})


main()
