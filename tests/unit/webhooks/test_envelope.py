"""The request of an attempt, as it goes out."""

import pytest

from synergy_webhooks.delivery.envelope import request


def test_the_request_is_the_headers_and_exactly_the_body():
    sent = request("/hook?a=b", {"Host": "hooks.example", "X-More": "x"}, "ü\r\n".encode())

    assert (
        b"POST /hook?a=b HTTP/1.1\r\nHost: hooks.example\r\nX-More: x\r\nContent-Length: 4\r\n\r\n\xc3\xbc\r\n" == sent
    )


@pytest.mark.parametrize("value", ["a\r\nX: b", "a\nX: b", "a\rb", "a\x00b", "ü"])
def test_a_header_that_would_say_more_than_itself_is_not_sent(value):
    with pytest.raises(ValueError, match=r"control|ascii"):
        request("/", {"Host": "hooks.example", "traceparent": value}, b"{}")
