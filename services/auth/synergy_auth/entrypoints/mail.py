"""Doors of what goes by mail, and of a person's data as a whole."""

from typing import Any

from synergy_auth import handlers, queries
from synergy_auth.domain import commands
from synergy_auth.domain.errors import DomainError
from synergy_auth.entrypoints.doors import Doors
from synergy_chassis.bus import refusing, rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.mail import (
    AskReset,
    ConfirmEmail,
    EraseAccount,
    PersonalDataPart,
    ReadPersonalData,
    ResetPassword,
    SearchPeople,
)
from synergy_contracts.people import Person


class Mail(Doors):
    """New passwords and confirmed addresses; finding people; one's own data and its end."""

    @rpc
    def ask_reset(self, body: dict[str, Any]) -> None:
        """AskReset → nothing, whoever is meant."""
        command = commands.AskReset(email=decode(AskReset, body).email, client=self._client())
        with refusing(DomainError):
            self.app.ask_reset(command)

    @rpc
    def reset_password(self, body: dict[str, Any]) -> None:
        """ResetPassword → nothing."""
        asked = decode(ResetPassword, body)
        command = commands.ResetPassword(token=asked.token, new_password=asked.new_password, client=self._client())
        with refusing(DomainError):
            self.app.do(handlers.reset_password, command, self.call.command())

    @rpc
    def confirm_email(self, body: dict[str, Any]) -> None:
        """ConfirmEmail → nothing."""
        command = commands.ConfirmEmail(token=decode(ConfirmEmail, body).token, client=self._client())
        with refusing(DomainError):
            self.app.do(handlers.confirm_email, command, self.call.command())

    @rpc
    def find_people(self, body: dict[str, Any]) -> Any:
        """SearchPeople → list of Person: those of exactly this name or confirmed address."""
        self.call.signed_in()
        return encode(list[Person], self.app.ask(queries.find_people, decode(SearchPeople, body).search))

    @rpc
    def read_personal_data(self, body: dict[str, Any]) -> Any:
        """ReadPersonalData → PersonalDataPart of the caller."""
        asked, caller = decode(ReadPersonalData, body).after, self._in_person()
        after = None if asked is None else queries.Place(kind=asked.kind, at=asked.at, id=asked.id)
        with refusing(DomainError):
            found = self.app.ask(
                queries.personal_data, caller.user_id, current=caller.session_id, now=self.app.clock.now(), after=after
            )
        return encode(PersonalDataPart, found)

    @rpc
    def erase_account(self, body: dict[str, Any]) -> None:
        """EraseAccount → nothing; the caller is gone."""
        command = commands.EraseAccount(caller=self._in_person(), password=decode(EraseAccount, body).password)
        with refusing(DomainError):
            self.app.do(handlers.erase_account, command, self.call.command())
