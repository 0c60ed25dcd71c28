"""What every door uses: the application, and who calls."""

from uuid import UUID

from synergy_auth.bootstrap import Auth, build_green
from synergy_auth.domain import commands
from synergy_auth.domain.errors import DomainError, SessionRequired
from synergy_chassis.bus import Application, Call, CallContext, refusing


class Doors:
    """The parts of a service class that its doors share."""

    app: Auth = Application(build_green)
    call: CallContext = Call()

    def _client(self) -> commands.Client:
        return commands.Client(
            address=(self.call.client_address or "").replace("\x00", "")[:64],
            user_agent=(self.call.user_agent or "").replace("\x00", "")[:500],
        )

    def _caller(self) -> commands.Caller:
        actor = self.call.signed_in()
        return commands.Caller(
            user_id=actor.user_id, session_id=_session(actor.session_id), client=self._client(),
            scopes=actor.scopes, personal_token=actor.personal_token,
        )  # fmt: skip

    def _in_session(self) -> commands.Caller:
        """The caller, who has signed in. Raises Refused for a personal access token."""
        caller = self._caller()
        with refusing(DomainError):
            if caller.personal_token:
                raise SessionRequired
        return caller

    def _in_person(self) -> commands.Caller:
        """
        The caller of what is about who gets into the account: signed in, or with a personal access token of the scope
        `admin`. Raises Refused for others.
        """
        caller = self._caller()
        with refusing(DomainError):
            if caller.personal_token and "admin" not in caller.scopes:
                raise SessionRequired
        return caller


def _session(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
