"""What the commands need, and the checks they share."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from sqlalchemy import Connection

from synergy_chassis.sealing import Sealer
from synergy_chassis.store import EventLog, UnitOfWork
from synergy_webhooks import queries
from synergy_webhooks.addresses import AddressPolicy, BadUrl, Forbidden, read
from synergy_webhooks.addresses.names import Resolver
from synergy_webhooks.domain.commands import ReplayEvents
from synergy_webhooks.domain.errors import AddressRefused
from synergy_webhooks.domain.matching import Catalogue
from synergy_webhooks.domain.subscription import Subscription
from synergy_webhooks.outbox.planned import Planned

Bodies: TypeAlias = dict[tuple[UUID, str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Events of the past that a subscription names, as the deliveries that are to be made of them: those after the
    position `after`, up to and with `upto`; there may be `more` beyond."""

    events: Sequence[Planned]
    after: int
    upto: int
    more: bool


class History(Protocol):
    """The past of the projects store."""

    def find(self, asked: ReplayEvents, subscription: Subscription, projects: Collection[int]) -> Found:
        """The events of these projects that the subscription names, in the range that is asked for."""
        ...

    def bodies(self, positions: Sequence[int], format: str) -> Bodies:
        """The bytes of the events at these positions, made again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """
    What the commands need.

    `catalogue` is what can be subscribed to; `resolve` looks names up without stopping the process; `catch_up` brings
    the memberships to the head of the projects store; `position` locks the follower's position until the transaction
    ends and tells it, so that nothing is derived between deciding and committing. `history` is the past of that store,
    `log` our own.
    """

    uow: UnitOfWork
    sealer: Sealer
    policy: AddressPolicy
    resolve: Resolver
    catalogue: Catalogue
    catch_up: Callable[[], None]
    position: Callable[[Connection], int]
    history: History
    log: EventLog


def require_allowed(url: str, needs: Needs) -> None:
    """
    Raises AddressRefused for a URL that is malformed or leads where webhooks may not go.

    A name that has no address yet may be saved: it is judged again at every attempt.
    """
    try:
        target = read(url)
        if target.literal is not None:
            needs.policy.vet(target, [str(target.literal)])
            return
        try:
            answers = needs.resolve(target.host, target.port)
        except OSError:
            needs.policy.vet_unresolved(target)
        else:
            needs.policy.vet(target, answers)
    except (BadUrl, Forbidden) as error:
        raise AddressRefused(str(error)) from None


def know_memberships(projects: Iterable[int], owner_id: int, needs: Needs) -> None:
    """Catches up once if a named project is not among the owner's yet: it may have been created a moment ago."""
    wanted = set(projects)
    if not wanted:
        return
    with needs.uow.reading() as rows:
        known = queries.memberships_of(rows, owner_id)
    if not wanted <= known:
        needs.catch_up()


def view(webhook_id: UUID, owner_id: int, needs: Needs) -> dict[str, Any]:
    """The subscription as its owner sees it."""
    with needs.uow.reading() as rows:
        return queries.read_webhook(rows, webhook_id, owner_id)
