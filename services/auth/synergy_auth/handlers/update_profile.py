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
    confirmed by what is sent there; the present one is told.

    Raises AccountUnavailable, InvalidField, UsernameTaken, EmailTaken; for another address also PasswordRequired,
    WrongPassword, TooManyLogins, TooManyMails or SigningInBusy. The address that waits already is sent nothing again.
    """
    checked = _checked(command, needs)
    try:
        with opened(command.user_id, context, needs) as mine:
            profile = decide.changed_profile(mine.account, command, rules=needs.rules)
            moves = profile.email != mine.account.profile.email
            if mine.stream.seen is None and profile != mine.account.profile:
                if moves and (checked is None or checked.password_hash != mine.account.password_hash):
                    raise PasswordRequired
                refuse_taken(mine.stream.rows, profile, apart_from=mine.account.id)
                _change(mine, profile, command)
    except RowConflict as conflict:
        raise taken_by(conflict) from conflict
    with needs.uow.reading() as rows:
        return queries.read_profile(rows, command.user_id)


def _checked(command: UpdateProfile, needs: Needs) -> Account | None:
    """The account whose password the caller gave, if it is needed: for another address."""
    if "email" not in command.changes:
        return None
    caller = Caller(user_id=command.user_id, session_id=None, client=command.client)
    account = present(caller, needs)
    profile = decide.changed_profile(account, command, rules=needs.rules)
    if profile.email == account.profile.email:
        return None
    with needs.uow.reading() as rows:
        refuse_taken(rows, profile, apart_from=account.id)
    if command.old_password is None:
        raise PasswordRequired
    if not knows_password(account, command.old_password, caller, needs):
        wrong_password(account, caller, needs)
        raise WrongPassword("/old_password")
    return account


def _change(mine: Opened, profile: Profile, command: UpdateProfile) -> None:
    account, now = mine.account, mine.stream.now
    at_once = replace(profile, email=account.profile.email)
    if at_once != profile:
        mine.needs.rules.check_profile(at_once)  # a name with an @ is the address that counts, not one that may come

    asks = profile.email != account.profile.email and _may_ask(mine, profile.email)

    def rows(writer: Writer) -> None:
        if at_once != account.profile:
            writer.execute(projections.profile_changed(account.id, at_once, at=now))
        if asks:
            writer.execute(links.links_cancelled(account.id, [CONFIRM]))
            for statement in mailed_link(
                CONFIRM, mine.needs, user_id=account.id, email=profile.email, to=profile.email, at=now
            ):
                writer.execute(statement)
            told = projections.mail_noted(
                "email_change_asked", at=now, user_id=account.id, address=account.profile.email
            )
            writer.execute(told)
            mine.log(writer, "email_change_asked", command.client)

    mine.record(decide.update_profile(account, at_once), rows)


def _may_ask(mine: Opened, email: str) -> bool:
    """Whether a mail goes to the address: not while one is under way. Raises TooManyMails."""
    reading, now = mine.stream.rows, mine.stream.now
    asked = queries.addresses_asked(reading, mine.account.id, since=now - CHANGES_WITHIN)
    if asked and queries.pending_email(reading, mine.account) == email:
        return False
    if asked >= MOST_CHANGES:
        raise TooManyMails
    return True
