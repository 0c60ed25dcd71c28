"""The store, for services and operators."""

from importlib.metadata import version
from typing import Any

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
from synergy_chassis.store.pages import fitting
from synergy_chassis.store.tally import tally
from synergy_contracts.envelope import EventsAfter, Nothing, ServiceHealth, TallyUpTo
from synergy_contracts.projects import Render, Rendered
from synergy_projects.entrypoints.doors import Doors


class StoreDoors(Doors):
    """The store, for services and operators."""

    @rpc
    def render(self, body: object) -> Any:
        """Render → list of Rendered: bodies of stored events, for services only; the gateway has no route to it."""
        wanted = decode(Render, body)
        return encode(list[Rendered], self.app.renderer.render(wanted.positions))

    @rpc
    def head(self, body: object) -> Any:
        """Nothing → Head of the projects' store."""
        decode(Nothing, body)
        return self.app.log.head()

    @rpc
    def events_after(self, body: object) -> Any:
        """EventsAfter → EventsPage of the projects' store."""
        wanted = decode(EventsAfter, body)
        return fitting(self.app.log.after(wanted.position, wanted.limit, wait=self.call.may_wait(wanted.wait)))

    @rpc
    def tally(self, body: object) -> Any:
        """TallyUpTo → Tally of the projects' store."""
        wanted = decode(TallyUpTo, body)
        return tally(self.app.engine, wanted.position)

    @rpc
    def health(self, body: object) -> Any:
        """Nothing → ServiceHealth: database, relay, consumer."""
        decode(Nothing, body)
        report = {"service": "projects", "version": version("synergy-projects"), "parts": self.app.health()}
        return encode(ServiceHealth, report)
