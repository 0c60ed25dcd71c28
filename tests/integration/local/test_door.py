"""An address that cannot be listened on is told with its reason and what to choose instead."""

import errno
import os
import socket
from collections.abc import Iterator

import pytest

from synergy_local.door import reason, require_door
from synergy_local.ports import free_ports
from synergy_local.trouble import Trouble


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_a_free_port_is_taken_and_given_back(host):
    (port,) = free_ports(1)

    for _ in range(2):
        require_door(host, port)


def test_a_taken_port_is_told_with_another_one(taken):
    with pytest.raises(Trouble, match=rf"^Port {taken} on 127.0.0.1 is taken by another program.* PORT={taken + 1}$"):
        require_door("127.0.0.1", taken)


def test_an_address_of_another_machine_is_told():
    with pytest.raises(Trouble, match=r"^192\.0\.2\.1 is not an address of this machine\. Set HOST to 127\.0\.0\.1"):
        require_door("192.0.2.1", 8000)  # RFC 5737: nobody's


@pytest.mark.parametrize("host", ["fe80::1%no-such-link", "x" * 64, "a..b"])
def test_a_name_that_means_nothing_is_told(host):
    with pytest.raises(Trouble, match=r" is no address and no name that this machine knows\. Set HOST to 127\.0\.0\.1"):
        require_door(host, 8000)


@pytest.mark.parametrize(
    ("number", "port", "sentence"),
    [
        pytest.param(
            errno.EADDRINUSE, 8000, "Port 8000 on h is taken by another program. "
            "Choose another one: make run PORT=8001",
            id="taken",
        ),
        pytest.param(
            errno.EADDRINUSE, 65535, "Port 65535 on h is taken by another program. "
            "Choose another one: make run PORT=8000",
            id="the_last_one_taken",
        ),
        pytest.param(
            errno.EACCES, 80, "You may not listen on port 80: low ports need a right that you lack here. "
            "Choose a higher one: make run PORT=8080",
            id="a_low_port",
        ),
        pytest.param(
            errno.EADDRNOTAVAIL, 8000, "h is not an address of this machine. "
            "Set HOST to 127.0.0.1 for this machine alone, 0.0.0.0 for all its addresses.",
            id="an_address_of_another_machine",
        ),
        pytest.param(
            errno.EAFNOSUPPORT, 8000, "h is not an address of this machine. "
            "Set HOST to 127.0.0.1 for this machine alone, 0.0.0.0 for all its addresses.",
            id="no_ipv6_here",
        ),
        pytest.param(
            errno.ENOBUFS, 8000, "Nothing can listen on port 8000 of h: No buffer space available. Set PORT or HOST.",
            id="anything_else",
        ),
    ],
)  # fmt: skip
def test_each_reason_has_its_sentence(number, port, sentence):
    assert sentence == reason(OSError(number, os.strerror(number)), "h", port)
