"""Set a new password with a mail, and confirm an address with one."""

from dataclasses import replace

from synergy_auth import projections, queries
from synergy_auth.domain import decide
from synergy_auth.domain.account import unique_key
from synergy_auth.domain.commands import AskReset, ConfirmEmail, ResetPassword
from synergy_auth.domain.errors import LinkInvalid
from synergy_auth.domain.links import CONFIRM, MOST_RESETS, RESET, RESETS_WITHIN, used
from synergy_auth.handlers.asking import RESETTING, check_rate
from synergy_auth.handlers.links import mailed_link
from synergy_auth.handlers.needs import Needs, Opened, opened
from synergy_auth.handlers.securing import secure
from synergy_auth.handlers.uniqueness import refuse_taken, taken_by
from synergy_auth.hashing import account_key, token_digest
from synergy_auth.projections import links
from synergy_chassis.clock import new_id
from synergy_chassis.store import CommandContext, RowConflict, Writer


def ask_reset(command: AskReset, needs: Needs) -> None:
    """
    Send a mail with which a new password can be set, where there is such an account. Nobody learns whether there is:
    the same is written, and nothing is sent, for an address of nobody's, a disabled account, and one that had enough
    mails lately. Only mails that are sent count, so that nobody can ask for so many that the owner gets none.

    Raises TooManyRequests, whoever is meant.
    """
    with needs.uow.reading() as rows:
        found = queries.account_named(rows, command.email)
    key = account_key(found.id if found else None, unique_key(command.email), secret_key=needs.secret_key)
    with needs.uow.writing() as rows:
        check_rate(rows, RESETTING, command.client, needs.asking, needs.clock, alone=True)
        now = needs.clock.now()
        often = queries.resets_asked(rows, key, since=now - RESETS_WITHIN) >= MOST_RESETS
        kind = "password_reset_ignored" if often else "password_reset_asked"
        meant = found.id if found is not None and found.is_active and not often else None
        rows.execute(links.links_forgotten(at=now))
        rows.execute(
            projections.security_event(
                new_id(), kind, at=now, account_key=key, user_id=found.id if found else None,
                address=command.client.address, user_agent=command.client.user_agent,
            )
        )  # fmt: skip
        for statement in mailed_link(RESET, needs, user_id=meant, email=command.email, to=None, at=now):
            rows.execute(statement)


def reset_password(command: ResetPassword, context: CommandContext, needs: Needs) -> None:
    """
    The new password holds; all sessions end, personal access tokens are revoked, other such mails work no more, and
    the owner is told. A second factor stays. Raises LinkInvalid, PasswordRefused or SigningInBusy.
    """
    digest = token_digest(command.token)
    with needs.uow.reading() as rows:
        user_id = used(queries.link(rows, digest), kind=RESET, now=needs.clock.now())
        account = queries.account(rows, user_id)
    if account is None:
        raise LinkInvalid
    decide.check_new_password(account, command.new_password, rules=needs.rules)
    fresh = needs.hashes.hash(command.new_password)
    with opened(user_id, context, needs, missing=LinkInvalid) as mine:
        now = mine.stream.now
        link = queries.link(mine.stream.rows, digest)
        used(link, kind=RESET, now=now)
        if not mine.account.is_active:
            raise LinkInvalid
        email = mine.account.profile.email
        read = link is not None and unique_key(link.email or "") == unique_key(email)

        def rows_of(writer: Writer) -> None:
            if read and mine.account.email_confirmed_at is None:
                writer.execute(links.email_confirmed(user_id, email, at=now))
            writer.execute(projections.password_changed(user_id, new_hash=fresh, at=now))
            secure(mine, writer)
            mine.end_sessions(writer, because="password_reset", spared=None)
            mine.log(writer, "password_reset", command.client)

        mine.record(decide.sign_out(mine.account, spared=None), rows_of)


def confirm_email(command: ConfirmEmail, context: CommandContext, needs: Needs) -> None:
    """
    The address is confirmed; a new one takes the place of the old, which is told. Raises LinkInvalid, EmailTaken, or
    InvalidField where the user name is the old address.
    """
    digest = token_digest(command.token)
    with needs.uow.reading() as rows:
        user_id = used(queries.link(rows, digest), kind=CONFIRM, now=needs.clock.now())
    try:
        with opened(user_id, context, needs, missing=LinkInvalid) as mine:
            link = queries.link(mine.stream.rows, digest)
            used(link, kind=CONFIRM, now=mine.stream.now)
            if not mine.account.is_active or link is None or link.email is None:
                raise LinkInvalid
            _confirm(mine, link.email, command)
    except RowConflict as conflict:
        raise taken_by(conflict) from conflict


def _confirm(mine: Opened, email: str, command: ConfirmEmail) -> None:
    account, now = mine.account, mine.stream.now
    profile = replace(account.profile, email=email)
    moved = profile != account.profile
    if moved:
        mine.needs.rules.check_profile(profile)
        refuse_taken(mine.stream.rows, profile, apart_from=account.id)

    def rows(writer: Writer) -> None:
        writer.execute(links.links_cancelled(account.id, [CONFIRM, RESET] if moved else [CONFIRM]))
        writer.execute(links.email_confirmed(account.id, email, at=now))
        mine.log(writer, "email_changed" if moved else "email_confirmed", command.client)
        if moved:
            old = account.profile.email
            writer.execute(projections.mail_noted("email_changed", at=now, user_id=account.id, address=old))

    mine.record(decide.update_profile(account, profile), rows)
