"""How many failed logins are borne before all further ones of a pair or an address must wait."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

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


OTP_WINDOW: Final = timedelta(hours=1)
"""In which wrong codes are counted: six digits are few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """
    When attempts failed: of the pair of account and network, from the network, at the account from wherever, and those
    of them that failed by a wrong code alone. `at_home`: the account signed in from this network before.
    """

    pair: Sequence[datetime] = ()
    address: Sequence[datetime] = ()
    account: Sequence[datetime] = ()
    codes: Sequence[datetime] = ()
    at_home: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginLimits:
    """
    `per_pair` failures of one account from one address, or `per_address` of one address whatever the account,
    within `window` close the door until fewer lie in the window. Successes neither count nor reset.

    `per_account` failures of one account from many addresses, or `per_codes` wrong codes within an hour, close it as
    well, but not for networks from which the account has signed in: strangers cannot lock the owner out.
    """

    per_pair: int = 5
    per_address: int = 100
    per_account: int = 50
    per_codes: int = 10
    window: timedelta = timedelta(minutes=5)

    def check(self, failures: Failures, *, now: datetime) -> None:
        """
        Refuse an attempt when too many failed before it. Raises TooManyLogins with whole seconds to wait.
        """
        opens = [
            self._opens(failures.pair, self.per_pair, self.window, now),
            self._opens(failures.address, self.per_address, self.window, now),
        ]
        if not failures.at_home:
            opens.append(self._opens(failures.account, self.per_account, self.window, now))
            opens.append(self._opens(failures.codes, self.per_codes, OTP_WINDOW, now))
        if max(opens) > now:
            raise TooManyLogins(max(1, ceil((max(opens) - now).total_seconds())))

    def _opens(self, failures: Sequence[datetime], limit: int, window: timedelta, now: datetime) -> datetime:
        """When fewer than `limit` failures lie in the window; `now` if that is so already."""
        recent = sorted(at for at in failures if at > now - window)
        if len(recent) < limit:
            return now
        return recent[-limit] + window
