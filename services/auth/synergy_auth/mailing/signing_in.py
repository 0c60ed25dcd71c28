"""Signing in to a mail server (RFC 4954), also with letters that are not ASCII."""

import smtplib
from base64 import b64encode
from collections.abc import Sequence
from typing import Final

GO_ON: Final = 334
SIGNED_IN: Final = (235, 503)
"""Accepted; or it was before."""


def sign_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """
    Sign in by what the server offers. smtplib knows ASCII alone: where there is more, PLAIN, whose texts are UTF-8
    (RFC 4616 §2), or else LOGIN. Raises SMTPAuthenticationError, or SMTPNotSupportedError where neither is offered.
    """
    if (user + password).isascii():
        server.login(user, password)
        return
    server.ehlo_or_helo_if_needed()
    offered = server.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        _say(server, [f"AUTH PLAIN {_encoded(f'{chr(0)}{user}{chr(0)}{password}')}"])
    elif "LOGIN" in offered:
        _say(server, ["AUTH LOGIN", _encoded(user), _encoded(password)])
    else:
        raise smtplib.SMTPNotSupportedError("The server offers neither AUTH PLAIN nor LOGIN.")


def _say(server: smtplib.SMTP, lines: Sequence[str]) -> None:
    for line in lines:
        code, answer = server.docmd(line)
        if code != GO_ON:
            break
    if code not in SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()
