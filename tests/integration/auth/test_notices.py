"""Events of webhooks become mails: one for each event and person, whatever happens on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Thread
from uuid import UUID

import psycopg
import pytest
from integration.auth.acting import erase, sent, update_user, waiting
from integration.auth.conftest import Person
from integration.auth.followed import GONE, HOOK, Webhooks

from synergy_auth.policies import NEWS, NOTICES, TellPeople
from synergy_auth.projections.notices import MOST_A_DAY
from synergy_chassis.clock import new_id
from synergy_chassis.follower import Apply, Follower, Patience

SUBJECT = "Your webhook Mirror was switched off"
AT_ONCE = Patience(total=timedelta(0))


@dataclass
class Told:
    """Auth, following webhooks that are at hand."""

    auth: Person
    webhooks: Webhooks = field(default_factory=Webhooks)

    @property
    def ann(self) -> int:
        return int(self.auth.pair["user"]["id"])

    def follower(self, around: Callable[[Apply], Apply] = lambda apply: apply) -> Follower:
        app = self.auth.app
        tell = TellPeople(source="webhooks", box=app.needs.mails, clock=app.clock)
        return Follower(
            app.engine, consumer="auth", source="webhooks", owner=self.webhooks, apply=around(tell), patience=AT_ONCE
        )

    def disables(self, owner: int | None, *, ago: timedelta = timedelta(0)) -> UUID:
        return self.webhooks.disables(owner, at=self.auth.clock.now() - ago).event_id

    def follow(self) -> None:
        self.follower().take([])

    def noted(self) -> list[tuple[UUID, int]]:
        rows = self.auth.rows("SELECT event_id, user_id FROM mails WHERE event_id IS NOT NULL ORDER BY id")
        return [(row.event_id, row.user_id) for row in rows]


@pytest.fixture
def told(posted: Person, migrated) -> Told:
    """Ann's webhooks are followed since a month ago; no other mail waits."""
    since(migrated, posted.clock.now() - timedelta(days=30))
    sent(posted)
    return Told(posted)


def since(migrated, at: datetime) -> None:
    with psycopg.connect(migrated.owner_url) as owner:
        owner.execute("UPDATE notice_sources SET since = %s", (at,))


def test_the_owner_is_told_once_by_mail(told: Told) -> None:
    event = told.disables(told.ann)
    told.webhooks.happens("webhook.updated", webhook_id=HOOK, changes={}, since=44)
    told.follow()
    told.follow()

    assert [(event, told.ann)] == told.noted()
    assert [("ann@example.com", SUBJECT)] == sent(told.auth)
    text = told.auth.office.mails[-1].get_content()
    assert GONE in text
    assert f"https://synergy.example/api/webhooks/{HOOK}/" in text
    assert [] == sent(told.auth)


def test_the_owner_is_told_by_mail_of_a_delivery_that_was_given_up(told: Told) -> None:
    why = "It was tried 10 times. It answered 422."
    delivery = str(new_id())
    told.webhooks.happens(
        "webhook.delivery_failed", webhook_id=HOOK, owner_id=told.ann, name="Mirror", delivery_id=delivery,
        event_type="task.created", reason=why, since=43,
    )  # fmt: skip
    told.follow()

    assert [("ann@example.com", "Your webhook Mirror refuses a delivery")] == sent(told.auth)
    text = told.auth.office.mails[-1].get_content()
    assert f"task.created to your webhook “Mirror” was given up; the ones after it go out. {why}" in text
    assert f"https://synergy.example/api/webhook-deliveries/{delivery}/redeliver/" in text
    assert [] == sent(told.auth)


def test_events_that_come_twice_and_a_follower_that_begins_anew_tell_nobody_twice(told: Told) -> None:
    events = [told.disables(told.ann) for _ in range(3)]
    follower = told.follower()
    follower.take([*told.webhooks.events, *told.webhooks.events[:2]])
    follower.take(told.webhooks.events)
    assert 3 == len(sent(told.auth))

    follower.follow_anew()
    follower.take([])

    assert [(event, told.ann) for event in events] == told.noted()
    assert [] == sent(told.auth)
    assert told.webhooks.head().position == follower.position()


def test_who_follows_anew_when_the_mails_are_forgotten_tells_nobody_again(told: Told) -> None:
    told.disables(told.ann)
    told.follow()
    sent(told.auth)
    told.auth.passes(days=8)
    assert 1 <= told.auth.app.outbox.forget()
    assert [] == told.noted()

    told.follower().follow_anew()
    told.follow()

    assert [] == told.noted()


def test_killed_between_the_mail_and_the_position_it_is_told_once(told: Told) -> None:
    event = told.disables(told.ann)

    def dying(apply: Apply) -> Apply:
        def until_killed(events, rows):
            apply(events, rows)
            raise KeyboardInterrupt

        return until_killed

    with pytest.raises(KeyboardInterrupt):
        told.follower(dying).take([])
    assert [] == told.noted()
    told.follow()

    assert [(event, told.ann)] == told.noted()


