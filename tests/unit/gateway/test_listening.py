"""The socket clients connect to: what a client that never reads may hold, and for how long."""

import socket
import sys
import time

import pytest

from synergy_gateway.listening import UNSENT, listening


def send_on(connection: socket.socket) -> int:
    """Send until it is not taken any more. Tells how much was, and raises what the connection raises."""
    taken = 0
    try:
        while True:
            taken += connection.send(b"x" * 16_384)
    except BlockingIOError:
        return taken


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limits")
def test_a_client_that_takes_nothing_holds_little_and_is_let_go():
    with listening("127.0.0.1", 0, backlog=1, taking=0.4) as listener, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.connect(listener.getsockname())
        listener.setblocking(True)
        connection, _ = listener.accept()
        with connection:
            connection.setblocking(False)
            taken, began = send_on(connection), time.monotonic()

            def go_on() -> None:
                while time.monotonic() < began + 20:
                    send_on(connection)
                    time.sleep(0.02)

            with pytest.raises(TimeoutError):
                go_on()

        assert 0 < taken <= 2 * UNSENT
