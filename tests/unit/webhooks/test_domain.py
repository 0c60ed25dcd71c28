"""Subscriptions: what is decided, what follows."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from synergy_webhooks.domain import decide
from synergy_webhooks.domain.audience import Project
from synergy_webhooks.domain.commands import CreateWebhook, DeleteWebhook, DisableWebhook, UpdateWebhook
from synergy_webhooks.domain.errors import (
    BlankName,
    ForSuperusers,
    NotAMember,
    PreconditionFailed,
    TooManyWebhooks,
    UnknownEventType,
    UnprintableName,
    WebhookNotFound,
)
from synergy_webhooks.domain.events import WebhookDeleted, WebhookDisabled, WebhookTested, WebhookUpdated
from synergy_webhooks.domain.matching import Catalogue, matches, unknown
from synergy_webhooks.domain.subscription import evolve

ID = UUID("0193a4f0-0000-7000-8000-000000000001")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
KNOWN = frozenset({"task.created", "task.completed", "project.created", "project.progress_changed"})
CATALOGUE = Catalogue(KNOWN, frozenset({"user.registered"}))
CREATE = CreateWebhook(
    webhook_id=ID, owner_id=7, name="Mirror", url="https://example.com/", events=("task.*",), secret=None,
    is_active=True,
    projects=(), format="standard", ordered=True,
)  # fmt: skip


GONE = DisableWebhook(webhook_id=ID, reason="gone")


def created(command=CREATE, *, owned=0, since=40, memberships=frozenset({1, 2})):
    return decide.create_webhook(command, owned=owned, since=since, catalogue=CATALOGUE, memberships=memberships)


def a_subscription():
    (event,) = created()
    return evolve(None, event)


def changed(subscription, *, owner_id=7, **changes):
    command = UpdateWebhook(webhook_id=ID, owner_id=owner_id, changes=changes)
    return decide.update_webhook(subscription, command, since=50, catalogue=CATALOGUE, memberships={1})


def test_a_subscription_begins_after_the_position_at_its_commit():
    assert a_subscription().begins_after == 40


def test_the_201st_is_refused():
    created(owned=199)
    with pytest.raises(TooManyWebhooks):
        created(owned=200)


@pytest.mark.parametrize("pattern", ["task.exploded", "tasks.*", "project.creat", "user.exploded"])
def test_an_unknown_type_is_refused_by_its_place(pattern):
    with pytest.raises(UnknownEventType) as refused:
        created(replace(CREATE, events=("task.*", pattern)))

    assert refused.value.pointer == "/events/1"


@pytest.mark.parametrize("pattern", ["user.registered", "user.*"])
def test_what_happens_to_accounts_only_superusers_name(pattern):
    asked = replace(CREATE, events=("*", pattern))
    with pytest.raises(ForSuperusers) as refused:
        created(asked)
    with pytest.raises(ForSuperusers):
        changed(a_subscription(), events=(pattern,))

    assert refused.value.pointer == "/events/1"
    assert created(replace(asked, superuser=True))


def test_a_project_of_others_is_refused_by_its_place():
    with pytest.raises(NotAMember) as refused:
        created(replace(CREATE, projects=(1, 9)))

    assert refused.value.pointer == "/projects/1"


@pytest.mark.parametrize(
    "act", [lambda: created(replace(CREATE, name=" \n")), lambda: changed(a_subscription(), name=" ")]
)
def test_a_blank_name_is_refused(act):
    with pytest.raises(BlankName) as refused:
        act()

    assert refused.value.pointer == "/name"


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31mred", "a\x7f", "a\u202eb", "tab\there"])
@pytest.mark.parametrize(
    "act", [lambda name: created(replace(CREATE, name=name)), lambda name: changed(a_subscription(), name=name)]
)
def test_a_name_with_control_characters_is_refused(act, name):
    with pytest.raises(UnprintableName) as refused:
        act(name)

    assert (refused.value.pointer, refused.value.kind) == ("/name", "invalid")


def test_only_what_changes_is_told():
    assert [WebhookUpdated(webhook_id=ID, changes={"name": "Copy"}, since=50)] == changed(
        a_subscription(), name="Copy", url="https://example.com/"
    )
    assert changed(a_subscription(), name="Mirror") == []


@pytest.mark.parametrize("act", [lambda s: changed(s, owner_id=8, name="x"), lambda s: changed(None, name="x")])
def test_what_is_another_s_does_not_exist(act):
    with pytest.raises(WebhookNotFound):
        act(a_subscription())


def test_a_project_one_has_left_may_stay_in_the_filter():
    subscription = replace(a_subscription(), projects=(2,))

    assert changed(subscription, projects=(2, 1))
    with pytest.raises(NotAMember):
        changed(subscription, projects=(2, 3))


def test_switched_off_by_us_and_on_again_by_the_owner():
    off = decide.disable_webhook(a_subscription(), GONE, since=60, now=NOW)
    assert [WebhookDisabled(webhook_id=ID, owner_id=7, name="Mirror", reason="gone", at=NOW, since=60)] == off
    disabled = evolve(a_subscription(), off[0])
    assert (disabled.is_active, disabled.disabled_reason, disabled.disabled_at) == (False, "gone", NOW)
    assert decide.disable_webhook(disabled, GONE, since=61, now=NOW) == []
    assert decide.disable_webhook(None, GONE, since=61, now=NOW) == []

    enabled = evolve(disabled, changed(disabled, is_active=True)[0])

    assert (enabled.is_active, enabled.disabled_reason, enabled.disabled_at) == (True, None, None)


@pytest.mark.parametrize("act", ["change", "end"])
def test_who_has_seen_what_is_not_any_more_changes_nothing(act):
    seen = evolve(None, created()[0], version=4)

    def decided(if_match, owner_id=7):
        asked = {"webhook_id": ID, "owner_id": owner_id, "if_match": if_match}
        if act == "end":
            return decide.delete_webhook(seen, DeleteWebhook(**asked), since=50)
        command = UpdateWebhook(changes={"name": "x"}, **asked)
        return decide.update_webhook(seen, command, since=50, catalogue=CATALOGUE, memberships={1})

    assert decided(None) == decided((4,)) == decided((3, 4))
    with pytest.raises(PreconditionFailed):
        decided((3,))
    with pytest.raises(PreconditionFailed):
        decided(())
    with pytest.raises(WebhookNotFound):
        decided((3,), owner_id=8)


def test_a_revision_is_that_of_the_last_fact_that_changed_a_field():
    made = evolve(None, created()[0], version=1)
    tested = evolve(made, WebhookTested(webhook_id=ID, since=50), version=2)
    renamed = evolve(tested, changed(tested, name="x")[0], version=3)
    off = evolve(renamed, decide.disable_webhook(renamed, GONE, since=60, now=NOW)[0], version=4)

    assert [1, 1, 3, 4] == [one.revision for one in (made, tested, renamed, off)]


def test_deleted_is_deleted():
    (event,) = decide.delete_webhook(a_subscription(), DeleteWebhook(webhook_id=ID, owner_id=7), since=70)

    assert WebhookDeleted(webhook_id=ID, since=70) == event
    assert evolve(a_subscription(), event).deleted
    with pytest.raises(WebhookNotFound):
        changed(evolve(a_subscription(), event), name="x")


def test_history_begins_with_creation():
    with pytest.raises(ValueError):
        evolve(None, WebhookDeleted(webhook_id=ID, since=1))


@pytest.mark.parametrize(
    ("patterns", "event_type", "expected"),
    [
        (["*"], "task.created", True),
        (["task.*"], "task.created", True),
        (["task.*"], "tasks.created", False),
        (["task.created"], "task.created", True),
        (["task.created"], "task.updated", False),
        (["project.*", "task.updated"], "task.updated", True),
        ([], "task.updated", False),
    ],
)
def test_matching(patterns, event_type, expected):
    assert expected == matches(patterns, event_type)


def test_unknown_patterns_are_told_by_index():
    assert unknown(["*", "x.*", "task.*", "task.nope"], KNOWN) == [1, 3]


def test_who_hears_what():
    project = Project(1)

    assert {7} == project.audience("project.created", {"owner_id": 7})
    assert {7, 8} == project.audience("member.added", {"user_id": 8, "role": "member"})
    assert {7, 8} == project.audience("task.created", {})
    assert {7, 8} == project.audience("member.role_changed", {"user_id": 8, "role": "viewer"})
    assert project.roles == {7: "owner", 8: "viewer"}
    assert {7, 8} == project.audience("member.removed", {"user_id": 8}), "the one who is removed still hears it"
    assert {7} == project.audience("task.created", {}), "and nothing later"
    assert {7} == project.audience("project.deleted", {}), "everybody hears the end"
    assert project.trashed
    assert {7} == project.audience("project.restored", {})
    assert not project.trashed
    assert {7} == project.audience("project.purged", {})
    assert frozenset() == project.audience("task.created", {})
