"""Streams of events: whom they reach, in which order, what becomes of slow readers, and when they end."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from synergy_chassis.bus.errors import RpcTimeout
from synergy_chassis.clock import FixedClock
from synergy_contracts.envelope import Actor
from synergy_contracts.following import FollowEvents
from synergy_contracts.refusals import Refused
from synergy_contracts.sessions import CheckSessions
from synergy_gateway.following import feed as feeds
from synergy_gateway.following import pulse, watch
from synergy_gateway.following import stream as streams
from synergy_gateway.following import subscription as subscriptions
from synergy_gateway.following.feed import Feed
from synergy_gateway.following.pulse import Pulse
from synergy_gateway.following.stream import EventStream
from synergy_gateway.following.subscription import PIECE, Subscription, Wanted
from synergy_gateway.following.watch import Watch
from synergy_gateway.problems import Problem
from synergy_gateway.revocations import RevokedTokens

ANN, BOB = Actor(user_id=1, session_id=str(UUID(int=1))), Actor(user_id=2, session_id=str(UUID(int=2)))
ROOT = Actor(user_id=3, superuser=True)


@dataclass
class Log:
    """The log of projects and who is in which, as the service tells them."""

    events: list[dict[str, Any]] = field(default_factory=list)
    members: set[tuple[int, int]] = field(default_factory=set)
    head: int = 10
    down: bool = False
    page: int = 2
    asked: list[int] = field(default_factory=list)
    before_memberships: Callable[[], None] = lambda: None
    after_memberships: Callable[[], None] = lambda: None

    def add(self, project: int, kind: str = "task.created", **data: Any) -> int:
        self.head += 2  # positions have holes
        self.events.append({"position": self.head, "project": project, "type": kind, "data": data})
        if kind == "member.added":
            self.members.add((project, data["user_id"]))
        if kind == "member.removed":
            self.members.discard((project, data["user_id"]))
        return self.head

    async def follow(self, body: FollowEvents) -> msgspec.Raw:
        await asyncio.sleep(0)
        if self.down:
            raise RpcTimeout("projects.follow_events")
        if body.after is not None and body.after > self.head:
            raise Refused("gone", "position-gone", "The events do not go as far.")
        events = [] if body.after is None else [one for one in self.events if one["position"] > body.after][:3]
        read_to = events[-1]["position"] if len(events) == 3 else self.head
        return raw({"events": events, "next": read_to, "more": read_to < self.head})

    async def memberships(self, actor: Actor) -> msgspec.Raw:
        position = self.head
        self.before_memberships()
        answer = raw({"projects": sorted(p for p, user in self.members if user == actor.user_id), "position": position})
        self.after_memberships()
        await asyncio.sleep(0)
        return answer

    async def read(self, actor: Actor, after: int, most: int) -> msgspec.Raw:
        """A page of two, or of so many, of what somebody may see."""
        self.asked.append(most)
        mine = {project for project, user in self.members if user == actor.user_id}
        found = [one for one in self.events if one["position"] > after and one["project"] in mine]
        page = found[: min(most, self.page)]
        return raw({"events": page, "next": page[-1]["position"] if len(found) > len(page) else self.head})


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


@dataclass
class Client:
    """Reads a stream; `open` lets it take what it is sent."""

    sent: list[bytes] = field(default_factory=list)
    closed: bool = False
    open: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: Any) -> None:
        await self.open.wait()
        self.sent.append(message.get("body", b""))
        self.closed = not message.get("more_body", True)

    async def receive(self) -> Any:
        await self.left.wait()
        return {"type": "http.disconnect"}

    @property
    def positions(self) -> list[int]:
        lines = b"".join(self.sent).split(b"\n\n")
        return [int(line.partition(b"\n")[0][4:]) for line in lines if b"\ndata: " in line]


class Scene:
    """A feed over a log, and clients that read streams of it."""

    def __init__(self, log: Log, **limits: Any) -> None:
        self.log = log
        self.feed = Feed(log.follow, log.memberships, **limits)
        self.tasks: list[asyncio.Task[None]] = []

    async def stream(
        self, actor: Actor, *, after: int | None = None, slow: bool = False, **wanted: Any
    ) -> tuple[Client, Subscription]:
        client, chosen = Client(), Wanted(**wanted)
        if not slow:
            client.open.set()
        one = await self.feed.open(actor, 0, chosen)

        async def read(position: int, most: int) -> msgspec.Raw:
            return await self.log.read(actor, position, most)

        stream = EventStream(self.feed, one, read, after=after, first=None)
        start = {"type": "http.response.start"}
        self.tasks.append(asyncio.create_task(stream.write(client.receive, client.send, start=start)))
        return client, one


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 (they are plain values)
            await asyncio.sleep(0.001)


def run(steps: Callable[[Scene], Coroutine[Any, Any, None]], **limits: Any) -> None:
    """Run steps while the feed keeps itself up to date."""

    async def running() -> None:
        scene = Scene(Log(members={(7, 1), (8, 2)}), **limits)
        keeping = [asyncio.create_task(one.keep()) for one in (scene.feed, Pulse(lambda: scene.feed.streams))]
        try:
            await steps(scene)
        finally:
            for task in [*keeping, *scene.tasks]:
                task.cancel()
            await asyncio.gather(*keeping, *scene.tasks, return_exceptions=True)

    asyncio.run(running())


def test_everybody_is_told_what_happens_in_their_projects_in_order_and_each_once():
    async def steps(scene: Scene) -> None:
        (ann, _), (bob, _), (other, _) = [await scene.stream(actor) for actor in (ANN, BOB, ANN)]
        mine = [scene.log.add(7) for _ in range(5)]
        theirs = scene.log.add(8)
        scene.log.add(9)
        scene.feed.hasten()
        await until(lambda: bob.positions)
        last = scene.log.add(7)
        scene.feed.hasten()
        await until(lambda: last in ann.positions and last in other.positions)

        assert [*mine, last] == ann.positions == other.positions
        assert [theirs] == bob.positions

    run(steps)


def test_what_is_not_wanted_is_not_told_and_a_superuser_may_follow_one_project_of_others():
    async def steps(scene: Scene) -> None:
        some, _ = await scene.stream(ANN, types=frozenset({"task.deleted"}))
        one, _ = await scene.stream(ANN, project=8)
        root, _ = await scene.stream(ROOT, project=7)
        everything, _ = await scene.stream(ROOT)
        made, deleted, foreign = scene.log.add(7), scene.log.add(7, "task.deleted"), scene.log.add(8)
        scene.feed.hasten()
        await until(lambda: some.positions and len(root.positions) == 2)

        assert [deleted] == some.positions
        assert [made, deleted] == root.positions
        assert foreign not in one.positions
        assert [] == everything.positions

    run(steps)


def test_who_comes_in_or_is_put_out_hears_from_then_on_or_no_more():
    async def steps(scene: Scene) -> None:
        bob, _ = await scene.stream(BOB)
        ann, _ = await scene.stream(ANN)
        scene.log.add(7)
        joined = scene.log.add(7, "member.added", user_id=2)
        between = scene.log.add(7)
        scene.log.add(7, "member.removed", user_id=2)
        after = scene.log.add(7)
        own = scene.log.add(11, "project.created", owner_id=2)
        scene.feed.hasten()
        await until(lambda: own in bob.positions and after in ann.positions)

        assert [joined, between, own] == bob.positions
        assert 5 == len(ann.positions)

    run(steps)


def test_who_was_put_out_is_not_told_what_still_waited_for_them():
    async def steps(scene: Scene) -> None:
        bob, _ = await scene.stream(BOB, slow=True)
        scene.log.add(8)
        scene.log.add(8, "member.removed", user_id=2)
        scene.feed.hasten()
        await until(lambda: scene.feed.position == scene.log.head)
        bob.open.set()
        last = scene.log.add(12, "project.created", owner_id=2)
        scene.feed.hasten()
        await until(lambda: bob.positions)

        assert [last] == bob.positions

    run(steps)


def test_a_membership_that_changes_while_it_is_asked_for_counts():
    async def steps(scene: Scene) -> None:
        await scene.stream(ANN)
        scene.log.after_memberships = lambda: scene.log.add(7, "member.added", user_id=2) and scene.feed.hasten()
        opening = asyncio.create_task(scene.stream(BOB))
        await until(lambda: scene.feed.position == scene.log.head or opening.done())
        bob, _ = await opening
        last = scene.log.add(7)
        scene.feed.hasten()
        await until(lambda: last in bob.positions)

    run(steps)


@pytest.mark.parametrize("told", ["before", "after"])
def test_who_was_put_out_and_taken_back_while_memberships_were_asked_for_misses_nothing(told: str):
    async def steps(scene: Scene) -> None:
        await scene.stream(ANN)
        made: list[int] = []

        def changes() -> None:
            scene.log.add(8, "member.removed", user_id=2)
            made.append(scene.log.add(8))
            scene.log.add(8, "member.added", user_id=2)

        setattr(scene.log, f"{told}_memberships", changes)
        start = scene.log.head
        bob, _ = await scene.stream(BOB, after=start)
        last = scene.log.add(8)
        scene.feed.hasten()
        await until(lambda: last in bob.positions)

        assert [event["position"] for event in scene.log.events if event["position"] > start] == bob.positions
        assert made[0] in bob.positions

    run(steps)


def test_a_stream_of_one_project_ends_when_its_reader_is_put_out_or_the_project_is_purged():
    async def steps(scene: Scene) -> None:
        (one, named), (_, everything), (_, root) = [
            await scene.stream(BOB, project=8), await scene.stream(BOB), await scene.stream(ROOT, project=8),
        ]  # fmt: skip
        scene.log.add(8, "member.removed", user_id=2)
        scene.feed.hasten()
        await until(lambda: one.closed)
        assert ("put-out", None, None) == (named.ended, everything.ended, root.ended)

        scene.log.add(8, "project.purged")
        scene.feed.hasten()
        await until(lambda: root.ended)
        assert ("put-out", None) == (root.ended, everything.ended)

    run(steps)


def test_an_event_that_cannot_be_read_stops_nobody():
    async def steps(scene: Scene) -> None:
        ann, one = await scene.stream(ANN)
        scene.log.events.append({"position": scene.log.add(7) + 1, "project": "seven", "type": "task.created"})
        scene.log.head += 1
        last = scene.log.add(7)
        scene.feed.hasten()
        await until(lambda: ann.closed)
        assert "unreadable" == one.ended

        again, _ = await scene.stream(ANN, after=last - 3)
        later = scene.log.add(7)
        scene.feed.hasten()
        await until(lambda: later in again.positions)
        assert [last, later] == again.positions

    run(steps)


def test_much_is_sent_in_pieces_and_little_of_it_lies_here():
    async def steps(scene: Scene) -> None:
        scene.log.page = 50
        await scene.stream(BOB)
        start, large = scene.log.head, "x" * (PIECE // 5)
        missed = [scene.log.add(7, text=large) for _ in range(12)]
        huge = scene.log.add(7, text=large * 10)
        ann, _ = await scene.stream(ANN, after=start)
        await until(lambda: huge in ann.positions)
        waited = [scene.log.add(7, text=large) for _ in range(6)]
        scene.feed.hasten()
        await until(lambda: waited[-1] in ann.positions)

        assert [*missed, huge, *waited] == ann.positions
        sizes = [(len(sent), sent.count(b"data: ")) for sent in ann.sent]
        assert all(size <= PIECE or events == 1 for size, events in sizes)
        assert max(scene.log.asked[1:]) <= 8  # a large page is not read again and again for a piece of it

    run(steps)


def test_what_was_missed_comes_first_and_nothing_twice():
    async def steps(scene: Scene) -> None:
        await scene.stream(BOB)  # so that the feed is under way
        start = scene.log.head
        missed = [scene.log.add(7) for _ in range(7)]
        ann, _ = await scene.stream(ANN, after=start)
        later = [scene.log.add(7) for _ in range(3)]
        scene.feed.hasten()
        await until(lambda: later[-1] in ann.positions)

        assert [*missed, *later] == ann.positions
        assert ann.sent[1] == f"retry: 1000\nid: {start}\n\n".encode()

    run(steps)


def test_a_reader_that_is_too_slow_holds_nobody_up_and_misses_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(subscriptions, "MOST_WAITING", 4)

    async def steps(scene: Scene) -> None:
        slow, one = await scene.stream(ANN, slow=True)
        quick, _ = await scene.stream(ANN)
        told = [scene.log.add(7) for _ in range(20)]
        scene.feed.hasten()
        await until(lambda: told[-1] in quick.positions and one.behind)
        assert [] == one.take(None)

        slow.open.set()
        await until(lambda: told[-1] in slow.positions)
        assert told == slow.positions == quick.positions

    run(steps)


def test_a_client_that_takes_nothing_for_long_is_let_go(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "SLOWEST", 0.01)
    monkeypatch.setattr(pulse, "EVERY", 0.001)

    async def steps(scene: Scene) -> None:
        client, one = await scene.stream(ANN)
        await until(lambda: b"retry" in b"".join(client.sent))
        client.open.clear()
        scene.log.add(7)
        scene.feed.hasten()
        await until(lambda: one.ended == "stuck")
        await until(lambda: not len(scene.feed.audience))

    run(steps)


def test_a_stream_that_is_over_does_not_wait_for_a_client_that_takes_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pulse, "EVERY", 0.001)

    async def steps(scene: Scene) -> None:
        client, one = await scene.stream(ANN)
        await until(lambda: b"retry" in b"".join(client.sent))
        client.open.clear()
        scene.log.add(7)
        scene.feed.hasten()
        await until(lambda: scene.feed.position == scene.log.head)
        one.end("revoked")
        await until(scene.tasks[0].done)

        assert ([], None) == (client.positions, scene.tasks[0].exception())
        assert not len(scene.feed.audience)

    run(steps)


def test_who_leaves_is_forgotten_and_while_nobody_follows_nothing_is_asked():
    async def steps(scene: Scene) -> None:
        client, one = await scene.stream(ANN)
        client.left.set()
        await until(scene.tasks[0].done)

        assert (0, None) == (len(scene.feed.audience), scene.feed.position)
        assert "gone" == one.ended

    run(steps)


def test_a_quiet_stream_says_where_it_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "HEARTBEAT", 0.01)
    monkeypatch.setattr(pulse, "EVERY", 0.001)

    async def steps(scene: Scene) -> None:
        client, _ = await scene.stream(ANN)
        foreign = scene.log.add(8)
        scene.feed.hasten()
        await until(lambda: f"id: {foreign}\n:\n\n".encode() in client.sent)

    run(steps)


def test_a_stream_is_quiet_for_fifteen_seconds_and_no_longer():
    async def steps(scene: Scene) -> None:
        before = time.monotonic()
        client, one = await scene.stream(ANN)
        await until(lambda: b"retry" in b"".join(client.sent))
        (stream,) = scene.feed.streams

        stream.look(before + 14.9)
        assert not one.stirred
        stream.look(time.monotonic() + 15.0)
        assert one.stirred

    run(steps)


def test_what_cannot_be_read_is_read_later(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feeds, "AGAIN", 0.01)

    async def steps(scene: Scene) -> None:
        ann, _ = await scene.stream(ANN)
        scene.log.down = True
        told = scene.log.add(7)
        scene.feed.hasten()
        await asyncio.sleep(0.05)
        scene.log.down = False
        await until(lambda: told in ann.positions)

    run(steps)


def test_after_a_restore_everybody_begins_anew():
    async def steps(scene: Scene) -> None:
        ann, one = await scene.stream(ANN)
        scene.log.head -= 4
        scene.feed.hasten()
        await until(lambda: ann.closed)
        again, _ = await scene.stream(ANN)
        told = scene.log.add(7)
        scene.feed.hasten()
        await until(lambda: told in again.positions)

        assert "restored" == one.ended

    run(steps)


def test_so_many_may_follow_and_no_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feeds, "MOST_OF_ONE", 2)

    async def steps(scene: Scene) -> None:
        for _ in range(2):
            await scene.stream(ANN)
        with pytest.raises(Problem) as own:
            await scene.feed.open(ANN, 0, Wanted())
        await scene.stream(BOB)
        with pytest.raises(Problem) as all_of_them:
            await scene.feed.open(BOB, 0, Wanted())

        assert (429, "too-many-own-streams") == (own.value.status, own.value.code)
        assert (503, "too-many-streams") == (all_of_them.value.status, all_of_them.value.code)
        assert all_of_them.value.headers["Retry-After"]

    run(steps, most=3)


def test_when_the_gateway_ends_so_do_the_streams_whole():
    async def steps(scene: Scene) -> None:
        ann, _ = await scene.stream(ANN)
        await until(lambda: ann.sent)
        scene.feed.drain()
        await until(lambda: ann.closed)
        with pytest.raises(Problem):
            await scene.feed.open(ANN, 0, Wanted())

    run(steps)


@pytest.mark.parametrize(
    ("revocation", "age", "ended"),
    [
        pytest.param(None, 0.0, None, id="a_session_that_is_open"),
        pytest.param({"session_id": UUID(int=1)}, 0.0, "revoked", id="a_session_that_was_ended"),
        pytest.param({"session_id": UUID(int=2)}, 0.0, None, id="somebody_elses"),
        pytest.param({"generation": 1}, 0.0, "revoked", id="all_of_the_account"),
        pytest.param({"generation": 1, "spared": UUID(int=1)}, 0.0, None, id="all_but_this_one"),
        pytest.param(None, 4.6, "unknown", id="nobody_could_tell_for_almost_five_seconds"),
    ],
)
def test_a_stream_ends_with_its_session(revocation, age, ended):
    now, until_then = 100.0, datetime(2026, 1, 5, tzinfo=UTC)
    told = [{"user_id": 1, "until": until_then + timedelta(hours=1)} | revocation] if revocation else []

    async def ask(_body: Any) -> msgspec.Raw:
        return raw({"cursor": "1:1", "whole": True, "more": None, "revocations": told})

    async def steps() -> None:
        nonlocal now
        revoked = RevokedTokens(ask, FixedClock(until_then), monotonic=lambda: now)
        one = Subscription(ANN, 0, Wanted(), start=0)
        await revoked.refuse(9, None, 0)
        now += age
        Watch(lambda: [one], revoked, ask).look()
        assert ended == one.ended

    asyncio.run(steps())


def test_a_session_that_is_over_by_itself_ends_its_streams():
    over, still = uuid4(), uuid4()
    asked: list[CheckSessions] = []

    async def ask(body: CheckSessions) -> msgspec.Raw:
        asked.append(body)
        return raw({"ids": [str(still)]})

    async def steps() -> None:
        ones = [Subscription(Actor(user_id=1, session_id=str(id)), 0, Wanted(), start=0) for id in (over, still, over)]
        nobodys = Subscription(Actor(user_id=1), 0, Wanted(), start=0)
        await Watch(
            lambda: [*ones, nobodys], RevokedTokens(ask, FixedClock(datetime(2026, 1, 5, tzinfo=UTC))), ask
        ).ask()

        assert ["over", None, "over", None] == [one.ended for one in (*ones, nobodys)]
        assert [{over, still}] == [set(body.ids) for body in asked]

    asyncio.run(steps())


@pytest.mark.parametrize("asking", ["hangs", "breaks"])
def test_a_stream_ends_in_time_whatever_becomes_of_the_question_which_sessions_are_over(monkeypatch, asking):
    monkeypatch.setattr(watch, "EVERY", 0.001)
    monkeypatch.setattr(watch, "ASKED_EVERY", 0.001)
    now, asked = 100.0, 0

    async def revocations(_body: Any) -> msgspec.Raw:
        return raw({"cursor": "1:1", "whole": True, "more": None, "revocations": []})

    async def sessions(_body: CheckSessions) -> msgspec.Raw:
        nonlocal asked
        asked += 1
        if asking == "breaks":
            raise LookupError("nobody thought of it")
        await asyncio.Event().wait()
        raise AssertionError

    async def steps() -> None:
        nonlocal now
        revoked = RevokedTokens(revocations, FixedClock(datetime(2026, 1, 5, tzinfo=UTC)), monotonic=lambda: now)
        one = Subscription(Actor(user_id=1, session_id=str(uuid4())), 0, Wanted(), start=0)
        await revoked.refuse(9, None, 0)
        keeping = asyncio.create_task(Watch(lambda: [one], revoked, sessions).keep())
        await until(lambda: asked)
        assert one.ended is None
        now += 4.6
        await until(lambda: one.ended or keeping.done())
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

        assert "unknown" == one.ended

    asyncio.run(asyncio.wait_for(steps(), 20))
