"""
The networks that no webhook enters unless it is told to, by IANA's special-purpose registries.

The standard library's `is_global` is not enough: it says True for 192.0.0.8, 192.88.99.1, 224.0.0.1, ::7f00:1,
64:ff9b::7f00:1, 2002:7f00:1::1, 3fff::1, 5f00::1, fec0::1 and ff02::1.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

NEVER_BY_A_WIDER_NETWORK: Final[dict[Network, str]] = {
    ip_network("0.0.0.0/8"): "this network",
    ip_network("127.0.0.0/8"): "loopback",
    ip_network("169.254.0.0/16"): "link-local and metadata",
    ip_network("224.0.0.0/4"): "multicast",
    ip_network("240.0.0.0/4"): "reserved",
    ip_network("::/8"): "loopback, mapped and translated addresses",
    ip_network("fe80::/10"): "link-local",
    ip_network("ff00::/8"): "multicast",
    ip_network("fd00:ec2::254/128"): "metadata",
}
"""Blocked, and opened only by an entry that lies within them: allowing 0.0.0.0/0 does not allow loopback."""

PRIVATE_AND_SPECIAL: Final[dict[Network, str]] = {
    ip_network("10.0.0.0/8"): "private",
    ip_network("100.64.0.0/10"): "carrier-grade NAT",
    ip_network("172.16.0.0/12"): "private",
    ip_network("192.0.0.0/24"): "protocol assignments",
    ip_network("192.0.2.0/24"): "documentation",
    ip_network("192.88.99.0/24"): "6to4 relay",
    ip_network("192.168.0.0/16"): "private",
    ip_network("198.18.0.0/15"): "benchmarking",
    ip_network("198.51.100.0/24"): "documentation",
    ip_network("203.0.113.0/24"): "documentation",
    ip_network("64:ff9b::/96"): "NAT64",
    ip_network("64:ff9b:1::/48"): "NAT64",
    ip_network("100::/64"): "discard",
    ip_network("2001::/32"): "Teredo",
    ip_network("2001:db8::/32"): "documentation",
    ip_network("2002::/16"): "6to4",
    ip_network("3fff::/20"): "documentation",
    ip_network("5f00::/16"): "segment routing",
    ip_network("fc00::/7"): "unique local",
    ip_network("fec0::/10"): "site-local",
}
"""Blocked, and opened by any entry that contains the address."""


@lru_cache(maxsize=4_096)
def blocked(address: Address) -> str | None:
    """What the address is (`loopback`, `private` …) if webhooks may not go there, else None."""
    return next((what for network, what in _ALL.items() if address in network), None)


@lru_cache(maxsize=4_096)
def opened(address: Address, allowed: tuple[Network, ...]) -> bool:
    """Whether an entry of the allow-list opens the address."""
    guarded = [network for network in NEVER_BY_A_WIDER_NETWORK if address in network]
    return any(address in entry and all(_within(entry, network) for network in guarded) for entry in allowed)


def _within(entry: Network, network: Network) -> bool:
    if isinstance(entry, IPv4Network):
        return isinstance(network, IPv4Network) and entry.subnet_of(network)
    return isinstance(network, IPv6Network) and entry.subnet_of(network)


_ALL: Final = NEVER_BY_A_WIDER_NETWORK | PRIVATE_AND_SPECIAL
