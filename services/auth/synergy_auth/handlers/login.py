"""Sign in."""

from typing import Any

from sqlalchemy import Connection, Executable

from synergy_auth import projections, queries
from synergy_auth.domain.account import Account, unique_key
from synergy_auth.domain.commands import Login
from synergy_auth.domain.errors import OtpRefused, OtpRequired, WrongCredentials
from synergy_auth.handlers.guarding import check_limits, note_failure
from synergy_auth.handlers.needs import Needs
from synergy_auth.handlers.one_time import spending
from synergy_auth.handlers.sessions import new_session, signed_in
from synergy_auth.hashing import account_key
from synergy_chassis.clock import new_id


def login(command: Login, needs: Needs) -> dict[str, Any]:
    """
    A fresh session for the right password, with the right code where the account has a second factor.

    The limits are checked before the hash, to save the work, and again with the outcome: of logins that run at once,
    no more than the limit fail with 401, and none succeeds after it. Unknown names take the same steps as known ones,
    and so do disabled accounts, whatever the password.
    Raises WrongCredentials, OtpRequired, OtpRefused, TooManyLogins or SigningInBusy.
    """
    hashes = needs.hashes
    needs.tokens.look_up_keys()
    with needs.uow.reading() as rows:
        found = queries.account_named(rows, command.name)
        key = account_key(found.id if found else None, unique_key(command.name), secret_key=needs.secret_key)
        check_limits(rows, key, command.client, needs.limits, needs.clock.now())
    right = hashes.verify(found.password_hash if found and found.is_active else None, command.password)
    if right and found is not None and hashes.outdated(found.password_hash):
        found = _rehashed(found, command.password, needs)
    failed = "login_failed"
    with needs.uow.writing() as rows:
        if right and found is not None and (still := _still(rows, found)) is not None:
            check_limits(rows, key, command.client, needs.limits, needs.clock.now())
            wrong = _second_factor(rows, still, command, needs)
            if wrong is None:
                now = needs.clock.now()
                session = new_session(still, client=command.client, kind="login_success", tokens=needs.tokens, now=now)
                for statement in session.rows:
                    rows.execute(statement)
                pending = queries.pending_email(rows, still, now=now)
                return signed_in(queries.profile_view(still, pending_email=pending), session)
            failed = wrong
            if failed == "otp_required":
                rows.execute(_asked_for_code(still, command, needs))
    if failed == "otp_required":
        raise OtpRequired
    user_id = found.id if found else None
    note_failure(failed, key, user_id, command.client, uow=needs.uow, clock=needs.clock, limits=needs.limits)
    raise OtpRefused if failed == "otp_failed" else WrongCredentials


def _second_factor(rows: Connection, account: Account, command: Login, needs: Needs) -> str | None:
    """What is wrong with the code (`otp_required`: none was sent). None: it is right, and spent now, or not needed."""
    factor = queries.second_factor(rows, account.id, lock=True)
    if factor is None or not factor.confirmed:
        return None
    if not command.otp:
        return "otp_required"
    spent = spending(rows, account.id, command.otp, factor, needs, now=needs.clock.now())
    if spent is None:
        return "otp_failed"
    rows.execute(spent)
    return None


def _asked_for_code(account: Account, command: Login, needs: Needs) -> Executable:
    """Somebody knows the password: the owner sees it. No failure that counts, for the owner signs in like this, too."""
    return projections.security_event(
        new_id(), "otp_required", at=needs.clock.now(), account_key=f"user:{account.id}", user_id=account.id,
        address=command.client.address, user_agent=command.client.user_agent,
    )  # fmt: skip


def _still(rows: Connection, found: Account) -> Account | None:
    """The account, if it is active and its password the one checked; it stays so until this transaction ends."""
    current = queries.account(rows, found.id, lock=True)
    if current is None or not current.is_active or current.password_hash != found.password_hash:
        return None
    return current


def _rehashed(found: Account, password: str, needs: Needs) -> Account:
    """The account with its password hashed by today's parameters."""
    fresh = needs.hashes.hash(password)
    with needs.uow.writing() as rows:
        rows.execute(projections.password_rehashed(found.id, old_hash=found.password_hash, new_hash=fresh))
        return queries.account(rows, found.id) or found
