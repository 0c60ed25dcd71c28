"""Set another password."""

from synergy_auth import projections, queries
from synergy_auth.domain import decide
from synergy_auth.domain.account import Account
from synergy_auth.domain.commands import Caller, ChangePassword
from synergy_auth.domain.errors import AccountUnavailable, WrongPassword
from synergy_auth.handlers.guarding import check_limits, note_failure
from synergy_auth.handlers.needs import Needs, opened
from synergy_auth.handlers.securing import secure
from synergy_chassis.store import CommandContext, Writer


def change_password(command: ChangePassword, context: CommandContext, needs: Needs) -> None:
    """
    The new password holds, all other sessions end, personal access tokens are revoked, and the owner is told by mail.

    Raises AccountUnavailable, WrongPassword, PasswordRefused, TooManyLogins (wrong passwords count as failed logins
    do) or SigningInBusy.
    """
    caller = command.caller
    account = present(caller, needs)
    decide.check_new_password(account, command.new_password, rules=needs.rules)
    right = knows_password(account, command.old_password, caller, needs)
    fresh = needs.hashes.hash(command.new_password) if right else ""
    spared = None if caller.personal_token else caller.session_id  # a personal token is revoked with the others
    with opened(caller.user_id, context, needs) as mine:
        if mine.stream.seen is not None:
            return
        if right and mine.account.is_active and mine.account.password_hash == account.password_hash:

            def rows(writer: Writer) -> None:
                writer.execute(projections.password_changed(account.id, new_hash=fresh, at=mine.stream.now))
                secure(mine, writer)
                mine.end_sessions(writer, because="password_change", spared=spared)
                mine.log(writer, "password_change", caller.client, session_id=caller.session_id)

            mine.record(decide.sign_out(mine.account, spared=spared), rows)
            return
    wrong_password(account, caller, needs)
    raise WrongPassword("/old_password")


def present(caller: Caller, needs: Needs) -> Account:
    """The caller's account. Raises AccountUnavailable."""
    with needs.uow.reading() as rows:
        account = queries.account(rows, caller.user_id)
    if account is None or not account.is_active:
        raise AccountUnavailable
    return account


def knows_password(account: Account, password: str, caller: Caller, needs: Needs) -> bool:
    """Whether this is the account's password. Raises TooManyLogins, before the work, or SigningInBusy."""
    with needs.uow.reading() as rows:
        check_limits(rows, f"user:{account.id}", caller.client, needs.limits, needs.clock.now())
    return needs.hashes.verify(account.password_hash, password)


def wrong_password(account: Account, caller: Caller, needs: Needs) -> None:
    """Count the wrong password of somebody who is signed in. Raises TooManyLogins."""
    note_failure(
        "password_check_failed", f"user:{account.id}", account.id, caller.client,
        uow=needs.uow, clock=needs.clock, limits=needs.limits,
    )  # fmt: skip
