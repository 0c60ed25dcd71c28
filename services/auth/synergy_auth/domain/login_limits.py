"""How many failed logins are borne before all further ones of a pair or an address must wait."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from synergy_auth.domain.errors import TooManyLogins


def network_of(address: str) -> str:
    """
    Whom an address stands for when failures are counted: an IPv4 address itself, of an IPv6 address its /64 network,
    because one subscriber is given all of it (RFC 6177). What is no address stands for itself.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginLimits:
    """
    `per_pair` failures of one account from one address, or `per_address` of one address whatever the account,
    within `window` close the door until fewer lie in the window. Successes neither count nor reset.
    """

    per_pair: int = 5
    per_address: int = 100
    window: timedelta = timedelta(minutes=5)

    def check(self, *, pair: Sequence[datetime], address: Sequence[datetime], now: datetime) -> None:
        """
        Refuse a login when too many failed before it.

        `pair` and `address` are the times of failures, in any order. Raises TooManyLogins with whole seconds to wait.
        """
        opens = max(self._opens(pair, self.per_pair, now), self._opens(address, self.per_address, now))
        if opens > now:
            raise TooManyLogins(max(1, ceil((opens - now).total_seconds())))

    def _opens(self, failures: Sequence[datetime], limit: int, now: datetime) -> datetime:
        """When fewer than `limit` failures lie in the window; `now` if that is so already."""
        recent = sorted(at for at in failures if at > now - self.window)
        if len(recent) < limit:
            return now
        return recent[-limit] + self.window
