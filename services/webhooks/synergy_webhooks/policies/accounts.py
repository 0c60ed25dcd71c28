"""The accounts that a batch of auth's events touches: read before, folded, written after."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from synergy_contracts.envelope import StoredEvent
from synergy_contracts.events import USER_EVENTS
from synergy_webhooks.domain.accounts import Account, Accounts
from synergy_webhooks.tables import accounts

Heard = tuple[StoredEvent, frozenset[int]]
"""An event, and the superusers who hear it."""


def follow(events: Sequence[StoredEvent], rows: Connection) -> list[Heard]:
    """Folds the accounts on by these events of auth, and tells who hears each; those about sessions mean nothing."""
    relevant = [event for event in events if event.type in USER_EVENTS]
    if not relevant:
        return []
    touched = sorted({int(event.data["user_id"]) for event in relevant})
    known = load(rows, touched)
    before = dict(known.unusual)
    heard = [(event, known.audience(event.type, event.data)) for event in relevant]
    save(rows, before, known.unusual)
    return heard


def load(rows: Connection, user_ids: Iterable[int]) -> Accounts:
    """All superusers and these users, where they are not as usual, at the follower's position."""
    wanted = or_(accounts.c.is_superuser, accounts.c.user_id.in_(user_ids))
    found = rows.execute(select(accounts).where(wanted))
    return Accounts({row.user_id: Account(is_superuser=row.is_superuser, is_active=row.is_active) for row in found})


def forget(rows: Connection) -> None:
    """Before the log is followed from its first event: whoever was known, is folded anew."""
    rows.execute(delete(accounts))


def save(rows: Connection, before: dict[int, Account], after: dict[int, Account]) -> None:
    """Writes what the events changed, and nothing else."""
    if gone := before.keys() - after.keys():
        rows.execute(delete(accounts).where(accounts.c.user_id.in_(gone)))
    changed = [
        {"user_id": user_id, "is_superuser": account.is_superuser, "is_active": account.is_active}
        for user_id, account in sorted(after.items())
        if before.get(user_id) != account
    ]
    if changed:
        statement = insert(accounts)
        new = {name: statement.excluded[name] for name in ("is_superuser", "is_active")}
        rows.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=new), changed)
