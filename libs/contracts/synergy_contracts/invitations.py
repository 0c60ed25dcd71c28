"""Invitations to projects by mail: projects know who may invite, auth knows whom."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from synergy_contracts.accounts import Email
from synergy_contracts.envelope import PageRequest, PositiveId
from synergy_contracts.mail import LinkToken
from synergy_contracts.people import Person
from synergy_contracts.projects import GrantedRole

ProjectName = Annotated[str, Meta(max_length=200)]


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to invite, and as what."""

    email: Email
    role: GrantedRole = "member"


class CheckInvitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the caller may send one more, to this address."""

    project_id: PositiveId
    email: Email


class InviteMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say that somebody is invited as this."""

    project_id: PositiveId
    role: GrantedRole = "member"


class InvitationMail(msgspec.Struct, frozen=True, kw_only=True):
    """What the mail is to say."""

    invitation_id: UUID
    project_id: int
    project_name: str
    role: GrantedRole


class SendInvitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send it to this address; sent again under the same id, nothing more is sent."""

    invitation_id: UUID
    project_id: PositiveId
    project_name: ProjectName
    role: GrantedRole
    email: Email


class ListInvitations(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Invitations to a project that wait for an answer, the latest first."""

    project_id: PositiveId


class InvitationRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of a project's invitations."""

    project_id: PositiveId
    invitation_id: UUID


class InvitationView(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation that waits for an answer."""

    id: UUID
    project: int
    email: str
    role: GrantedRole
    invited_by: Person
    created_at: datetime
    expires_at: datetime


class AcceptInvitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Join the project that the mail invites to."""

    token: LinkToken


class AcceptedInvitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The invitation holds and is the caller's now; `by_superuser`: who invited is one."""

    project_id: PositiveId
    role: GrantedRole
    invited_by: PositiveId
    by_superuser: bool


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """The project one belongs to now, and as what."""

    project: int
    role: str
