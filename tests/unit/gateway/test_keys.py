"""When auth is asked for its keys, and what is used meanwhile."""

import asyncio

import msgspec
import pytest
from unit.gateway.given import Signer

from synergy_chassis.bus.errors import RpcTimeout
from synergy_gateway.keys import FRESH, SOONEST, Keys


class Auth:
    """Tells its keys, counts how often."""

    def __init__(self, *signers: Signer) -> None:
        self.signers = list(signers)
        self.asked = 0
        self.away = False

    async def tell(self) -> msgspec.Raw:
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise RpcTimeout("auth.jwks")
        return msgspec.Raw(msgspec.json.encode({"keys": [signer.jwk() for signer in self.signers]}))


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_many_who_need_a_key_at_once_share_one_call():
    async def scene() -> None:
        auth = Auth(Signer())
        keys = Keys(auth.tell)
        found = await asyncio.gather(*(keys.find("key-1") for _ in range(50)))

        assert all(found)
        assert auth.asked == 1

    asyncio.run(scene())


def test_an_unknown_id_asks_again_at_most_once_a_second():
    async def scene() -> None:
        auth, time = Auth(Signer()), Time()
        keys = Keys(auth.tell, monotonic=time)
        await keys.find("key-1")
        for _ in range(10):
            assert await keys.find("nobody's") is None
        assert auth.asked == 1

        time.now += SOONEST
        auth.signers.append(Signer(kid="key-2"))
        assert await keys.find("key-2") is not None
        assert auth.asked == 2

    asyncio.run(scene())


def test_a_withdrawn_key_goes_at_the_next_look():
    async def scene() -> None:
        auth, time = Auth(Signer(), Signer(kid="key-2")), Time()
        keys = Keys(auth.tell, monotonic=time)
        await keys.find("key-1")
        before = keys.generation

        auth.signers.pop(0)
        time.now += FRESH
        assert await keys.find("key-1") is not None  # serves while the look goes on
        await settle()

        assert await keys.find("key-1") is None
        assert keys.generation > before

    asyncio.run(scene())


def test_while_auth_is_away_the_last_keys_serve():
    async def scene() -> None:
        auth, time = Auth(Signer()), Time()
        keys = Keys(auth.tell, monotonic=time)
        await keys.find("key-1")

        auth.away = True
        time.now += FRESH * 100
        assert await keys.find("key-1") is not None
        await settle()
        assert await keys.find("key-1") is not None

    asyncio.run(scene())


def test_without_any_key_the_caller_hears_that_auth_is_away():
    async def scene() -> None:
        auth = Auth()
        auth.away = True
        with pytest.raises(RpcTimeout):
            await Keys(auth.tell).find("key-1")

    asyncio.run(scene())
