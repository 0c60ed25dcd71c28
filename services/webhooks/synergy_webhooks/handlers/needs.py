"""What the commands need, and the checks they share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from synergy_chassis.sealing import Sealer
from synergy_chassis.store import UnitOfWork
from synergy_webhooks import queries
from synergy_webhooks.addresses import AddressPolicy, BadUrl, Forbidden, read
from synergy_webhooks.addresses.names import Resolver
from synergy_webhooks.domain.errors import AddressRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """
    What the commands need.

    `catalogue` is what can be subscribed to; `resolve` looks names up without stopping the process; `catch_up` brings
    the memberships to the head of the projects store; `position` locks the follower's position until the transaction
    ends and tells it, so that nothing is derived between deciding and committing.
    """

    uow: UnitOfWork
    sealer: Sealer
    policy: AddressPolicy
    resolve: Resolver
    catalogue: frozenset[str]
    catch_up: Callable[[], None]
    position: Callable[[Connection], int]


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
