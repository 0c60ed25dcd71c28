"""Disable and enable accounts, make and unmake superusers, remove lost second factors."""

from typing import Any

from synergy_auth import projections, queries
from synergy_auth.domain import decide
from synergy_auth.domain.account import Account
from synergy_auth.domain.commands import UpdateUser
from synergy_auth.domain.errors import UserNotFound
from synergy_auth.domain.links import CONFIRM, RESET
from synergy_auth.handlers.needs import Needs, Opened, opened
from synergy_auth.projections import credentials, links
from synergy_chassis.store import CommandContext, Writer


def update_user(command: UpdateUser, context: CommandContext, needs: Needs) -> dict[str, Any]:
    """
    The account as it is then. Whoever is disabled is signed out everywhere, and neither personal access tokens nor
    links in mails work again when the account is enabled; with other rights, access tokens of the old ones are
    refused, and refreshing gives new ones. Whose second factor is removed, signs in with the password alone, and is
    told.

    Raises AccountUnavailable, SuperuserRequired, UserNotFound or LastSuperuser.
    """
    caller = command.caller
    with needs.uow.reading() as rows:
        queries.require_superuser(rows, caller.user_id)
    with opened(command.user_id, context, needs, missing=UserNotFound) as theirs:
        if theirs.stream.seen is None:
            others = queries.other_superusers(theirs.stream.rows, command.user_id)
            queries.require_superuser(theirs.stream.rows, caller.user_id)  # only now: nobody is unmade meanwhile
            _change(theirs, command, others=others)
    with needs.uow.reading() as rows:
        changed = queries.account(rows, command.user_id)
    if changed is None:
        raise UserNotFound
    return queries.user_view(changed)


def _change(theirs: Opened, command: UpdateUser, *, others: int) -> None:
    before = theirs.account
    after, events = decide.update_user(before, command.changes, others=others)
    factor = queries.second_factor(theirs.stream.rows, before.id) if "second_factor" in command.changes else None
    if not events and factor is None:
        return

    def rows(writer: Writer) -> None:
        # The account's row before its second factor, as whoever signs in locks them: nobody waits in a circle.
        if events:
            _write_rights(theirs, writer, command, after)
        if factor is not None:
            _remove_second_factor(theirs, writer, command, told=factor.confirmed)

    theirs.record(events, rows)


def _write_rights(theirs: Opened, writer: Writer, command: UpdateUser, after: Account) -> None:
    before, now = theirs.account, theirs.stream.now
    writer.execute(
        projections.rights_changed(before.id, is_active=after.is_active, is_superuser=after.is_superuser, at=now)
    )
    if after.is_active:
        theirs.call_in_tokens(writer, spared=None)
    else:
        theirs.end_sessions(writer, because="disabled", spared=None)
        writer.execute(credentials.personal_tokens_revoked(before.id, at=now))
        writer.execute(links.links_cancelled(before.id, [RESET, CONFIRM]))
    for kind in _told(before.is_active, after.is_active, "user_enabled", "user_disabled"):
        theirs.log(writer, kind, command.caller.client, actor_id=command.caller.user_id)
    for kind in _told(before.is_superuser, after.is_superuser, "superuser_made", "superuser_unmade"):
        theirs.log(writer, kind, command.caller.client, actor_id=command.caller.user_id)


def _remove_second_factor(theirs: Opened, writer: Writer, command: UpdateUser, *, told: bool) -> None:
    writer.execute(credentials.second_factor_removed(theirs.account.id))
    writer.execute(credentials.recovery_codes_removed(theirs.account.id))
    if told:
        theirs.log(writer, "second_factor_off", command.caller.client, actor_id=command.caller.user_id)
        writer.execute(projections.mail_noted("second_factor_off", at=theirs.stream.now, user_id=theirs.account.id))


def _told(before: bool, after: bool, became: str, ceased: str) -> list[str]:
    if before == after:
        return []
    return [became if after else ceased]
