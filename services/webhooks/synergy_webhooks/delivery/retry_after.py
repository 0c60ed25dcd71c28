"""Retry-After, in both of its forms (RFC 9110 §10.2.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def read(value: str | None, *, now: datetime) -> timedelta | None:
    """How long the receiver asks us to wait; None when it does not say, or says nothing that can be read."""
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:12]), 10**9))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year of twenty digits, say
        return None
    return max(until if until.tzinfo else until.replace(tzinfo=UTC), now) - now
