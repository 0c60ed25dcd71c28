"""What went wrong, as a sentence for the owner of the subscription."""

import asyncio
import socket
import ssl

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from synergy_chassis.sealing import Unsealable
from synergy_webhooks.addresses import BadUrl, Forbidden
from synergy_webhooks.addresses.names import NameTooSlow
from synergy_webhooks.delivery.connections import ConnectionTooSlow, NoConnection, OnlyInterim


def sentence(error: Exception, connect: float, total: float) -> str:
    """Tells the fault without our inside: no addresses of ours, no traces. `connect` and `total` in seconds."""
    match error:
        case Forbidden() | BadUrl() | NameTooSlow():
            return str(error)
        case Unsealable():
            return "The webhook's secret cannot be opened: SECRET_KEY has changed. Rotate the secret."
        case socket.gaierror():
            return "The host's name has no address."
        case ssl.SSLCertVerificationError():
            return f"The TLS certificate is not valid: {_reason(error)}."
        case ssl.SSLError():
            return f"TLS failed: {_reason(error)}."
        case ConnectionTooSlow():
            return f"No connection within {connect:g} s."
        case NoConnection():
            return f"No connection: {_os_reason(error.os_error)}."
        case TimeoutError() | asyncio.TimeoutError():
            return f"No answer within {total:g} s."
        case aiohttp.ServerDisconnectedError():
            return "The connection was closed before an answer."
        case aiohttp.ClientOSError() | OSError():
            return f"The connection broke: {_os_reason(error)}."
        case OnlyInterim():
            return "Interim answers (1xx) came one after the other, and no answer."
        case HttpProcessingError():
            return "The answer is not valid HTTP."
        case _:
            return f"The attempt failed ({type(error).__name__})."


def _os_reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower().rstrip(".")


def _reason(error: object) -> str:
    verify = getattr(error, "verify_message", "")
    return str(verify or getattr(error, "reason", "") or type(error).__name__).lower().replace("_", " ").rstrip(".")
