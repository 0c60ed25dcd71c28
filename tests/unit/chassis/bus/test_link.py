"""What a connection hands to the network."""

import pytest
from pika import BasicProperties, spec

from synergy_chassis.bus.asyncio_link import Whole


@pytest.mark.parametrize("body", [b"", b"x", b"x" * 250])
def test_a_message_goes_out_in_one_piece(monkeypatch: pytest.MonkeyPatch, body: bytes):
    sent: list[bytes] = []
    connection = object.__new__(Whole)
    connection.bytes_sent = connection.frames_sent = 0
    connection._body_max_length = 100
    monkeypatch.setattr(connection, "_adapter_emit_data", sent.append)

    connection._send_message(1, spec.Basic.Publish(exchange="to", routing_key="key"), (BasicProperties(), body))

    (whole,) = sent
    assert 2 + -(-len(body) // 100) == whole.count(bytes([spec.FRAME_END]))
    assert len(whole) == connection.bytes_sent
