"""Who may be dialled: the judgement over a target and the addresses its name has right now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Final

from synergy_webhooks.addresses.networks import Address, Network, blocked, opened
from synergy_webhooks.addresses.urls import Target

PORTS: Final = frozenset({443, 8443})
"""Ports that anyone may name; the allow-list opens others."""


class Forbidden(Exception):
    """Webhooks may not go there; `str()` says why, and what an operator can do."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A `host:port` entry of the allow-list."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetted:
    """A target and the addresses to dial, in the resolver's order. Nothing else may be dialled for it."""

    target: Target
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """
    The rules: blocked networks, ports, https. `networks` and `destinations` open exceptions to all three.

    Plain http goes only where the allow-list opens: a delivery holds other people's work and must not cross the
    internet in clear.
    """

    networks: tuple[Network, ...] = ()
    destinations: frozenset[Destination] = field(default_factory=frozenset)

    @classmethod
    def parse(cls, entries: str) -> "AddressPolicy":
        """
        From `WEBHOOK_ALLOW`: addresses, networks and `host:port` entries, separated by commas.

        Raises ValueError naming the entry that is none of these.
        """
        networks: list[Network] = []
        destinations: set[Destination] = set()
        for entry in filter(None, (text.strip() for text in entries.split(","))):
            try:
                networks.append(ip_network(entry))
            except ValueError:
                destinations.add(_destination(entry))
        return cls(tuple(networks), frozenset(destinations))

    def vet_unresolved(self, target: Target) -> None:
        """
        What can be told of a name that has no address yet: it needs https and an ordinary port, unless it is in the
        allow-list.

        Raises Forbidden.
        """
        if not self._named(target):
            self._require_public_manners(target)

    def vet(self, target: Target, answers: Sequence[str]) -> Vetted:
        """
        Judges every answer of the resolver; one forbidden answer forbids the target.

        Raises Forbidden.
        """
        if not answers:
            raise Forbidden(f"{target.host} has no address.")
        if not self._named(target):
            judged = [ip_address(answer) for answer in answers]
            if not all(opened(address, self.networks) for address in judged):
                self._require_public_manners(target)
                self._require_public(target, judged)
        return Vetted(target=target, addresses=tuple(answers))

    def _named(self, target: Target) -> bool:
        return Destination(target.host, target.port) in self.destinations

    def _require_public_manners(self, target: Target) -> None:
        if target.scheme != "https":
            raise Forbidden("A webhook's URL begins with https://; plain http is for receivers in WEBHOOK_ALLOW.")
        if target.port not in PORTS:
            raise Forbidden(
                f"Webhooks use ports 443 and 8443; {target.host}:{target.port} would have to be in WEBHOOK_ALLOW."
            )

    def _require_public(self, target: Target, addresses: Iterable[Address]) -> None:
        for address in addresses:
            what = blocked(address)
            if what and not opened(address, self.networks):
                raise Forbidden(f"{target.host} leads to a {what} address, where webhooks may not go.")


def _destination(entry: str) -> Destination:
    host, colon, port = entry.rpartition(":")
    if not (colon and host and port.isdecimal() and 0 < int(port) < 65_536):
        raise ValueError(f"WEBHOOK_ALLOW: “{entry}” is no address, network or host:port.")
    return Destination(host.strip("[]").lower().removesuffix("."), int(port))
