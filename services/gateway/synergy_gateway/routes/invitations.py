"""/api/projects/{id}/invitations/ and /api/invitations/: people are invited by mail."""

from uuid import UUID

import msgspec

from synergy_contracts.envelope import Actor
from synergy_contracts.invitations import (
    AcceptedInvitation,
    AcceptInvitation,
    CheckInvitation,
    InvitationMail,
    InvitationRef,
    InvitationView,
    InviteMember,
    Joined,
    ListInvitations,
    NewInvitation,
    SendInvitation,
)
from synergy_contracts.projects import Membership, ProjectRef
from synergy_gateway import methods
from synergy_gateway.answers import Answer, created, done, told
from synergy_gateway.asking import Asking
from synergy_gateway.operations import delete, get, post
from synergy_gateway.pages import Listing

INVITATIONS = "/api/projects/{project_id}/invitations/"
INVITATION = "/api/projects/{project_id}/invitations/{invitation_id}/"


@get(INVITATIONS, Listing[InvitationView], private=True, fixed={"project_id": "project_id"})
async def list_invitations(asking: Asking, project_id: int, query: ListInvitations) -> Answer:
    """List who is invited to a project and has not answered."""
    await asking.ask(methods.CHECK_INVITATIONS, ProjectRef(project_id=project_id))
    return await asking.page(methods.LIST_INVITATIONS, query)


@post(INVITATIONS, InvitationView, private=True)
async def invite_member(asking: Asking, project_id: int, body: NewInvitation) -> Answer:
    """Invite an e-mail address to a project."""
    await asking.ask(methods.CHECK_INVITATION, CheckInvitation(project_id=project_id, email=body.email))
    raw = await asking.ask(methods.INVITE_MEMBER, InviteMember(project_id=project_id, role=body.role))
    mail = msgspec.json.decode(raw, type=InvitationMail)
    sending = SendInvitation(
        invitation_id=mail.invitation_id,
        project_id=mail.project_id,
        project_name=mail.project_name,
        role=mail.role,
        email=body.email,
    )
    sent = await asking.ask(methods.SEND_INVITATION, sending)
    return created(sent, INVITATION.format(project_id=project_id, invitation_id=mail.invitation_id))


@delete(INVITATION)
async def cancel_invitation(asking: Asking, project_id: int, invitation_id: UUID) -> Answer:
    """Cancel an invitation to a project."""
    await asking.ask(methods.CHECK_INVITATIONS, ProjectRef(project_id=project_id))
    await asking.ask(methods.CANCEL_INVITATION, InvitationRef(project_id=project_id, invitation_id=invitation_id))
    return done()


@post("/api/invitations/accept/", Joined, status=200, private=True)
async def accept_invitation(asking: Asking, body: AcceptInvitation) -> Answer:
    """Join the project that a mail invites you to."""
    return told(await join(asking, body.token, asking.actor))


async def join(asking: Asking, token: str, actor: Actor | None) -> Joined:
    """The invitation becomes the actor's, then the actor a member: after a failure between, both are asked again."""
    raw = await asking.change(methods.TAKE_INVITATION, AcceptInvitation(token=token), actor=actor)
    invitation = msgspec.json.decode(raw, type=AcceptedInvitation)
    raw = await asking.change(methods.JOIN_INVITED, invitation, actor=actor)
    return Joined(project=invitation.project_id, role=msgspec.json.decode(raw, type=Membership).role)
