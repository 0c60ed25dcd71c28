"""Whose word is taken for where a request comes from."""

from ipaddress import ip_network

import pytest

from synergy_gateway.addresses import client_address, network_of
from synergy_gateway.settings import Settings

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        pytest.param("203.0.113.9", ["1.2.3.4"], "203.0.113.9", id="a_stranger_is_not_believed"),
        pytest.param("10.0.0.1", [], "10.0.0.1", id="the_proxy_itself"),
        pytest.param("10.0.0.1", ["198.51.100.7"], "198.51.100.7", id="behind_one_proxy"),
        pytest.param("10.0.0.1", ["198.51.100.7, 10.0.0.2"], "198.51.100.7", id="behind_two"),
        pytest.param("10.0.0.1", ["6.6.6.6, 198.51.100.7"], "198.51.100.7", id="what_the_client_wrote_itself"),
        pytest.param("10.0.0.1", ["6.6.6.6", "198.51.100.7"], "198.51.100.7", id="two_headers"),
        pytest.param("10.0.0.1", ["rubbish"], "10.0.0.1", id="no_address"),
        pytest.param("10.0.0.1", ["198.51.100.7, rubbish"], "10.0.0.1", id="the_trail_ends_at_rubbish"),
        pytest.param("10.0.0.1", [",".join(["10.0.0.2"] * 99)], "10.0.0.2", id="a_long_chain"),
        pytest.param("fd00::1", ["2001:db8::7"], "2001:db8::7", id="ipv6"),
        pytest.param("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7", id="ipv4_in_ipv6"),
        pytest.param(None, ["1.2.3.4"], None, id="a_socket_without_address"),
    ],
)
def test_forwarded_addresses_are_believed_as_far_as_proxies_are(peer, forwarded, address):
    assert address == client_address(peer, forwarded, PROXIES)


def test_by_default_no_proxy_is_trusted():
    settings = Settings.from_env({"GATEWAY_AMQP_URL": "a", "REDIS_URL": "r"})

    assert settings.trusted_proxies == ()
    assert client_address("10.0.0.1", ["1.2.3.4"], settings.trusted_proxies) == "10.0.0.1"


def test_an_ipv6_subscriber_is_one_however_many_addresses():
    assert "2001:db8:1:2::/64" == network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::9")
    assert ("203.0.113.5", "203.0.113.5", "") == tuple(map(network_of, ("203.0.113.5", "::ffff:203.0.113.5", None)))
