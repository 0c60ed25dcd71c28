"""Pages of events that fit into one message."""

from typing import Final

import msgspec
from msgspec.structs import replace

from synergy_contracts.envelope import EventsPage

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a page's events; a broker of today refuses messages above 16 MiB."""

_encoder = msgspec.json.Encoder()


def fitting(page: EventsPage, *, largest: int = LARGEST) -> EventsPage:
    """As much of the page, from its beginning, as `largest` bytes hold, but one event at least."""
    size = 0
    for number, event in enumerate(page.events):
        size += len(_encoder.encode(event))
        if size > largest and number:
            return replace(page, events=page.events[:number], read_to=page.events[number - 1].position)
    return page
