"""What anybody may ask for is counted by where it comes from: by lines of the security log, so for all replicas."""

from sqlalchemy import Connection

from synergy_auth import queries
from synergy_auth.domain.commands import Client
from synergy_auth.domain.login_limits import network_of
from synergy_auth.domain.rates import Rate
from synergy_chassis.clock import Clock

REGISTERING = ("registered",)
RESETTING = ("password_reset_asked", "password_reset_ignored")


def check_rate(
    rows: Connection, kinds: tuple[str, ...], client: Client, rate: Rate | None, clock: Clock, *, alone: bool = False
) -> None:
    """
    Refuse what was done too often from the client's network. `alone`: of those who ask at once, one after the other,
    until the transaction ends. Raises TooManyRequests.
    """
    if rate is None:
        return
    network = network_of(client.address)
    if alone:
        queries.one_at_a_time(rows, kinds[0], network)
    now = clock.now()
    rate.check(queries.asked_from(rows, network, kinds, since=now - rate.within, at_most=rate.most), now=now)
