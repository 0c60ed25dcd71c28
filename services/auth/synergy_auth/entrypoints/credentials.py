"""Doors of second factors and personal access tokens."""

from typing import Any

from synergy_auth import handlers, queries
from synergy_auth.domain import commands
from synergy_auth.domain.errors import DomainError
from synergy_auth.entrypoints.doors import Doors
from synergy_chassis.bus import refusing, rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.credentials import (
    BeginSecondFactor,
    CreateToken,
    GiveOtp,
    ListTokens,
    NewSecondFactor,
    NewToken,
    RecoveryCodes,
    SecondFactor,
    TokenRef,
    TokenView,
    VerifiedToken,
    VerifyToken,
)
from synergy_contracts.envelope import Nothing, Page


class Credentials(Doors):
    """Second factors and personal access tokens."""

    @rpc
    def read_second_factor(self, body: dict[str, Any]) -> Any:
        """Nothing → SecondFactor."""
        decode(Nothing, body)
        return encode(SecondFactor, self.app.ask(queries.read_second_factor, self._in_person().user_id))

    @rpc
    def begin_second_factor(self, body: dict[str, Any]) -> Any:
        """BeginSecondFactor → NewSecondFactor."""
        command = commands.BeginSecondFactor(
            caller=self._in_person(), password=decode(BeginSecondFactor, body).password
        )
        with refusing(DomainError):
            return encode(NewSecondFactor, self.app.do(handlers.begin_second_factor, command, self.call.command()))

    @rpc
    def confirm_second_factor(self, body: dict[str, Any]) -> Any:
        """GiveOtp → RecoveryCodes."""
        command = commands.ConfirmSecondFactor(caller=self._in_person(), otp=decode(GiveOtp, body).otp)
        with refusing(DomainError):
            return encode(RecoveryCodes, self.app.do(handlers.confirm_second_factor, command, self.call.command()))

    @rpc
    def remove_second_factor(self, body: dict[str, Any]) -> None:
        """GiveOtp → nothing."""
        command = commands.RemoveSecondFactor(caller=self._in_person(), otp=decode(GiveOtp, body).otp)
        with refusing(DomainError):
            self.app.do(handlers.remove_second_factor, command, self.call.command())

    @rpc
    def list_tokens(self, body: dict[str, Any]) -> Any:
        """ListTokens → Page of TokenView."""
        asked, user_id = decode(ListTokens, body), self._in_person().user_id
        found = self.app.ask(
            queries.list_tokens, user_id, now=self.app.clock.now(), page=asked.page, page_size=asked.page_size
        )
        return encode(Page[TokenView], found)

    @rpc
    def create_token(self, body: dict[str, Any]) -> Any:
        """CreateToken → NewToken."""
        asked = decode(CreateToken, body)
        command = commands.CreateToken(
            caller=self._in_person(), name=asked.name, scopes=tuple(asked.scopes), expires_at=asked.expires_at
        )
        with refusing(DomainError):
            return encode(NewToken, self.app.do(handlers.create_token, command, self.call.command()))

    @rpc
    def revoke_token(self, body: dict[str, Any]) -> None:
        """TokenRef → nothing."""
        command = commands.RevokeToken(caller=self._in_person(), token_id=decode(TokenRef, body).token_id)
        with refusing(DomainError):
            self.app.do(handlers.revoke_token, command, self.call.command())

    @rpc
    def verify_token(self, body: dict[str, Any]) -> Any:
        """VerifyToken → VerifiedToken; for gateways."""
        asked = decode(VerifyToken, body)
        with refusing(DomainError):
            return encode(VerifiedToken, self.app.verify_token(asked.token))
