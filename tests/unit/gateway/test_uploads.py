"""Files come in parts of one size, in whatever pieces they arrive; what breaks off, is late or is none is refused."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from examples import few
from hypothesis import given
from hypothesis import strategies as st
from litestar.exceptions import InternalServerException

from synergy_contracts.imports import MOST_BYTES, PART_BYTES
from synergy_gateway import uploads
from synergy_gateway.problems import Problem
from synergy_gateway.routes import imports
from synergy_gateway.uploads import Upload


def upload(*pieces: Any, content_type: str = "text/csv", **headers: str) -> Upload:
    """A request whose body arrives in these pieces; an exception among them is raised."""

    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces:
            if isinstance(piece, BaseException):
                raise piece
            if piece is None:
                await asyncio.sleep(60)
            yield piece

    request: Any = SimpleNamespace(headers={"content-type": content_type, **headers}, stream=stream)
    return Upload(request, ("text/csv", "application/json"))


def parts(one: Upload, size: int, most: int = 1_000) -> list[bytes]:
    async def taken() -> list[bytes]:
        return [part async for part in one.parts(size, most=most)]

    return asyncio.run(taken())


@few(30)
@given(st.lists(st.binary(max_size=9), max_size=9), st.integers(1, 7))
def test_the_parts_are_the_file_and_all_but_the_last_are_full(pieces, size):
    found = parts(upload(*pieces), size)

    assert b"".join(pieces) == b"".join(found)
    assert all(len(part) == size for part in found[:-1])
    assert all(found)


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        pytest.param([b"x" * 600, b"y" * 600], 413, id="too_large"),
        pytest.param([b"x", InternalServerException()], 400, id="cut_off"),
        pytest.param([b"x", None], 408, id="too_slow"),
    ],
)
def test_what_does_not_arrive_as_it_should_is_refused(monkeypatch, pieces, status):
    monkeypatch.setattr(uploads, "READING", 0.01)

    with pytest.raises(Problem) as no:
        parts(upload(*pieces), 100)

    assert status == no.value.status


def test_a_file_that_trickles_is_refused_although_something_of_it_always_arrives(monkeypatch):
    """A stream without an end: whoever took it for as long as bytes come would never be done."""
    monkeypatch.setattr(uploads, "WHOLE", 0.05)

    async def stream() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield b"x"

    request: Any = SimpleNamespace(headers={"content-type": "text/csv"}, stream=stream)

    async def taken() -> None:
        async with asyncio.timeout(20):
            async for _ in Upload(request, ("text/csv",)).parts(PART_BYTES, most=MOST_BYTES):
                pass

    with pytest.raises(Problem) as no:
        asyncio.run(taken())

    assert (408, "body-timeout") == (no.value.status, no.value.code)
    assert "within 0.05 seconds" in no.value.detail


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        pytest.param("multipart/form-data; boundary=x", {}, id="a_form"),
        pytest.param("", {}, id="nothing_said"),
        pytest.param("text/csv", {"content-encoding": "gzip"}, id="compressed"),
    ],
)
def test_what_is_no_file_is_refused(content_type, headers):
    with pytest.raises(Problem) as no:
        upload(content_type=content_type, **headers)

    assert 415 == no.value.status


def test_a_media_type_may_say_more():
    assert [b"ab"] == parts(upload(b"a", b"b", content_type="Text/CSV; charset=utf-8"), 5)


def test_an_import_of_more_than_it_may_have_is_refused_and_not_submitted(ann, neighbours, monkeypatch):
    assert MOST_BYTES == imports.MOST_BYTES
    monkeypatch.setattr(imports, "MOST_BYTES", 2 * PART_BYTES)
    neighbours.answers |= {
        "projects.begin_import": {"id": str(UUID(int=7))},
        "projects.add_import_part": {},
        "projects.submit_import": {},
    }

    whole = b"x" * PART_BYTES
    taken, refused = (
        ann.post("/api/projects/import/", content=whole * 2 + more, headers={"Content-Type": "text/csv"})
        for more in (b"", b"x")
    )

    assert 202 == taken.status_code
    assert (413, "/problems/body-too-large") == (refused.status_code, refused.json()["type"])
    assert 1 == len(neighbours.sent("projects.submit_import"))
