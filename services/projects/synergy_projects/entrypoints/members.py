"""Who is in a project."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Page
from synergy_contracts.invitations import AcceptedInvitation, InvitationMail, InviteMember
from synergy_contracts.projects import (
    AddMember,
    ChangeMemberRole,
    ListMembers,
    Membership,
    ProjectRef,
    RemoveMember,
)
from synergy_projects import handlers, queries
from synergy_projects.domain import commands
from synergy_projects.entrypoints.doors import Doors


class MemberDoors(Doors):
    """Who is in a project."""

    @rpc
    def list_members(self, body: object) -> Any:
        """ListMembers → Page of Membership."""
        asked = structs.asdict(decode(ListMembers, body))
        as_of = asked.pop("as_of")
        with self.reading() as connection:
            if as_of is None:
                found = queries.list_members(connection, self.actor(), **asked)
                self.call.versions.update(queries.of_project(connection, asked["project_id"]))
            else:
                found = self.app.past.members(connection, self.actor(), asked.pop("project_id"), as_of, **asked)
            return encode(Page[Membership], found)

    @rpc
    def add_member(self, body: object) -> Any:
        """AddMember → Membership."""
        wanted = decode(AddMember, body)
        fields = {"project_id": wanted.project_id} | structs.asdict(wanted.member)
        return self.handle(Membership, handlers.add_member, commands.AddMember, fields)

    @rpc
    def change_member_role(self, body: object) -> Any:
        """ChangeMemberRole → Membership."""
        wanted = decode(ChangeMemberRole, body)
        return self.handle(Membership, handlers.change_member_role, commands.ChangeMemberRole, structs.asdict(wanted))

    @rpc
    def remove_member(self, body: object) -> None:
        """RemoveMember → nothing."""
        wanted = decode(RemoveMember, body)
        self.handle(None, handlers.remove_member, commands.RemoveMember, structs.asdict(wanted))

    @rpc
    def invite_member(self, body: object) -> Any:
        """InviteMember → InvitationMail; auth sends it."""
        wanted = decode(InviteMember, body)
        return self.handle(InvitationMail, handlers.invite_member, commands.InviteMember, structs.asdict(wanted))

    @rpc
    def check_invitations(self, body: object) -> None:
        """ProjectRef → nothing, if the caller may see and cancel its invitations."""
        wanted = decode(ProjectRef, body)
        with self.reading() as connection:
            handlers.require_manager(connection, self.actor(), wanted.project_id)

    @rpc
    def accept_invitation(self, body: object) -> Any:
        """AcceptedInvitation → Membership of the caller; auth has told that it holds."""
        wanted = decode(AcceptedInvitation, body)
        invited_by = commands.Actor(user_id=wanted.invited_by, superuser=wanted.by_superuser)
        fields = {"project_id": wanted.project_id, "role": wanted.role, "invited_by": invited_by}
        return self.handle(Membership, handlers.accept_invitation, commands.AcceptInvitation, fields)
