"""Builds the service from its settings, once a process: where everything meets."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

from sqlalchemy import Engine

from synergy_chassis import health
from synergy_chassis.bus import RpcClient, RpcTimeout, RpcUnavailable
from synergy_chassis.clock import Clock, SystemClock
from synergy_chassis.follower import Follower, OwnerByRpc
from synergy_chassis.store import BulkAppender, EventLog, UnitOfWork, engine
from synergy_chassis.store.erasing import Erasure
from synergy_contracts.envelope import PartHealth
from synergy_contracts.people import FindPerson, PeopleByIds
from synergy_contracts.people import Person as PersonView
from synergy_contracts.refusals import Refused
from synergy_projects import policies
from synergy_projects.domain.person import Person
from synergy_projects.handlers import Desk, Importer, erase_person, sweep
from synergy_projects.handlers.importing import PORTION
from synergy_projects.projections import CODEC
from synergy_projects.queries import Activities, Exports, Feed, Histories, Insights, Past, Renderer
from synergy_projects.settings import Settings


class Auth(OwnerByRpc):
    """The auth service, as the directory of people and as the owner of its events."""

    def __init__(self, client: RpcClient) -> None:
        super().__init__(client, "auth")

    def people(self, ids: Collection[int]) -> list[Person]:
        """Those of the users who exist. Raises Refused (unavailable) while auth does not answer."""
        try:
            found = self._client.call("auth.people", PeopleByIds(ids=list(ids)), result=list[PersonView])
        except (RpcTimeout, RpcUnavailable) as error:
            raise Refused(
                "unavailable", "service-unavailable", "Accounts cannot be read now; try again.", "", "1"
            ) from error
        return [Person(one.id, one.username, one.full_name) for one in found]

    def find(self, username: str) -> Person | None:
        """The active user of exactly this name. Raises RpcTimeout, RpcUnavailable."""
        try:
            found = self._client.call("auth.find_person", FindPerson(username=username), result=PersonView)
        except Refused as no:
            if no.kind == "not_found":
                return None
            raise
        return Person(found.id, found.username, found.full_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projects:
    """The application: what the doors need."""

    engine: Engine
    client: RpcClient
    auth: Auth
    uow: UnitOfWork
    log: EventLog
    desk: Desk
    renderer: Renderer
    past: Past
    activities: Activities
    feed: Feed
    insights: Insights
    exports: Exports
    importer: Importer
    followers: dict[str, Follower]
    clock: Clock
    closing: Event

    def health(self) -> dict[str, PartHealth]:
        """The state of each part: database, relay, and the consumer of auth's events."""
        soon = partial(self.auth.head, timedelta(seconds=1))
        return {
            "database": health.database_health(self.engine),
            "relay": health.relay_health(self.engine),
            "models": health.models_health(self.engine),
            "consumer": health.follower_health(self.engine, consumer="projects", source="auth", head=soon),
        }

    def erase_person(self, person: str, dry_run: bool) -> Erasure:
        """See handlers.erase_person."""
        return erase_person(person, dry_run, uow=self.uow)

    def sweep(self) -> Iterator[int]:
        """See handlers.sweep; and exports that nobody goes on with are let go of."""
        self.exports.forget()
        return sweep(self.clock.now(), desk=self.desk)

    def close(self) -> None:
        """Let go of the database and the bus."""
        self.closing.set()
        self.importer.waiting.set()
        self.client.close()
        self.engine.dispose()


def build(settings: Settings) -> Projects:
    """The application of these settings. Connects at first use, not now."""
    database = engine(settings.database_url, pool_size=settings.pool_size, application_name="projects")
    client = RpcClient(settings.amqp_url, service="projects")
    auth = Auth(client)
    clock = SystemClock()
    uow = UnitOfWork(database, clock)
    log = EventLog(database)
    histories = Histories(CODEC)
    names = partial(policies.hear, names=auth.people)
    follower = Follower(
        database, consumer="projects", source="auth", owner=auth, apply=names, lost=policies.forget_names
    )
    desk, closing = Desk(uow, CODEC, histories, auth), Event()
    bulk = BulkAppender(database, clock, portion=PORTION)
    return Projects(
        engine=database,
        client=client,
        auth=auth,
        uow=uow,
        log=log,
        desk=desk,
        renderer=Renderer(uow, log, CODEC, histories),
        past=Past(CODEC),
        activities=Activities(CODEC),
        feed=Feed(uow, log),
        insights=Insights(CODEC, clock, database),
        exports=Exports(CODEC, desk.known),
        importer=Importer(desk, bulk, clock, closing),
        followers={"auth": follower},
        clock=clock,
        closing=closing,
    )


def build_green(config: Mapping[str, Any]) -> Projects:
    """The application of a service that answers calls: it sweeps and imports beside them."""
    from synergy_projects.green import importing, sweeping

    app = build(config["settings"])
    sweeping(app.sweep, app.closing)
    importing(app.importer.work, app.importer.waiting, app.closing)
    return app
