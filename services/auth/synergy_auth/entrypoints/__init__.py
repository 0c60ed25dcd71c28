"""The doors: decode, hand to the application, encode. Alone in knowing nameko and the contracts."""

from typing import Any

import msgspec

from synergy_auth import __version__, handlers
from synergy_auth.domain import commands
from synergy_auth.domain.account import Profile as DomainProfile
from synergy_auth.domain.errors import DomainError
from synergy_auth.entrypoints.credentials import Credentials
from synergy_auth.entrypoints.invitations import Invitations
from synergy_auth.entrypoints.mail import Mail
from synergy_auth.entrypoints.notices import Notices
from synergy_auth.entrypoints.sessions import Sessions
from synergy_chassis.bus import refusing, rpc
from synergy_chassis.codec import decode, encode
from synergy_chassis.health import database_health, follower_health, relay_health
from synergy_chassis.store.pages import fitting
from synergy_chassis.store.tally import tally
from synergy_contracts.accounts import (
    JsonWebKeySet,
    Login,
    Profile,
    RefreshTokens,
    Register,
    SignedIn,
    TokenPair,
    UpdateProfile,
)
from synergy_contracts.envelope import EventsAfter, Nothing, ServiceHealth, TallyUpTo
from synergy_contracts.people import FindPerson, PeopleByIds, Person

RPC_WORKERS = 200
"""Calls a process answers at once: more than may wait for a password check, so that other calls find a place."""


class AuthService(Sessions, Credentials, Mail, Invitations, Notices):
    """Accounts, sessions and tokens. The names of its methods are public: `auth.<method>` on the bus."""

    name = "auth"

    @rpc
    def register(self, body: dict[str, Any]) -> Any:
        """Register → SignedIn."""
        asked = decode(Register, body)
        profile = DomainProfile(
            username=asked.username, email=asked.email, first_name=asked.first_name, last_name=asked.last_name
        )
        command = commands.Register(
            profile=profile, password=asked.password, client=self._client(), invitation=asked.invitation
        )
        with refusing(DomainError):
            return encode(SignedIn, self.app.register(command, self.call.command()))

    @rpc
    def login(self, body: dict[str, Any]) -> Any:
        """Login → SignedIn."""
        asked = decode(Login, body)
        command = commands.Login(name=asked.username, password=asked.password, client=self._client(), otp=asked.otp)
        with refusing(DomainError):
            return encode(SignedIn, self.app.login(command))

    @rpc
    def refresh_tokens(self, body: dict[str, Any]) -> Any:
        """RefreshTokens → TokenPair."""
        command = commands.RefreshTokens(refresh=decode(RefreshTokens, body).refresh, client=self._client())
        with refusing(DomainError):
            return encode(TokenPair, self.app.do(handlers.refresh_tokens, command, self.call.command()))

    @rpc
    def read_profile(self, body: dict[str, Any]) -> Any:
        """Nothing → Profile of the caller."""
        decode(Nothing, body)
        with refusing(DomainError):
            return encode(Profile, self.app.read_profile(self.call.signed_in().user_id))

    @rpc
    def update_profile(self, body: dict[str, Any]) -> Any:
        """UpdateProfile → Profile of the caller."""
        changes = msgspec.to_builtins(decode(UpdateProfile, body))
        password, if_match = changes.pop("old_password", None), changes.pop("if_match", None)
        caller = self._in_person() if "email" in changes and password is not None else self._caller()
        command = commands.UpdateProfile(
            user_id=caller.user_id,
            changes=changes,
            old_password=password,
            client=caller.client,
            if_match=None if if_match is None else tuple(if_match),
        )
        with refusing(DomainError):
            return encode(Profile, self.app.update_profile(command, self.call.command()))

    @rpc
    def jwks(self, body: dict[str, Any]) -> Any:
        """Nothing → JsonWebKeySet: the keys that verify access tokens which may be alive."""
        decode(Nothing, body)
        return encode(JsonWebKeySet, {"keys": self.app.keys.published()})

    @rpc
    def people(self, body: dict[str, Any]) -> Any:
        """PeopleByIds → list of Person; for services and the gateway."""
        return encode(list[Person], self.app.people(decode(PeopleByIds, body).ids))

    @rpc
    def find_person(self, body: dict[str, Any]) -> Any:
        """FindPerson → Person; for services and the gateway."""
        asked = decode(FindPerson, body)
        with refusing(DomainError):
            return encode(Person, self.app.find_person(asked.username))

    @rpc
    def head(self, body: dict[str, Any]) -> Any:
        """Nothing → Head of auth's store."""
        decode(Nothing, body)
        return msgspec.to_builtins(self.app.log.head())

    @rpc
    def events_after(self, body: dict[str, Any]) -> Any:
        """EventsAfter → EventsPage of auth's store."""
        asked = decode(EventsAfter, body)
        page = self.app.log.after(asked.position, asked.limit, wait=self.call.may_wait(asked.wait))
        return msgspec.to_builtins(fitting(page))

    @rpc
    def tally(self, body: dict[str, Any]) -> Any:
        """TallyUpTo → Tally of auth's store."""
        asked = decode(TallyUpTo, body)
        return msgspec.to_builtins(tally(self.app.engine, asked.position))

    @rpc
    def health(self, body: dict[str, Any]) -> Any:
        """Nothing → ServiceHealth: database, relay, consumer."""
        decode(Nothing, body)
        database, webhooks = self.app.engine, self.app.followers["webhooks"]
        parts = {
            "database": database_health(database),
            "relay": relay_health(database),
            "consumer": follower_health(database, **webhooks.place.fields(), head=webhooks.owner.head),
        }
        return msgspec.to_builtins(ServiceHealth(service=self.name, version=__version__, parts=parts))
