"""The envelope of every list, with links to its neighbours."""

from collections.abc import Collection
from typing import Generic, TypeVar
from urllib.parse import urlencode

import msgspec

from synergy_contracts.envelope import PageRequest
from synergy_gateway.cursors import ACTIVITY, HISTORY, ActivityQuery, HistoryQuery, cursor_of
from synergy_gateway.parameters import DEEPEST_ROW

Item = TypeVar("Item")


class Listing(msgspec.Struct, Generic[Item], frozen=True, kw_only=True):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[Item]


class _Page(msgspec.Struct, frozen=True):
    count: int | None
    results: list[msgspec.Raw]
    cursor: str | None = None


class _Versioned(msgspec.Struct, frozen=True):
    version: int


_pages = msgspec.json.Decoder(_Page)


class _Positioned(msgspec.Struct, frozen=True):
    position: int


_positioned = msgspec.json.Decoder(_Positioned)
_versioned = msgspec.json.Decoder(_Versioned)


def envelope(
    page: msgspec.Raw, *, asked: PageRequest, url: str, fixed: Collection[str] = ()
) -> tuple[bytes, dict[str, str]]:
    """
    The body for a service's page and its Link header (RFC 8288). `url` is the list's own address, without a query;
    `fixed` names the fields of `asked` that are part of it. The items' bytes are not touched.
    """
    told = _pages.decode(page)
    read = asked.page * asked.page_size
    if getattr(asked, "cursor", None) is not None or (told.cursor is not None and read >= DEEPEST_ROW):
        further = None if told.cursor is None else _address(url, asked, fixed, told.cursor, "cursor")
        listing = Listing(count=told.count, next=further, previous=None, results=told.results)
        return msgspec.json.encode(listing), {"Link": f'<{further}>; rel="next"'} if further else {}
    more = len(told.results) == asked.page_size if told.count is None else read < told.count
    more = more and read < DEEPEST_ROW
    after = _address(url, asked, fixed, asked.page + 1) if more else None
    before = _address(url, asked, fixed, asked.page - 1) if asked.page > 1 else None
    links = [f'<{link}>; rel="{rel}"' for rel, link in (("next", after), ("prev", before)) if link]
    body = msgspec.json.encode(Listing(count=told.count, next=after, previous=before, results=told.results))
    return body, {"Link": ", ".join(links)} if links else {}


def part(page: msgspec.Raw, *, asked: HistoryQuery, url: str) -> tuple[bytes, dict[str, str]]:
    """The same for a part of a history: the next one begins after the last version of this one."""
    told = _pages.decode(page)
    last = _versioned.decode(told.results[-1]).version if told.results else None
    full = len(told.results) == asked.page_size
    more = last is not None and (full if told.count is None else last < told.count)
    further = msgspec.structs.replace(asked, after=0)
    after = _address(url, further, (), cursor_of(HISTORY, last), "cursor") if more and last is not None else None
    body = msgspec.json.encode(Listing(count=told.count, next=after, previous=None, results=told.results))
    return body, {"Link": f'<{after}>; rel="next"'} if after else {}


def activity_before(page: msgspec.Raw, *, asked: ActivityQuery, url: str) -> tuple[bytes, dict[str, str]]:
    """The same for a part of what happened: the next one begins before the last position of this one."""
    told = _pages.decode(page)
    full = len(told.results) == asked.page_size
    last = _positioned.decode(told.results[-1]).position if full else None
    after = None if last is None else _address(url, asked, (), cursor_of(ACTIVITY, last), "cursor")
    body = msgspec.json.encode(Listing(count=told.count, next=after, previous=None, results=told.results))
    return body, {"Link": f'<{after}>; rel="next"'} if after else {}


def _address(url: str, asked: msgspec.Struct, fixed: Collection[str], place: object, name: str = "page") -> str:
    """The address of another page with the same filters, defaults left out."""
    query = msgspec.to_builtins(asked)
    defaults = {field.encode_name: field.default for field in msgspec.structs.fields(type(asked))}
    kept = {key: value for key, value in query.items() if key not in fixed and value != defaults.get(key)}
    if name == "cursor":
        kept.pop("page", None)
    pairs = {name: place} | {key: _text(value) for key, value in kept.items() if key != name}
    return f"{url}?{urlencode(pairs, doseq=True)}"


def _text(value: object) -> str | list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
