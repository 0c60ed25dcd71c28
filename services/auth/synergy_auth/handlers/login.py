"""Sign in."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from synergy_auth import projections, queries
from synergy_auth.domain.account import Account, unique_key
from synergy_auth.domain.commands import Client, Login
from synergy_auth.domain.errors import WrongCredentials
from synergy_auth.domain.login_limits import LoginLimits, network_of
from synergy_auth.handlers.sessions import new_session, signed_in
from synergy_auth.hashing import PasswordHashes, account_key
from synergy_auth.tables import users
from synergy_auth.tokens import Tokens
from synergy_chassis.clock import Clock, new_id
from synergy_chassis.store import UnitOfWork


def login(
    command: Login,
    *,
    uow: UnitOfWork,
    clock: Clock,
    hashes: PasswordHashes,
    tokens: Tokens,
    limits: LoginLimits,
    secret_key: str,
) -> dict[str, Any]:
    """
    A fresh session for the right password.

    The limits are checked before the hash, to save the work, and again with the outcome: of logins that run at once,
    no more than the limit fail with 401, and none succeeds after it. Unknown names take the same steps as known ones.
    Raises WrongCredentials, TooManyLogins or SigningInBusy.
    """
    tokens.look_up_keys()
    with uow.reading() as rows:
        found = queries.account_named(rows, command.name)
        key = account_key(found.id if found else None, unique_key(command.name), secret_key=secret_key)
        _check(rows, key, command.client, limits, clock.now())
    right = hashes.verify(found.password_hash if found else None, command.password)
    if right and found is not None and hashes.outdated(found.password_hash):
        found = _rehashed(found, command.password, uow=uow, hashes=hashes)
    with uow.writing() as rows:
        now = clock.now()
        if right and found is not None and _still(rows, found):
            _check(rows, key, command.client, limits, now)
            session = new_session(
                user_id=found.id, superuser=found.is_superuser, client=command.client, kind="login_success",
                tokens=tokens, now=now,
            )  # fmt: skip
            for statement in session.rows:
                rows.execute(statement)
            return signed_in(queries.profile_view(found), session)
        _one_failure_at_a_time(rows, command.client)
        now = clock.now()
        _check(rows, key, command.client, limits, now)
        rows.execute(
            projections.security_event(
                new_id(), "login_failed", at=now, account_key=key, user_id=found.id if found else None,
                address=command.client.address, user_agent=command.client.user_agent,
            )
        )  # fmt: skip
    raise WrongCredentials


def _check(rows: Connection, key: str, client: Client, limits: LoginLimits, now: datetime) -> None:
    failures = queries.login_failures(
        rows,
        network_of(client.address),
        key,
        since=now - limits.window,
        at_most=max(limits.per_address, limits.per_pair),
    )
    limits.check(pair=failures.pair, address=failures.address, now=now)


def _one_failure_at_a_time(rows: Connection, client: Client) -> None:
    rows.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"login_failed {network_of(client.address)}", 1)))
    )


def _still(rows: Connection, found: Account) -> bool:
    """Whether the account is active and its password the one checked; it stays so until this transaction ends."""
    current = select(users.c.password_hash, users.c.is_active).where(users.c.id == found.id).with_for_update(read=True)
    row = rows.execute(current).one_or_none()
    return row is not None and row.is_active and row.password_hash == found.password_hash


def _rehashed(found: Account, password: str, *, uow: UnitOfWork, hashes: PasswordHashes) -> Account:
    """The account with its password hashed by today's parameters."""
    fresh = hashes.hash(password)
    with uow.writing() as rows:
        rows.execute(projections.password_rehashed(found.id, old_hash=found.password_hash, new_hash=fresh))
        return queries.account(rows, found.id) or found