def test_several_at_once_tell_once(told: Told) -> None:
    events = [told.disables(told.ann) for _ in range(20)]
    followers = [Thread(target=told.follow) for _ in range(4)]
    for one in followers:
        one.start()
    for one in followers:
        one.join()

    assert sorted((event, told.ann) for event in events) == sorted(told.noted())


def test_a_restored_webhooks_tells_again_of_nothing_but_what_happens_again(told: Told) -> None:
    kept, lost = told.disables(told.ann), told.disables(told.ann)
    told.follow()
    told.webhooks.is_restored(events=1)
    again = told.disables(told.ann)
    told.follow()
    told.follow()

    assert [(event, told.ann) for event in (kept, lost, again)] == told.noted()


@pytest.mark.parametrize(
    ("ago", "count"),
    [
        pytest.param(timedelta(days=3), 1, id="after_a_weekend_without_a_broker"),
        pytest.param(NEWS + timedelta(minutes=1), 0, id="longer_ago_than_mails_are_remembered"),
        pytest.param(timedelta(days=400), 0, id="before_anybody_was_told"),
    ],
)
def test_old_events_are_told_only_while_they_are_news(told: Told, ago: timedelta, count: int) -> None:
    told.disables(told.ann, ago=ago)
    told.follow()

    assert count == len(told.noted())


def test_what_happened_before_webhooks_were_followed_is_not_told(told: Told, migrated) -> None:
    since(migrated, told.auth.clock.now() - timedelta(hours=1))
    told.disables(told.ann, ago=timedelta(hours=2))
    event = told.disables(told.ann, ago=timedelta(minutes=30))
    told.follow()

    assert [(event, told.ann)] == told.noted()


def test_every_source_is_followed_since_a_revision_says_so_and_the_service_cannot_change_it(auth: Person) -> None:
    assert set(NOTICES) == {row.source for row in auth.rows("SELECT source FROM notice_sources")}
    for statement in ("UPDATE notice_sources SET since = now()", "DELETE FROM notice_sources"):
        with pytest.raises(Exception, match="permission denied"):
            auth.write(statement)


def test_an_event_of_a_program_that_did_not_say_whose_it_is_tells_nobody(told: Told) -> None:
    told.disables(None)
    told.follow()

    assert [] == told.noted()
    assert 1 == told.follower().position()


def test_who_is_disabled_gone_or_was_never_there_is_not_written_to(told: Told) -> None:
    auth = told.auth
    auth.register("root")
    auth.write("UPDATE users SET is_superuser = true WHERE username = 'root'")
    root = auth.login("root")
    bob, eve = (auth.register(name) for name in ("bob", "eve"))
    update_user(auth, root, bob["user"]["id"], is_active=False)
    erase(auth, eve)
    for owner in (bob["user"]["id"], eve["user"]["id"], 999_999_999):
        told.disables(owner)
    event = told.disables(told.ann)
    told.follow()

    assert [(event, told.ann)] == told.noted()
    assert 4 == told.follower().position()
    assert 0 == told.follower().parked()


def test_who_goes_while_being_told_is_waited_for_and_forgotten(told: Told, migrated) -> None:
    told.disables(told.ann)
    with (
        told.auth.app.engine.connect() as leaving,
        psycopg.connect(migrated.service_url, autocommit=True) as watching,
    ):
        leaving.exec_driver_sql("DELETE FROM users WHERE username = 'ann'")
        follower = told.follower()
        telling = Thread(target=follower.take, args=([],))
        telling.start()
        waiting(watching, 1)
        leaving.commit()
    telling.join(30)

    assert (1, 0, []) == (follower.position(), follower.parked(), told.noted())


def test_nobody_is_flooded_whose_webhooks_are_switched_off_again_and_again(told: Told) -> None:
    ben = told.auth.register("ben")["user"]["id"]
    sent(told.auth)
    for _ in range(MOST_A_DAY + 5):
        told.disables(told.ann)
    told.disables(ben)
    told.follow()
    assert [told.ann] * MOST_A_DAY + [ben] == [user_id for _, user_id in told.noted()]
    assert MOST_A_DAY + 1 == len(sent(told.auth))

    told.auth.passes(days=1, minutes=1)
    event = told.disables(told.ann)
    told.follow()

    assert (event, told.ann) == told.noted()[-1]


def test_a_mail_that_waits_goes_with_the_account(told: Told) -> None:
    told.disables(told.ann)
    told.follow()
    erase(told.auth, told.auth.pair)

    assert [] == told.noted()
    assert [] == sent(told.auth)


def test_an_event_that_cannot_be_told_is_parked_and_told_by_its_replay(told: Told) -> None:
    def broken(apply: Apply) -> Apply:
        def refusing(events, rows):
            raise KeyError("reason")

        return refusing

    event = told.disables(told.ann)
    told.follower(broken).take([])
    assert (1, []) == (told.follower().parked(), told.noted())

    assert 1 == told.follower().replay()
    assert [(event, told.ann)] == told.noted()
