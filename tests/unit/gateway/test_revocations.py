"""Revoked tokens: refused at once when it is known, and nobody is let in when it cannot be known."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.clock import FixedClock
from synergy_contracts.sessions import ReadRevocations
from synergy_gateway.problems import Problem
from synergy_gateway.revocations import GOOD_FOR, SOONER, RevokedTokens

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)
LATER = NOW + timedelta(hours=1)


def revoked(user: int, **more: Any) -> dict[str, Any]:
    return {"user_id": user, "until": LATER.isoformat(), **more}


class Auth:
    """Auth, as the gateway asks it; the clocks stand still until a test moves them."""

    def __init__(self) -> None:
        self.pages: list[Any] = []
        self.asked: list[ReadRevocations] = []
        self.seconds = 100.0
        self.clock = FixedClock(NOW)
        self.tokens = RevokedTokens(self.answer, self.clock, monotonic=lambda: self.seconds)

    async def answer(self, body: ReadRevocations) -> msgspec.Raw:
        self.asked.append(body)
        told = self.pages.pop(0) if self.pages else page()
        if isinstance(told, Exception):
            raise told
        return msgspec.Raw(msgspec.json.encode(told))

    def refuses(self, user: int = 7, session: UUID = ONE, generation: int = 0) -> bool:
        return asyncio.run(self.tokens.refuse(user, str(session), generation))

    def passes(self, seconds: float) -> None:
        self.seconds += seconds
        self.clock.advance(timedelta(seconds=seconds))


def page(*told: dict[str, Any], cursor: str = "e:1", whole: bool = True, more: UUID | None = None) -> dict[str, Any]:
    return {"cursor": cursor, "whole": whole, "more": more, "revocations": list(told)}


@pytest.fixture
def auth() -> Auth:
    return Auth()


@pytest.mark.parametrize(
    ("told", "user", "session", "generation", "refused"),
    [
        pytest.param([], 7, ONE, 0, False, id="nothing_revoked"),
        pytest.param([revoked(7, session_id=ONE)], 7, ONE, 0, True, id="its_session"),
        pytest.param([revoked(7, session_id=ONE)], 7, TWO, 0, False, id="another_session"),
        pytest.param([revoked(7, generation=1)], 7, ONE, 0, True, id="an_older_generation"),
        pytest.param([revoked(7, generation=1)], 7, ONE, 1, False, id="of_today_s_generation"),
        pytest.param([revoked(8, generation=1)], 7, ONE, 0, False, id="somebody_else"),
        pytest.param([revoked(7, generation=1, spared=ONE)], 7, ONE, 0, False, id="the_spared_session"),
        pytest.param([revoked(7, generation=1, spared=ONE)], 7, TWO, 0, True, id="not_the_spared_session"),
        pytest.param(
            [revoked(7, generation=2), revoked(7, generation=1, spared=ONE)], 7, ONE, 0, True, id="the_latest_counts"
        ),
        pytest.param(
            [revoked(7, generation=1, spared=ONE), revoked(7, session_id=ONE)], 7, ONE, 0, True, id="spared_then_ended"
        ),
    ],
)
def test_which_tokens_are_refused(auth, told, user, session, generation, refused):
    auth.pages = [page(*told)]

    assert refused is auth.refuses(user, session, generation)


def test_what_was_told_is_held_until_it_has_expired_by_itself(auth):
    auth.pages = [page(revoked(7, session_id=ONE), revoked(8, generation=1))]
    assert (auth.refuses(), auth.refuses(8)) == (True, True)

    auth.passes(3599)
    assert (auth.refuses(), auth.refuses(8)) == (True, True)
    auth.passes(6)
    assert (auth.refuses(), auth.refuses(8)) == (False, False)


def test_all_pages_are_read_and_the_first_one_s_cursor_is_gone_on_from(auth):
    auth.pages = [
        page(revoked(7, session_id=ONE), cursor="e:5", more=ONE),
        page(revoked(7, session_id=TWO), cursor="e:9"),
    ]

    assert (auth.refuses(), auth.refuses(session=TWO)) == (True, True)
    auth.passes(GOOD_FOR)
    auth.refuses()
    assert [(None, None), (None, ONE), ("e:5", None)] == [(ask.after, ask.beyond) for ask in auth.asked]


def test_within_five_seconds_of_an_answer_nobody_is_asked(auth):
    auth.refuses()
    auth.passes(GOOD_FOR - 0.1)
    auth.refuses()

    assert 1 == len(auth.asked)


@pytest.mark.parametrize("error", [RpcTimeout("auth.revocations"), RpcUnavailable("gone")], ids=["slow", "gone"])
def test_after_five_seconds_without_an_answer_nobody_is_let_in(auth, error):
    auth.refuses()
    auth.passes(GOOD_FOR)
    auth.pages = [error]

    with pytest.raises(Problem) as refused:
        auth.refuses()
    assert (503, "service-unavailable") == (refused.value.status, refused.value.code)
    with pytest.raises(Problem):
        auth.refuses()  # at once: auth was asked a moment ago
    assert 2 == len(auth.asked)
    auth.passes(SOONER)
    assert auth.refuses() is False


def test_before_the_first_answer_nobody_is_let_in(auth):
    auth.pages = [RpcUnavailable("not there yet")]

    with pytest.raises(Problem):
        auth.refuses()
    assert auth.refuses() is False  # it waits for its turn to ask again


def test_many_who_wait_for_an_answer_share_it(auth):
    async def many() -> list[bool]:
        return await asyncio.gather(*(auth.tokens.refuse(7, str(ONE), 0) for _ in range(20)))

    auth.pages = [page(revoked(7, session_id=ONE))]
    assert [True] * 20 == asyncio.run(many())
    assert 1 == len(auth.asked)


def test_a_hint_makes_the_loop_ask_at_once(auth):
    async def until(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(1.5):
            while not condition():  # noqa: ASYNC110 (the state of the object under test)
                await asyncio.sleep(0.01)

    async def steps() -> None:
        keeping = asyncio.create_task(auth.tokens.keep())
        await until(lambda: len(auth.asked) == 1)
        auth.pages = [page(revoked(7, session_id=ONE))]
        auth.tokens.hasten()
        await until(lambda: len(auth.asked) == 2)
        assert await auth.tokens.refuse(7, str(ONE), 0)
        keeping.cancel()

    asyncio.run(steps())


def test_a_revoked_token_is_401_at_the_door(ann, neighbours):
    neighbours.answers["auth.revocations"] = page(revoked(7, generation=1) | {"until": "2100-01-01T00:00:00Z"})

    answer = ann.get("/api/projects/3/")

    assert (401, "/problems/invalid-token") == (answer.status_code, answer.json()["type"])
    assert "revoked" in answer.json()["detail"]
    assert not neighbours.sent("projects.read_project")


def test_while_auth_cannot_tell_what_is_revoked_the_door_is_503(ann, neighbours):
    neighbours.answers["auth.revocations"] = RpcTimeout("auth.revocations")

    answer = ann.get("/api/projects/3/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("generation", [-1, "1", None, 1.5])
def test_a_generation_that_is_none_is_no_token_of_ours(anyone, signer, generation):
    token = signer.token(gen=generation) if generation is not None else signer.token(gen=[])

    assert anyone.get("/api/projects/3/", headers={"Authorization": f"Bearer {token}"}).status_code == 401
