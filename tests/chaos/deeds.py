"""Every acknowledged deed of a person is there once, in rows and in events, and the neighbours have heard of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from chaos.history import Deed, Kind
from chaos.stores import Found


def check_deeds(deeds: Sequence[Deed], found: Found) -> Iterator[str]:
    """What auth, projects and webhooks hold is what was acknowledged, and nothing that was not asked for."""
    for deed in deeds:
        if not deed.acknowledged:
            yield f"{deed.kind} of {deed.subject} was never acknowledged, though it was asked for {deed.tries} times"
    subjects = {deed.subject for deed in deeds}
    there = {account.username for account in found.accounts} | {hook.first_name for hook in found.hooks}
    for stranger in sorted((there | {name for name, _ in found.projects}) - subjects):
        yield f"{stranger} was never asked for"
    for subject in sorted(subjects):
        wanted = [deed for deed in deeds if deed.subject == subject]
        yield from check_account(subject, wanted, found)
        yield from check_hook(subject, wanted, found)


def check_account(subject: str, wanted: Sequence[Deed], found: Found) -> Iterator[str]:
    """One account, one event of each registration and renaming, the last name, one project."""
    accounts = [account for account in found.accounts if account.username == subject]
    events = Counter(event for account in accounts for event in account.events)
    yield from once(f"account {subject}", of(wanted, "register"), len(accounts))
    yield from once(f"user.registered of {subject}", of(wanted, "register"), events["user.registered"])
    yield from once(f"user.updated of {subject}", of(wanted, "rename"), events["user.updated"])
    for account in accounts:
        if account.first_name not in (allowed := last_names(of(wanted, "register", "rename"))):
            yield f"{subject} is called {account.first_name}; the acknowledged changes say {sorted(allowed)}"
    yield from once(f"project {subject}", of(wanted, "found"), sum(name == subject for name, _ in found.projects))


def check_hook(subject: str, wanted: Sequence[Deed], found: Found) -> Iterator[str]:
    """One subscription, one event of each change; it has the last name, or is gone."""
    hooks = [hook for hook in found.hooks if hook.first_name == subject]
    events = Counter(event for hook in hooks for event in hook.events)
    yield from once(f"webhook.created of {subject}", of(wanted, "subscribe"), events["webhook.created"])
    yield from once(f"webhook.updated of {subject}", of(wanted, "alter"), events["webhook.updated"])
    yield from once(f"webhook.deleted of {subject}", of(wanted, "unsubscribe"), events["webhook.deleted"])
    for hook in hooks:
        if ("webhook.deleted" in hook.events) != (hook.name is None):
            yield f"webhook {subject}: its row is {'gone' if hook.name is None else 'there'}, its events say otherwise"
        elif hook.name is not None and hook.name not in (allowed := last_names(of(wanted, "subscribe", "alter"))):
            yield f"webhook {subject} is called {hook.name}; the acknowledged changes say {sorted(allowed)}"


def check_neighbours(found: Found) -> Iterator[str]:
    """Projects knows every account by its present name; webhooks knows every project's owner as its member."""
    for account in found.accounts:
        if (known := found.known_names.get(account.id)) != account.first_name:
            yield f"projects calls {account.username} {known}, auth {account.first_name}"
    for name, owner_id in found.projects:
        if (name, owner_id) not in found.known_members:
            yield f"webhooks does not know that project {name} has its owner for a member"


def of(deeds: Iterable[Deed], *kinds: Kind) -> list[Deed]:
    """Those of these kinds."""
    return [deed for deed in deeds if deed.kind in kinds]


def once(what: str, wanted: Sequence[Deed], there: int) -> Iterator[str]:
    """As many as were acknowledged are there, and not more than were asked for."""
    acknowledged = sum(deed.acknowledged for deed in wanted)
    if there < acknowledged:
        yield f"{what}: {acknowledged} acknowledged, {there} there"
    if there > len(wanted):
        yield f"{what}: {len(wanted)} asked for, {there} there"


def last_names(wanted: Sequence[Deed]) -> set[str]:
    """The name of the last acknowledged change, and those that nobody answered for."""
    acknowledged = [deed.value for deed in wanted if deed.acknowledged]
    return {*acknowledged[-1:], *(deed.value for deed in wanted if not deed.acknowledged)}
