"""Handlers on the store in memory: which events they append, and that a command counts once."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from synergy_auth import handlers
from synergy_auth.domain.account import Profile
from synergy_auth.domain.commands import Client, Register, UpdateProfile
from synergy_auth.domain.errors import AccountUnavailable, EmailTaken, PreconditionFailed, UsernameTaken
from synergy_auth.domain.events import STORED_AS, entity
from synergy_auth.domain.rules import AccountRules
from synergy_auth.tables import metadata
from synergy_chassis.clock import FixedClock, new_id
from synergy_chassis.store import CommandContext, EventCodec
from synergy_chassis.store.memory import MemoryEventLog, MemoryUnitOfWork

RULES = AccountRules(frozenset(), frozenset({"UTC"}))
CODEC = EventCodec(STORED_AS, entity=entity)


@pytest.fixture
def log():
    return MemoryEventLog()


@pytest.fixture
def needs(log):
    uow = MemoryUnitOfWork(log, FixedClock(datetime(2026, 11, 23, tzinfo=UTC)), metadata)
    yield {"uow": uow, "rules": RULES, "codec": CODEC}
    uow.close()


def context(command_id=None):
    return CommandContext(command_id=command_id or new_id(), actor_id=None, request_id=None)


def opened(needs, name="ann", *, email=None, command_id=None):
    profile = Profile(username=name, email=email or f"{name}@example.com", timezone="UTC")
    command = Register(
        profile=profile, password="correct horse", client=Client(), superuser=True, by_operator=True
    )  # fmt: skip
    hashes = SimpleNamespace(hash=lambda password: "a hash")
    return handlers.open_account(command, context(command_id), hashes=hashes, **needs)


def changed(needs, user_id, *, command_id=None, if_match=None, **changes):
    command = UpdateProfile(user_id=user_id, changes=changes, if_match=if_match)
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    return handlers.update_profile(command, context(command_id), SimpleNamespace(**needs, clock=clock))


OPENED = ["user.registered", "user.rights_changed"]
"""The events of an account that is opened for a superuser."""


def types(log):
    return [event.type for event in log.events]


def test_an_account_is_an_event_without_a_name_and_a_row_with_it(needs, log):
    view = opened(needs)

    assert (view["username"], view["is_superuser"]) == ("ann", True)
    assert [(event.stream, event.type, event.data) for event in log.events] == [
        (f"user-{view['id']}", "user.registered", {"user_id": view["id"]}),
        (f"user-{view['id']}", "user.rights_changed", {"user_id": view["id"], "is_superuser": True}),
    ]


@pytest.mark.parametrize(
    ("name", "email", "refusal"),
    [("ANN", "other@example.com", UsernameTaken), ("bob", "Ann@Example.com", EmailTaken)],
    ids=["name", "address"],
)
def test_what_is_taken_appends_nothing(needs, log, name, email, refusal):
    opened(needs)

    with pytest.raises(refusal):
        opened(needs, name, email=email)
    assert types(log) == OPENED


def test_the_same_command_twice_counts_once(needs, log):
    user, again = opened(needs)["id"], new_id()

    for _ in range(2):
        assert changed(needs, user, command_id=again, first_name="Ann")["first_name"] == "Ann"

    assert types(log) == [*OPENED, "user.updated"]


def test_what_was_changed_since_is_not_changed_and_a_repeat_is_no_conflict_with_itself(needs, log):
    user, again = opened(needs)["id"], new_id()

    first = changed(needs, user, command_id=again, if_match=(0,), bio="Sails.")
    with pytest.raises(PreconditionFailed):
        changed(needs, user, if_match=(0, 7), bio="Rows.")
    assert first == changed(needs, user, command_id=again, if_match=(0,), bio="Sails.")

    assert (1, "Sails.") == (first["revision"], first["bio"])
    assert 2 == changed(needs, user, if_match=(0, 1), bio="Rows.")["revision"]
    assert 2 == changed(needs, user, if_match=(2,), bio="Rows.")["revision"]


def test_a_change_of_nothing_appends_nothing(needs, log):
    user = opened(needs)["id"]

    changed(needs, user, username="ann")

    assert types(log) == OPENED


def test_somebody_who_is_not_there_changes_nothing(needs, log):
    with pytest.raises(AccountUnavailable):
        changed(needs, 99, first_name="x")
    assert types(log) == []
