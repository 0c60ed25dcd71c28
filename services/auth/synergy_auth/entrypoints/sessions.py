"""Doors of sessions and their end, the security log, and accounts as superusers see them."""

from typing import Any

import msgspec

from synergy_auth import handlers, queries
from synergy_auth.domain import commands
from synergy_auth.domain.errors import DomainError
from synergy_auth.entrypoints.doors import Doors
from synergy_chassis.bus import refusing, rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Page
from synergy_contracts.sessions import (
    ChangePassword,
    CheckSessions,
    ListSecurityEvents,
    ListSessions,
    ListUsers,
    Logout,
    OpenSessions,
    ReadRevocations,
    Revocations,
    SecurityEvent,
    SessionRef,
    SessionView,
    UpdateUser,
    UserView,
)


class Sessions(Doors):
    """Sessions, the security log, accounts for superusers."""

    @rpc
    def logout(self, body: dict[str, Any]) -> None:
        """Logout → nothing."""
        asked = decode(Logout, body)
        command = commands.Logout(caller=self._in_session(), refresh=asked.refresh, everywhere=asked.everywhere)
        with refusing(DomainError):
            self.app.do(handlers.logout, command, self.call.command())

    @rpc
    def list_sessions(self, body: dict[str, Any]) -> Any:
        """ListSessions → Page of SessionView."""
        asked, caller = decode(ListSessions, body), self._in_person()
        with refusing(DomainError):
            found = self.app.ask(
                queries.list_sessions, caller.user_id, current=caller.session_id, now=self.app.clock.now(),
                page=asked.page, page_size=asked.page_size,
            )  # fmt: skip
        return encode(Page[SessionView], found)

    @rpc
    def end_session(self, body: dict[str, Any]) -> None:
        """SessionRef → nothing."""
        command = commands.EndSession(caller=self._in_person(), session_id=decode(SessionRef, body).session_id)
        with refusing(DomainError):
            self.app.do(handlers.end_session, command, self.call.command())

    @rpc
    def change_password(self, body: dict[str, Any]) -> None:
        """ChangePassword → nothing."""
        asked = decode(ChangePassword, body)
        command = commands.ChangePassword(
            caller=self._in_person(), old_password=asked.old_password, new_password=asked.new_password
        )
        with refusing(DomainError):
            self.app.do(handlers.change_password, command, self.call.command())

    @rpc
    def list_security_events(self, body: dict[str, Any]) -> Any:
        """ListSecurityEvents → Page of SecurityEvent."""
        asked = msgspec.structs.asdict(decode(ListSecurityEvents, body))
        with refusing(DomainError):
            actor = self.call.signed_in()
            found = self.app.ask(queries.list_security_events, actor.user_id, everybody_s=actor.superuser, **asked)
        return encode(Page[SecurityEvent], found)

    @rpc
    def list_users(self, body: dict[str, Any]) -> Any:
        """ListUsers → Page of UserView; for superusers."""
        asked = msgspec.structs.asdict(decode(ListUsers, body))
        with refusing(DomainError):
            return encode(Page[UserView], self.app.ask(queries.list_users, self.call.signed_in().user_id, **asked))

    @rpc
    def update_user(self, body: dict[str, Any]) -> Any:
        """UpdateUser → UserView; for superusers."""
        asked = decode(UpdateUser, body)
        command = commands.UpdateUser(
            caller=self._caller(), user_id=asked.user_id, changes=msgspec.to_builtins(asked.changes)
        )
        with refusing(DomainError):
            return encode(UserView, self.app.do(handlers.update_user, command, self.call.command()))

    @rpc
    def check_sessions(self, body: dict[str, Any]) -> Any:
        """CheckSessions → OpenSessions; for gateways."""
        ids = decode(CheckSessions, body).ids
        return encode(OpenSessions, {"ids": self.app.ask(queries.check_sessions, ids, now=self.app.clock.now())})

    @rpc
    def revocations(self, body: dict[str, Any]) -> Any:
        """ReadRevocations → Revocations; for gateways."""
        asked = msgspec.structs.asdict(decode(ReadRevocations, body))
        return encode(Revocations, self.app.ask(queries.revocations, now=self.app.clock.now(), **asked))
