"""Guessing is counted: failures are lines of the security log, so the count holds for all replicas."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from synergy_auth import projections, queries
from synergy_auth.domain.commands import Client
from synergy_auth.domain.login_limits import OTP_WINDOW, LoginLimits, network_of
from synergy_chassis.clock import Clock, new_id
from synergy_chassis.store import UnitOfWork


def check_limits(rows: Connection, key: str, client: Client, limits: LoginLimits, now: datetime) -> None:
    """Refuse where too many attempts at the account `key`, or from the client's network, failed. TooManyLogins."""
    failures = queries.login_failures(
        rows,
        network_of(client.address),
        key,
        since=now - limits.window,
        codes_since=now - OTP_WINDOW,
        at_most=max(limits.per_address, limits.per_pair, limits.per_account, limits.per_codes),
    )
    limits.check(failures, now=now)


def note_failure(
    kind: str, key: str, user_id: int | None, client: Client, *, uow: UnitOfWork, clock: Clock, limits: LoginLimits
) -> None:
    """
    Count a failure, one at a time from a network and at an account: of those that come at once, the limit holds.

    Raises TooManyLogins.
    """
    with uow.writing() as rows:
        network = network_of(client.address)
        for counted in (network, key):  # always in this order: whoever waits for the account holds no other network
            rows.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"login_failed {counted}", 1))))
        now = clock.now()
        check_limits(rows, key, client, limits, now)
        rows.execute(
            projections.security_event(
                new_id(), kind, at=now, account_key=key, user_id=user_id, address=client.address,
                user_agent=client.user_agent,
            )
        )  # fmt: skip
