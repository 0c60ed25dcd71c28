"""Where everything meets: builds the application from its settings, once a process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Engine

from synergy_chassis.clock import Clock, SystemClock
from synergy_chassis.follower import COUNTING, Follower, Owner, OwnerByRpc
from synergy_chassis.sealing import Sealer
from synergy_chassis.store import CommandContext, EventLog, UnitOfWork, engine
from synergy_chassis.store.erasing import Erasure
from synergy_contracts.envelope import EventsPage, Head, Tally
from synergy_contracts.events import PROJECT_EVENTS, USER_EVENTS, WEBHOOK_EVENTS
from synergy_contracts.projects import Rendered
from synergy_contracts.refusals import Refused
from synergy_webhooks import handlers, queries
from synergy_webhooks.addresses.names import Resolver
from synergy_webhooks.domain.commands import (
    CreateWebhook,
    DeleteWebhook,
    EnableWebhook,
    PingWebhook,
    RepeatDelivery,
    ReplayEvents,
    RotateSecret,
    UpdateWebhook,
)
from synergy_webhooks.domain.events import UserHeard
from synergy_webhooks.domain.matching import Catalogue
from synergy_webhooks.handlers import Needs
from synergy_webhooks.policies import HearUsers, ScheduleDeliveries, cancel_lost
from synergy_webhooks.policies.past import Past
from synergy_webhooks.policies.place import ACCOUNTS_PLACE, PLACE, locked_position
from synergy_webhooks.policies.rederiving import Rederived, Rederiver, rederive
from synergy_webhooks.policies.telling import Renderer
from synergy_webhooks.settings import SECRETS, Settings

if TYPE_CHECKING:
    from synergy_chassis.bus import RpcClient

POOL_SIZE: Final = 10
RPC_DEADLINE: Final = timedelta(seconds=5)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Webhooks:
    """The application: each command and question by its name, with what it needs already in hand."""

    engine: Engine
    clock: Clock
    uow: UnitOfWork
    log: EventLog
    needs: Needs
    owner: Owner
    render: Renderer
    followers: Mapping[str, Follower]
    client: "RpcClient | None" = None

    def create_webhook(self, command: CreateWebhook, context: CommandContext) -> dict[str, Any]:
        """See handlers.create_webhook."""
        return handlers.create_webhook(command, context=context, needs=self.needs)

    def update_webhook(self, command: UpdateWebhook, context: CommandContext) -> dict[str, Any]:
        """See handlers.update_webhook."""
        return handlers.update_webhook(command, context=context, needs=self.needs)

    def delete_webhook(self, command: DeleteWebhook, context: CommandContext) -> None:
        """See handlers.delete_webhook."""
        handlers.delete_webhook(command, context=context, needs=self.needs)

    def enable_webhook(self, command: EnableWebhook, context: CommandContext) -> dict[str, Any]:
        """See handlers.enable_webhook."""
        return handlers.enable_webhook(command, context=context, needs=self.needs)

    def rotate_secret(self, command: RotateSecret, context: CommandContext) -> dict[str, Any]:
        """See handlers.rotate_secret."""
        return {"secret": handlers.rotate_secret(command, context=context, needs=self.needs)}

    def ping_webhook(self, command: PingWebhook, context: CommandContext) -> dict[str, Any]:
        """See handlers.ping_webhook; the delivery as its owner sees it."""
        return self.read_delivery(handlers.ping_webhook(command, context=context, needs=self.needs), command.owner_id)

    def repeat_delivery(self, command: RepeatDelivery, context: CommandContext) -> dict[str, Any]:
        """See handlers.repeat_delivery; the delivery as its owner sees it."""
        handlers.repeat_delivery(command, context=context, needs=self.needs)
        return self.read_delivery(command.delivery_id, command.owner_id)

    def replay_events(self, command: ReplayEvents, context: CommandContext) -> dict[str, Any]:
        """See handlers.replay_events."""
        return handlers.replay_events(command, context=context, needs=self.needs)

    def rederive(self, *, check: bool, progress: Callable[[int, int], None] = lambda done, of: None) -> Rederived:
        """See policies.rederiving."""
        return rederive(
            Rederiver(
                uow=self.uow,
                log=self.log,
                owner=self.owner,
                render=self.render,
                clock=self.clock,
                check=check,
                progress=progress,
            )
        )

    def erase_person(self, person: str, dry_run: bool) -> Erasure:
        """See handlers.erase_person."""
        return handlers.erase_person(person, dry_run, needs=self.needs)

    def read_webhook(self, webhook_id: UUID, owner_id: int) -> dict[str, Any]:
        """See queries.read_webhook."""
        with self.uow.reading() as rows:
            return queries.read_webhook(rows, webhook_id, owner_id)

    def list_webhooks(self, owner_id: int, **asked: Any) -> dict[str, Any]:
        """See queries.list_webhooks."""
        with self.uow.reading() as rows:
            return queries.list_webhooks(rows, owner_id, **asked)

    def list_deliveries(self, webhook_id: UUID, owner_id: int, **asked: Any) -> dict[str, Any]:
        """See queries.list_deliveries."""
        with self.uow.reading() as rows:
            return queries.list_deliveries(rows, webhook_id, owner_id, **asked)

    def read_delivery(self, delivery_id: UUID, owner_id: int) -> dict[str, Any]:
        """See queries.read_delivery."""
        with self.uow.reading() as rows:
            return queries.read_delivery(rows, delivery_id, owner_id)

    def senders(self) -> tuple[int, int]:
        """See queries.senders."""
        with self.uow.reading() as rows:
            return queries.senders(rows)

    def close(self) -> None:
        """Let go of the database and the bus."""
        if self.client is not None:
            self.client.close()
        self.engine.dispose()


def build(
    settings: Settings,
    *,
    owner: Owner,
    accounts: Owner,
    render: Renderer,
    resolve: Resolver,
    clock: Clock | None = None,
    client: "RpcClient | None" = None,
    database: Engine | None = None,
) -> Webhooks:
    """
    The application; `owner` and `render` speak with projects, `accounts` with auth, `resolve` looks names up.

    A `client` that they speak through is closed with the application. `database` is a pool of connections that are
    there already.
    """
    clock = clock or SystemClock()
    database = database or engine(settings.database_url, pool_size=POOL_SIZE, application_name="webhooks")
    uow = UnitOfWork(database, clock)
    follower = Follower(
        database,
        consumer=PLACE.consumer,
        source=PLACE.source,
        owner=owner,
        apply=ScheduleDeliveries(render=render, clock=clock),
        lost=lambda after, rows: cancel_lost(rows, after, now=clock.now()),
    )

    def hear(heard: UserHeard, context: CommandContext) -> None:
        handlers.hear_user(heard, context=context, uow=uow, position=locked_position)

    hearing = Follower(
        database,
        consumer=ACCOUNTS_PLACE.consumer,
        source=ACCOUNTS_PLACE.source,
        owner=accounts,
        apply=HearUsers(hear),
    )
    log = EventLog(database)
    needs = Needs(
        uow=uow,
        sealer=Sealer(settings.secret_key, purpose=SECRETS),
        policy=settings.policy,
        resolve=resolve,
        catalogue=Catalogue(frozenset(PROJECT_EVENTS | WEBHOOK_EVENTS), frozenset(USER_EVENTS)),
        catch_up=lambda: follower.take([]),
        position=locked_position,
        history=Past(owner, render, follower.position),
        log=log,
    )
    return Webhooks(
        engine=database,
        clock=clock,
        uow=uow,
        log=log,
        needs=needs,
        owner=owner,
        render=render,
        followers={PLACE.source: follower, ACCOUNTS_PLACE.source: hearing},
        client=client,
    )


class ProjectsByRpc:
    """The owner of the followed store, over the bus. Raises Refused (unavailable) where it cannot be reached."""

    def __init__(self, client: "RpcClient") -> None:
        self._client = client

    def head(self) -> Head:
        """How far the projects store has come."""
        return self._ask("head", {}, Head)

    def events_after(self, position: int, limit: int) -> EventsPage:
        """Its events after `position`."""
        return self._ask("events_after", {"position": position, "limit": limit}, EventsPage)

    def tally(self, position: int) -> Tally:
        """What its store holds up to a position."""
        return self._ask("tally", {"position": position}, Tally, deadline=COUNTING)

    def render(self, positions: list[int]) -> Sequence[Rendered]:
        """The bodies of these events."""
        return self._ask("render", {"positions": positions}, list[Rendered])

    def _ask(self, method: str, body: Mapping[str, Any], result: type[T], *, deadline: timedelta = RPC_DEADLINE) -> T:
        from synergy_chassis.bus import RpcTimeout, RpcUnavailable

        try:
            answer: T = self._client.call(f"projects.{method}", body, result=result, deadline=deadline)
        except (RpcTimeout, RpcUnavailable) as error:
            raise Refused(
                "unavailable", "service-unavailable", "projects does not answer; try again.", "", "1"
            ) from error
        return answer


def build_on_bus(settings: Settings, *, amqp_url: str, resolve: Resolver) -> Webhooks:
    """The application that speaks with projects and auth over the bus, in a green process or in an ordinary one."""
    from synergy_chassis.bus import RpcClient

    client = RpcClient(amqp_url, service="webhooks")
    projects = ProjectsByRpc(client)
    accounts = OwnerByRpc(client, ACCOUNTS_PLACE.source)
    return build(settings, owner=projects, accounts=accounts, render=projects.render, resolve=resolve, client=client)


def build_green(config: Mapping[str, Any]) -> Webhooks:
    """The application inside the patched service process; `config` is what __main__ handed to the runner."""
    from synergy_webhooks.green import resolve

    return build_on_bus(config["settings"], amqp_url=config["amqp_url"], resolve=resolve)
