"""Change the own profile."""

from dataclasses import replace
from typing import Any

from synergy_auth import projections, queries
from synergy_auth.domain import decide
from synergy_auth.domain.account import Account, Profile
from synergy_auth.domain.commands import Caller, UpdateProfile
from synergy_auth.domain.errors import PasswordRequired, TooManyMails, WrongPassword
from synergy_auth.domain.links import CHANGES_WITHIN, CONFIRM, MOST_CHANGES
from synergy_auth.handlers.change_password import knows_password, present, wrong_password
from synergy_auth.handlers.links import mailed_link
from synergy_auth.handlers.needs import Needs, Opened, opened
from synergy_auth.handlers.uniqueness import refuse_taken, taken_by
from synergy_auth.projections import links
from synergy_chassis.store import CommandContext, RowConflict, Writer


def update_profile(command: UpdateProfile, context: CommandContext, needs: Needs) -> dict[str, Any]:
    """
    The profile after the change. Nothing is written where nothing changes. Another address takes effect when it is
    confirmed by what is sent there; the present one is told. Asked for again, a new link is sent, and the old one works
    no more; with the password also to the present address while it is not confirmed.

    Raises AccountUnavailable, PreconditionFailed, InvalidField, UsernameTaken, EmailTaken; for another address also
    PasswordRequired, WrongPassword, TooManyLogins, TooManyMails or SigningInBusy.
    """
    checked = _checked(command, needs)
    try:
        with opened(command.user_id, context, needs) as mine:
            if mine.stream.seen is None:
                decide.unchanged(mine.account, command)
            profile = decide.changed_profile(mine.account, command, rules=needs.rules)
            asks = _asks_for_link(mine.account, command)
            if mine.stream.seen is None and (asks or profile != mine.account.profile):
                if asks and (checked is None or checked.password_hash != mine.account.password_hash):
                    raise PasswordRequired
                refuse_taken(mine.stream.rows, profile, apart_from=mine.account.id)
                _change(mine, profile, command, asks=asks)
    except RowConflict as conflict:
        raise taken_by(conflict) from conflict
    with needs.uow.reading() as rows:
        return queries.read_profile(rows, command.user_id, now=needs.clock.now())


def _asks_for_link(account: Account, command: UpdateProfile) -> bool:
    """Whether a mail is to confirm an address: another one, or, once more, the own one, which the password tells."""
    email = command.changes.get("email", account.profile.email)
    if email != account.profile.email:
        return True
    return "email" in command.changes and command.old_password is not None and account.email_confirmed_at is None


def _checked(command: UpdateProfile, needs: Needs) -> Account | None:
    """The account whose password the caller gave, if it is needed: for a mail to an address."""
    if "email" not in command.changes:
        return None
    caller = Caller(user_id=command.user_id, session_id=None, client=command.client)
    account = present(caller, needs)
    profile = decide.changed_profile(account, command, rules=needs.rules)
    if not _asks_for_link(account, command):
        return None
    with needs.uow.reading() as rows:
        refuse_taken(rows, profile, apart_from=account.id)
    if command.old_password is None:
        raise PasswordRequired
    if not knows_password(account, command.old_password, caller, needs):
        wrong_password(account, caller, needs)
        raise WrongPassword("/old_password")
    return account


def _change(mine: Opened, profile: Profile, command: UpdateProfile, *, asks: bool) -> None:
    account, now, moves = mine.account, mine.stream.now, profile.email != mine.account.profile.email
    at_once = replace(profile, email=account.profile.email)
    if at_once != profile:
        mine.needs.rules.check_profile(at_once)  # a name with an @ is the address that counts, not one that may come
    if asks and queries.addresses_asked(mine.stream.rows, account.id, since=now - CHANGES_WITHIN) >= MOST_CHANGES:
        raise TooManyMails

    def rows(writer: Writer) -> None:
        if at_once != account.profile:
            writer.execute(projections.profile_changed(account.id, at_once, at=now))
        if not asks:
            return
        writer.execute(links.links_cancelled(account.id, [CONFIRM]))
        for statement in mailed_link(
            CONFIRM, mine.needs, user_id=account.id, email=profile.email, to=profile.email, at=now
        ):
            writer.execute(statement)
        mine.log(writer, "email_change_asked" if moves else "email_confirmation_asked", command.client)
        if moves:
            old = account.profile.email
            writer.execute(projections.mail_noted("email_change_asked", at=now, user_id=account.id, address=old))

    mine.record(decide.update_profile(account, at_once), rows)
