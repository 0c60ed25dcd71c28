"""Where a request comes from, and whose word is taken for it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from synergy_gateway.settings import Network

LONGEST_CHAIN = 32
"""Entries of X-Forwarded-For that are looked at, from the right."""


def client_address(peer: str | None, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str | None:
    """
    The address of the client. X-Forwarded-For is read from the right, and only as far as the proxies before
    are trusted: the first address that is not a trusted proxy's is the client's. A proxy that writes something
    else than addresses is where the trail ends.
    """
    address = _address(peer or "") if trusted else None
    if address is None:
        return peer
    chain = [part for line in forwarded_for for part in line.split(",")][-LONGEST_CHAIN:]
    for entry in reversed(chain):
        if not _is_trusted(address, trusted):
            break
        before = _address(entry.strip())
        if before is None:
            break
        address = before
    return str(address)


def network_of(address: str | None) -> str:
    """Whom an address stands for where something is counted: of an IPv6 address its /64 network, one subscriber's."""
    parsed = _address((address or "").partition("%")[0])
    if parsed is None:
        return address or ""
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_trusted(address: IPv4Address | IPv6Address, trusted: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in trusted)
