"""The headers of an attempt, signatures included."""

from collections.abc import Mapping, Sequence
from typing import Final

from synergy_webhooks import __version__
from synergy_webhooks.bodies import CONTENT_TYPES
from synergy_webhooks.delivery.parcel import Parcel
from synergy_webhooks.signatures import generate_webhook_signature, sign

USER_AGENT: Final = f"SynergyOS-Webhooks/{__version__}"


def headers(
    parcel: Parcel, secrets: Sequence[str], *, timestamp: int, host: str, traceparent: str | None = None
) -> dict[str, str]:
    """
    The headers for this attempt; `timestamp` in Unix seconds. Every secret signs the standard way, the first (newest)
    also as
    the original did.
    """
    message_id = str(parcel.event_id)
    literal = "sha256=" + generate_webhook_signature(parcel.body, secrets[0])
    named = {
        "Host": host,
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Content-Type": CONTENT_TYPES[parcel.format],
        "Accept-Encoding": "identity",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(message_id, timestamp, parcel.body, secret) for secret in secrets),
        "X-Webhook-Event": parcel.event_type,
        "X-Webhook-Delivery": str(parcel.delivery_id),
        "X-Webhook-Timestamp": str(timestamp),
        "X-Webhook-Signature": literal,
        "X-Hub-Signature-256": literal,
    }
    if parcel.sequence is not None:
        named["webhook-sequence"] = str(parcel.sequence)
    if traceparent is not None:
        named["traceparent"] = traceparent
    return named


def request(path: str, named: Mapping[str, str], body: bytes) -> bytes:
    """
    The POST as it goes out; `path` holds the query too. Raises ValueError where a header would begin another line, or
    is not ASCII.
    """
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
    if head.count("\n") != len(lines) + 2 or head.count("\r") != len(lines) + 2 or "\x00" in head:
        raise ValueError("A header holds a control character.")
    return head.encode("ascii") + body
