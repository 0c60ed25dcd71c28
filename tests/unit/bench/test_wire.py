"""The load generator knows a whole answer from a part of one."""

import json

import pytest
from bench.http.driving.wire import reply, request

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
LAST = HEAD + b"Content-Length: 2\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("received", "ended", "body", "closes"),
    [
        pytest.param(HEAD + b"content-length: 2\r\n\r\nok", False, b"ok", False, id="a_length"),
        pytest.param(LAST + b"ok", False, b"ok", True, id="and_the_last_one"),
        pytest.param(CHUNKED + b"1\r\no\r\n1\r\nk\r\n0\r\n\r\n", False, b"ok", False, id="chunks"),
        pytest.param(HEAD + b"\r\nok", True, b"ok", True, id="up_to_the_end"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", False, b"", False, id="no_body"),
    ],
)
def test_a_whole_answer(received, ended, body, closes):
    told = reply(received, ended=ended)

    assert told is not None
    assert (body, closes) == (told.body, told.closes)
    if not ended:
        assert [None] * len(received[:-1]) == [reply(received[:end], ended=False) for end in range(len(received) - 1)]


@pytest.mark.parametrize("received", [b"", HEAD, HEAD + b"content-length: 2\r\n\r\no"])
def test_an_answer_that_ends_early_is_none(received):
    with pytest.raises(ValueError, match="closed"):
        reply(received, ended=True)


def test_a_request_says_who_asks_and_how_long_it_is():
    head, _, body = request("POST", "/api/tasks/", token="t", body={"title": "ä"}).partition(b"\r\n\r\n")

    assert {"title": "ä"} == json.loads(body)
    assert head.startswith(b"POST /api/tasks/ HTTP/1.1\r\n")
    assert b"Authorization: Bearer t" in head
    assert f"Content-Length: {len(body)}".encode() in head
