"""Doors of invitations to projects: whether the caller may invite, projects have told the gateway before."""

from typing import Any

import msgspec

from synergy_auth import handlers, queries
from synergy_auth.domain import commands
from synergy_auth.domain.errors import DomainError
from synergy_auth.entrypoints.doors import Doors
from synergy_chassis.bus import refusing, rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Page
from synergy_contracts.invitations import (
    AcceptedInvitation,
    AcceptInvitation,
    CheckInvitation,
    InvitationRef,
    InvitationView,
    ListInvitations,
    SendInvitation,
)


class Invitations(Doors):
    """Invitations to projects."""

    @rpc
    def check_invitation(self, body: dict[str, Any]) -> None:
        """CheckInvitation → nothing. The invitation will have the id of this command."""
        asked = msgspec.structs.asdict(decode(CheckInvitation, body))
        command = commands.CheckInvitation(caller=self._caller(), invitation_id=self.call.command_id, **asked)
        with refusing(DomainError):
            handlers.check_invitation(command, self.app.needs)

    @rpc
    def send_invitation(self, body: dict[str, Any]) -> Any:
        """SendInvitation → InvitationView."""
        asked = msgspec.structs.asdict(decode(SendInvitation, body))
        command = commands.SendInvitation(caller=self._caller(), **asked)
        with refusing(DomainError):
            return encode(InvitationView, handlers.send_invitation(command, self.app.needs))

    @rpc
    def list_invitations(self, body: dict[str, Any]) -> Any:
        """ListInvitations → Page of InvitationView."""
        asked = msgspec.structs.asdict(decode(ListInvitations, body))
        self.call.signed_in()
        found = self.app.ask(queries.list_invitations, now=self.app.clock.now(), **asked)
        return encode(Page[InvitationView], found)

    @rpc
    def cancel_invitation(self, body: dict[str, Any]) -> None:
        """InvitationRef → nothing."""
        asked = msgspec.structs.asdict(decode(InvitationRef, body))
        command = commands.CancelInvitation(caller=self._caller(), **asked)
        with refusing(DomainError):
            self.app.do(handlers.cancel_invitation, command, self.call.command())

    @rpc
    def accept_invitation(self, body: dict[str, Any]) -> Any:
        """AcceptInvitation → AcceptedInvitation, which projects act on."""
        command = commands.AcceptInvitation(caller=self._caller(), token=decode(AcceptInvitation, body).token)
        with refusing(DomainError):
            return encode(AcceptedInvitation, handlers.accept_invitation(command, self.app.needs))
