"""Erase one's own account."""

from synergy_auth import projections, queries
from synergy_auth.domain import decide
from synergy_auth.domain.commands import Client, EraseAccount
from synergy_auth.domain.errors import WrongPassword
from synergy_auth.domain.events import UserErased
from synergy_auth.handlers.change_password import knows_password, present, wrong_password
from synergy_auth.handlers.needs import Needs, opened
from synergy_auth.projections.invitations import address_erased
from synergy_chassis.store import CommandContext, Writer


def erase_account(command: EraseAccount, context: CommandContext, needs: Needs) -> None:
    """
    The account is gone with its sessions, tokens and mails, and its name is freed; others hear of it and drop the name.

    Raises AccountUnavailable, WrongPassword, LastSuperuser, TooManyLogins or SigningInBusy.
    """
    caller = command.caller
    account = present(caller, needs)
    right = knows_password(account, command.password, caller, needs)
    if not right:
        wrong_password(account, caller, needs)
        raise WrongPassword("/password")
    with opened(caller.user_id, context, needs) as mine:
        if mine.account.password_hash != account.password_hash:
            raise WrongPassword("/password")
        others = queries.other_superusers(mine.stream.rows, caller.user_id)
        decide.may_leave(mine.account, others=others)

        def rows(writer: Writer) -> None:
            mine.call_in_tokens(writer, spared=None)
            mine.log(writer, "account_erased", Client())
            for erased in address_erased(mine.account.profile.email):
                writer.execute(erased)
            writer.execute(projections.account_erased(caller.user_id))
            writer.execute(projections.security_log_blanked(caller.user_id))

        mine.record([UserErased(user_id=caller.user_id)], rows)
