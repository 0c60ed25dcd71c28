"""What all doors have: the application, the call, and how an answer is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import UNSET, structs
from sqlalchemy import Connection

from synergy_chassis.bus import Application, Call, CallContext, refusing
from synergy_chassis.codec import encode
from synergy_projects.bootstrap import Projects, build_green
from synergy_projects.domain import commands
from synergy_projects.domain.errors import DomainError


class Doors:
    """The base of the doors of each entity."""

    app: Projects = Application(build_green)
    call: CallContext = Call()

    def actor(self) -> commands.Actor:
        """Who calls. Raises Refused for nobody."""
        actor = self.call.signed_in()
        return commands.Actor(user_id=actor.user_id, superuser=actor.superuser)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that reads; refusals of the domain cross the bus."""
        with refusing(DomainError), self.app.uow.reading() as connection:
            yield connection

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """The same for a question that is one statement, without a transaction around it."""
        with refusing(DomainError), self.app.uow.glancing() as connection:
            yield connection

    def handle(self, view: Any, handler: Any, command: Any, fields: dict[str, Any]) -> Any:
        """Run the handler on the domain's command of these fields; its answer as a `view`."""
        with refusing(DomainError):
            asked = command(actor=self.actor(), **fields)
            context = self.call.command()
            answer = handler(asked, context=context, desk=self.app.desk)
            self.call.versions.update(context.reached)
        return None if view is None else encode(view, answer)


def matched(if_match: list[int] | None) -> dict[str, Any]:
    """The revisions of which one must be there still, as commands have them."""
    return {"if_match": None if if_match is None else tuple(if_match)}


def sent(changes: Any) -> dict[str, Any]:
    """The fields that were sent."""
    return {name: value for name, value in structs.asdict(changes).items() if value is not UNSET}
