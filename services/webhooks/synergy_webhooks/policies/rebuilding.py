"""Who belongs to which project, and who is a superuser, as the rebuild fills it anew: without deliveries."""

from collections.abc import Sequence

from sqlalchemy import Connection

from synergy_chassis.follower import Owner
from synergy_chassis.generations import FollowingModel
from synergy_contracts.envelope import StoredEvent
from synergy_webhooks import tables
from synergy_webhooks.policies import accounts, memberships
from synergy_webhooks.policies.place import ACCOUNTS_PLACE, PLACE


def memberships_model(owner: Owner) -> FollowingModel:
    """The tables `memberships` and `trashed_projects`, which follow the events of projects."""
    followed = (tables.memberships, tables.trashed_projects)
    return FollowingModel(name="memberships", place=PLACE, tables=followed, owner=owner, apply=_follow)


def accounts_model(owner: Owner) -> FollowingModel:
    """The table `accounts`, which follows the events of auth."""
    return FollowingModel(
        name="accounts", place=ACCOUNTS_PLACE, tables=(tables.accounts,), owner=owner, apply=_follow_accounts
    )


def _follow(events: Sequence[StoredEvent], connection: Connection) -> None:
    memberships.follow(events, connection)


def _follow_accounts(events: Sequence[StoredEvent], connection: Connection) -> None:
    accounts.follow(events, connection)
