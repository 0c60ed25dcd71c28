"""Invitations to projects, sent by mail."""

import secrets
from datetime import timedelta
from typing import Any

from synergy_auth import projections, queries
from synergy_auth.domain.account import full_name
from synergy_auth.domain.commands import AcceptInvitation, CancelInvitation, CheckInvitation, SendInvitation
from synergy_auth.domain.errors import InvitationNotFound, LinkInvalid
from synergy_auth.domain.invitations import LIFETIME, Invitation, accepted, may_invite
from synergy_auth.handlers.change_password import present
from synergy_auth.handlers.links import BYTES, sealed
from synergy_auth.handlers.needs import Needs, opened
from synergy_auth.hashing import token_digest
from synergy_auth.projections import invitations
from synergy_chassis.store import CommandContext

KIND = "invitation"
DAY = timedelta(days=1)


def check_invitation(command: CheckInvitation, needs: Needs) -> None:
    """
    Whether it would be sent, asked before anybody is told that it was. The one that was sent already holds.

    Raises AccountUnavailable, InvalidField or TooManyInvitations.
    """
    inviter = present(command.caller, needs)
    needs.rules.check_address(command.email)
    with needs.uow.writing() as rows:
        since = needs.clock.now() - DAY
        sent = queries.invitations_sent(rows, inviter.id, since=since)
        if queries.invitation_of(rows, command.invitation_id, command.project_id) is None:
            may_invite(sent, queries.invitations_to(rows, inviter.id, command.email, since=since))


def send_invitation(command: SendInvitation, needs: Needs) -> dict[str, Any]:
    """
    The invitation, whose mail is on its way. The same again sends nothing. Raises AccountUnavailable, InvalidField or
    TooManyInvitations.
    """
    inviter = present(command.caller, needs)
    needs.rules.check_address(command.email)
    name = full_name(inviter.profile) or inviter.profile.username
    with needs.uow.writing() as rows:
        now = needs.clock.now()
        sent = queries.invitations_sent(rows, inviter.id, since=now - DAY)
        known = queries.invitation_of(rows, command.invitation_id, command.project_id)
        if known is None:
            may_invite(sent, queries.invitations_to(rows, inviter.id, command.email, since=now - DAY))
            token = secrets.token_urlsafe(BYTES)
            known = Invitation(
                id=command.invitation_id, project_id=command.project_id, role=command.role, email=command.email,
                invited_by=inviter.id, created_at=now, expires_at=now + LIFETIME,
            )  # fmt: skip
            facts = {"token": token, "project": command.project_name, "inviter": name, "role": command.role}
            rows.execute(invitations.invitation_made(known, token_digest(token)))
            rows.execute(
                projections.mail_noted(
                    KIND, at=now, user_id=inviter.id, address=command.email, sealed=sealed(KIND, facts, needs)
                )
            )
        (person,) = queries.people(rows, [known.invited_by])
        return queries.invitation_view(known, person)


def cancel_invitation(command: CancelInvitation, context: CommandContext, needs: Needs) -> None:
    """
    It holds no more. The same command again does nothing. Raises AccountUnavailable, or InvitationNotFound for one that
    waits for nobody.
    """
    with opened(command.caller.user_id, context, needs) as mine:
        if mine.stream.seen is not None:
            return
        now = mine.stream.now
        found = queries.invitation_of(mine.stream.rows, command.invitation_id, command.project_id)
        if found is None or not found.waits(now):
            raise InvitationNotFound
        cancelled = invitations.invitation_cancelled(found.id, at=now)
        mine.record([], lambda writer: writer.execute(cancelled))


def accept_invitation(command: AcceptInvitation, needs: Needs) -> dict[str, Any]:
    """
    What the caller may join as, and who invited; it is the caller's alone now.

    Raises AccountUnavailable, or LinkInvalid, also where who invited cannot sign in any more.
    """
    user_id = present(command.caller, needs).id
    with needs.uow.writing() as rows:
        found = queries.invitation(rows, token_digest(command.token), lock=True)
        invitation = accepted(found, user_id=user_id, now=needs.clock.now())
        inviter = queries.account(rows, invitation.invited_by)
        if inviter is None or not inviter.is_active:
            raise LinkInvalid
        rows.execute(invitations.invitation_accepted(invitation.id, user_id))
    return {
        "project_id": invitation.project_id,
        "role": invitation.role,
        "invited_by": inviter.id,
        "by_superuser": inviter.is_superuser,
    }
