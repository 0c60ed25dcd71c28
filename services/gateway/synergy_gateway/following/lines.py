"""How a stream says an event."""


def line(position: int, body: bytes) -> bytes:
    """The event at this position; `body` is its JSON."""
    return b"id: %d\ndata: %s\n\n" % (position, body)
