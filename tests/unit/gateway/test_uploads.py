"""Files come in parts of one size, in whatever pieces they arrive; what breaks off, is late or is none is refused."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from examples import few
from hypothesis import given
from hypothesis import strategies as st
from litestar.exceptions import InternalServerException

from synergy_gateway import uploads
from synergy_gateway.problems import Problem
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
