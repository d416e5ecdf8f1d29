"""Keeps one TLS connection over a change of the certificate: asks on it, waits for a line, asks on it again, and asks
once more on a new connection. Prints the status of each answer and the SHA-256 of the certificate that was shown."""

import hashlib
import http.client
import os
import ssl
import sys

trusted = ssl.create_default_context()
trusted.check_hostname = False
trusted.verify_mode = ssl.CERT_NONE


def connection():
    made = http.client.HTTPSConnection(os.environ["SERVER"], context=trusted, timeout=20)
    made.connect()
    return made, hashlib.sha256(made.sock.getpeercert(True)).hexdigest()


def ask(made, shown):
    made.request("GET", "/login")
    answer = made.getresponse()
    answer.read()
    print(answer.status, shown, flush=True)


kept, first = connection()
ask(kept, first)
socket = kept.sock
sys.stdin.readline()
ask(kept, first)
assert kept.sock is socket, "the connection was not kept"
ask(*connection())
