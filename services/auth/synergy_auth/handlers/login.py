"""Sign in."""

from typing import Any

from sqlalchemy import Connection, select

from synergy_auth import projections, queries
from synergy_auth.domain.account import Account, unique_key
from synergy_auth.domain.commands import Login
from synergy_auth.domain.errors import WrongCredentials
from synergy_auth.domain.login_limits import LoginLimits
from synergy_auth.handlers.guarding import check_limits, note_failure
from synergy_auth.handlers.sessions import new_session, signed_in
from synergy_auth.hashing import PasswordHashes, account_key
from synergy_auth.tables import users
from synergy_auth.tokens import Tokens
from synergy_chassis.clock import Clock
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
        check_limits(rows, key, command.client, limits, clock.now())
    right = hashes.verify(found.password_hash if found else None, command.password)
    if right and found is not None and hashes.outdated(found.password_hash):
        found = _rehashed(found, command.password, uow=uow, hashes=hashes)
    with uow.writing() as rows:
        now = clock.now()
        if right and found is not None and (still := _still(rows, found)) is not None:
            check_limits(rows, key, command.client, limits, now)
            session = new_session(still, client=command.client, kind="login_success", tokens=tokens, now=now)
            for statement in session.rows:
                rows.execute(statement)
            return signed_in(queries.profile_view(still), session)
    user_id = found.id if found else None
    note_failure("login_failed", key, user_id, command.client, uow=uow, clock=clock, limits=limits)
    raise WrongCredentials


def _still(rows: Connection, found: Account) -> Account | None:
    """The account, if it is active and its password the one checked; it stays so until this transaction ends."""
    rows.execute(select(users.c.id).where(users.c.id == found.id).with_for_update(read=True))
    current = queries.account(rows, found.id)  # only now: under the lock nobody changes it
    if current is None or not current.is_active or current.password_hash != found.password_hash:
        return None
    return current


def _rehashed(found: Account, password: str, *, uow: UnitOfWork, hashes: PasswordHashes) -> Account:
    """The account with its password hashed by today's parameters."""
    fresh = hashes.hash(password)
    with uow.writing() as rows:
        rows.execute(projections.password_rehashed(found.id, old_hash=found.password_hash, new_hash=fresh))
        return queries.account(rows, found.id) or found
