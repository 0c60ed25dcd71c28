"""/api/events/: following along, by asking, by waiting, or as a stream."""

import time
from typing import Annotated, Any, Final

import msgspec
from litestar.types import Receive, Send
from msgspec import Meta

from synergy_contracts.envelope import PositiveId
from synergy_contracts.events import PROJECT_EVENTS
from synergy_contracts.following import AfterPosition, EventFeed, ListEvents
from synergy_gateway import methods
from synergy_gateway.answers import NO_STORE, Answer, told
from synergy_gateway.asking import Asking
from synergy_gateway.following.audience import PUT_OUT
from synergy_gateway.following.stream import MEDIA_TYPE, PAGE, EventStream, Page, pages
from synergy_gateway.following.subscription import Wanted
from synergy_gateway.following.watch import REVOKED
from synergy_gateway.identity import invalid_token
from synergy_gateway.operations import get
from synergy_gateway.parameters import refused
from synergy_gateway.problems import FieldError, Problem

MOST_TEXT: Final = 2_000
LONGEST_WAIT: Final = 30
LAST_EVENT_ID: Final = "last-event-id"

Types = Annotated[str, Meta(min_length=1, max_length=MOST_TEXT)]


class EventsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What comes after position `after`; `types` are names of events with commas between, `task.*` all of a kind. Where
    there is nothing yet, up to `wait` seconds are waited for it.
    """

    after: AfterPosition = 0
    types: Types | None = None
    project: PositiveId | None = None
    wait: Annotated[int, Meta(ge=0, le=LONGEST_WAIT)] = 0
    page_size: Annotated[int, Meta(ge=1, le=200)] = 50


class StreamQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same for a stream; without `after`, and without the header Last-Event-ID, it begins now."""

    after: AfterPosition | None = None
    types: Types | None = None
    project: PositiveId | None = None


@get("/api/events/", EventFeed, problems=(410,), narrowed=False)
async def list_events(asking: Asking, query: EventsQuery) -> Answer:
    """Read what happened in your projects after a position, in order, or wait for it."""
    wanted = ListEvents(after=query.after, types=_types(query.types), project=query.project, page_size=query.page_size)
    page = bytes(await asking.ask(methods.LIST_EVENTS, wanted))
    if query.wait and not pages.decode(page).events:
        page = await _waited(asking, wanted, pages.decode(page), query.wait)
    return Answer(body=page)


@get("/api/events/stream/", None, private=True, media_type=MEDIA_TYPE, streamed=True, problems=(410,))
async def stream_events(asking: Asking, query: StreamQuery) -> Answer:
    """Follow what happens in your projects as Server-Sent Events; Last-Event-ID resumes after it."""
    last = asking.last_event_id
    after = query.after if last is None else _position(last)
    types, feed, actor = _types(query.types), asking.gateway.feed, asking.caller()

    async def read(position: int, most: int) -> msgspec.Raw:
        wanted = ListEvents(after=position, types=types, project=query.project, page_size=most)
        return await asking.ask(methods.LIST_EVENTS, wanted)

    one = await feed.open(actor, asking.visit.generation, _wanted(types, query.project))
    try:
        first: Page | None = None
        if after is not None or query.project is not None:  # what cannot be followed is told before it begins
            first = pages.decode(await read(one.start if after is None else after, PAGE))
    except BaseException:
        feed.close(one)
        raise
    stream = EventStream(feed, one, read, after=after, first=first)

    async def write(receive: Receive, send: Send, start: Any) -> None:
        await stream.write(receive, send, start=start, head=asking.visit.head)

    headers = {"Cache-Control": NO_STORE, "X-Accel-Buffering": "no"}
    return Answer(media_type=MEDIA_TYPE, headers=headers, stream=write)


async def _waited(asking: Asking, wanted: ListEvents, page: Page, seconds: int) -> bytes:
    """The first page that holds something, or after so many seconds how far was read."""
    feed, until = asking.gateway.feed, time.monotonic() + seconds
    one = await feed.open(asking.caller(), asking.visit.generation, _wanted(wanted.types, wanted.project))
    try:
        while True:
            raw = await asking.ask(methods.LIST_EVENTS, msgspec.structs.replace(wanted, after=page.next))
            page = pages.decode(raw)
            if page.events or page.next < one.start:
                return bytes(raw)
            came = await one.wait(until - time.monotonic())
            if one.ended == REVOKED:
                raise invalid_token("The token was revoked: its session has ended, or its rights have changed.")
            if one.ended == PUT_OUT:
                return bytes(await asking.ask(methods.LIST_EVENTS, wanted))  # 404, as for everybody outside
            if one.ended is not None:
                return bytes(raw)
            if not came:  # nothing up to where the feed is was of this reader's
                return told({"events": [], "next": max(page.next, feed.position or 0)}).body
    finally:
        feed.close(one)


def _wanted(types: list[str] | None, project: int | None) -> Wanted:
    return Wanted(None if types is None else frozenset(types), project)


def _types(written: str | None) -> list[str] | None:
    """The types of events that are meant, None for all. Raises Problem 400."""
    if written is None:
        return None
    found: set[str] = set()
    for name in map(str.strip, written.split(",")):
        group = name[:-1] if name.endswith(".*") else None
        meant = [kind for kind in PROJECT_EVENTS if name in (kind, "*") or (group and kind.startswith(group))]
        if not meant:
            raise refused([FieldError(parameter="types", detail=f"names no type of event: {name[:60]!r}")])
        found.update(meant)
    return sorted(found)


def _position(text: str) -> int:
    """The position that a client read last. Raises Problem 400."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise Problem(400, "malformed-request", "Last-Event-ID is the id of the last event that was read, a number.")
    return int(text)
