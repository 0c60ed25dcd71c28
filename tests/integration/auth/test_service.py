"""The service as a process: calls over the broker, the event on the bus, the commands of its command line."""

import asyncio
import itertools
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import forking
import msgspec
import pytest
from integration.auth.conftest import PASSWORD, copied

from synergy_chassis.bus.asyncio_caller import Caller
from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.clock import new_id
from synergy_contracts.envelope import HEADER_ACTOR, HEADER_CLIENT_ADDRESS, HEADER_COMMAND_ID, HEADER_USER_AGENT
from synergy_contracts.refusals import Refused
from synergy_local.servers.testbed import FreshDatabase, VirtualHost

SECRET = "a secret key for the tests, long enough"
_addresses = itertools.count(1)


def account(name: str) -> dict[str, str]:
    return {"username": name, "email": f"{name}@example.com", "password": PASSWORD}


ANN, NOBODY = account("ann"), account("nobody")

BAD_CALLS = [
    ("register", NOBODY | {"is_superuser": True}, None, "invalid", "/is_superuser"),
    ("register", NOBODY | {"id": 1}, None, "invalid", "/id"),
    ("register", NOBODY | {"username": "ann\n"}, None, "invalid", "/username"),
    ("register", NOBODY | {"username": "x" * 1_000_000}, None, "invalid", "/username"),
    ("register", NOBODY | {"password": "x" * 10_000}, None, "invalid", "/password"),
    ("register", NOBODY | {"password": "password1"}, None, "invalid", "/password"),
    ("register", [], None, "invalid", None),
    ("login", {"username": "ann"}, None, "invalid", "/password"),
    ("login", {"username": "ann", "password": "x\u0000y"}, None, "invalid", "/password"),
    ("read_profile", {}, None, "unauthenticated", None),
    ("read_profile", {}, 999, "unauthenticated", None),
    ("update_profile", {"is_superuser": True}, 1, "invalid", "/is_superuser"),
    ("events_after", {"position": -1}, None, "invalid", "/position"),
    ("find_person", {"username": "nobody"}, None, "not_found", "/username"),
    ("delete_everything", {}, None, "not_found", None),
]  # fmt: skip
"""Method, body, signed-in user, kind of refusal, and the field it must name."""


def environment(database: FreshDatabase) -> dict[str, str]:
    return os.environ | {
        "AUTH_DATABASE_URL": database.service_url,
        "AUTH_MIGRATION_URL": database.owner_url,
        "SECRET_KEY": SECRET,
        "LOG_LEVEL": "info",
    }


@pytest.fixture
def env(migrated) -> dict[str, str]:
    return environment(migrated)


@pytest.fixture(scope="module")
def service(template, postgres, broker, tmp_path_factory) -> Iterator[VirtualHost]:
    """`serve` and `relay`, as users of the broker with their own rights, on a database of their own."""
    vhost, told = broker.new_vhost(), tmp_path_factory.mktemp("service") / "auth.log"
    with copied(template, postgres) as database, told.open("wb") as log:
        processes = [
            forking.start(["-m", "synergy_auth", verb], env=environment(database) | urls, out=log.fileno())
            for verb, urls in (
                ("serve", {"AUTH_AMQP_URL": vhost.amqp_url("auth")}),
                ("relay", {"RELAY_AMQP_URL": vhost.amqp_url("relay-auth")}),
            )
        ]
        try:
            yield vhost
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            codes = [process.wait(30) for process in processes]
    assert codes == [0, 0], told.read_text()[-4000:]


@pytest.fixture
def gateway(service):
    """Runs a coroutine with a caller that asks as the gateway and other services do, from an address of its own."""
    address = f"203.0.113.{next(_addresses)}"

    async def run(work):
        caller = Caller(service.amqp_url())
        await caller.start()
        try:
            await _answering(caller)
            return await work(
                lambda method, body=None, **options: _ask(caller, method, body or {}, **{"address": address, **options})
            )
        finally:
            await caller.stop()

    return lambda work: asyncio.run(run(work))


async def _ask(
    caller: Caller, method: str, body: Any, *, user: int | None = None, address: str = "203.0.113.250", **actor: Any
) -> Any:
    headers = {HEADER_COMMAND_ID: str(new_id()), HEADER_CLIENT_ADDRESS: address, HEADER_USER_AGENT: "pytest"}
    if user is not None:
        headers[HEADER_ACTOR] = json.dumps({"user_id": user, **actor})
    return msgspec.json.decode(await caller.call(f"auth.{method}", body, headers=headers, deadline=10))


async def _answering(caller: Caller) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                health = await _ask(caller, "health", {})
                if health["parts"]["relay"]["status"] == "up":
                    return
            except (RpcUnavailable, RpcTimeout):
                pass
            await asyncio.sleep(0.05)


def test_a_person_registers_signs_in_and_is_found_over_the_bus(gateway):
    async def steps(ask):
        before = (await ask("head"))["position"]
        ann = await ask("register", ANN)
        user = ann["user"]["id"]
        assert (await ask("login", {"username": "ann", "password": PASSWORD}))["user"] == ann["user"]
        assert set(await ask("refresh_tokens", {"refresh": ann["refresh"]})) == {"access", "refresh"}
        assert await ask("read_profile", user=user) == ann["user"]
        assert ann["user"]["created_at"].endswith("Z")
        assert (await ask("update_profile", {"first_name": "Ann"}, user=user))["first_name"] == "Ann"
        assert await ask("people", {"ids": [user, 999]}) == [{"id": user, "username": "ann", "full_name": "Ann"}]
        assert (await ask("find_person", {"username": "ann"}))["id"] == user
        assert [key["alg"] for key in (await ask("jwks"))["keys"]] == ["EdDSA"]
        page = await ask("events_after", {"position": before})
        assert [event["type"] for event in page["events"]] == ["user.registered", "user.updated"]
        assert (await ask("head"))["position"] == page["events"][-1]["position"]
        parts = (await ask("health"))["parts"]
        told = {name: part["status"] for name, part in parts.items()}
        assert told == {"database": "up", "relay": "up", "consumer": "down"}  # webhooks is not there

    gateway(steps)


def test_the_sixth_wrong_login_is_told_when_to_come_back(gateway):
    async def steps(ask):
        await ask("register", account("ben"))
        refusals = []
        for _ in range(6):
            with pytest.raises(Refused) as refused:
                await ask("login", {"username": "ben", "password": "wrong password"})
            refusals.append(refused.value)
        assert [no.kind for no in refusals] == ["unauthenticated"] * 5 + ["too_many"]
        assert 0 < int(refusals[-1].retry_after) <= 300
        assert (await ask("login", {"username": "ben", "password": PASSWORD}, address="198.51.100.1"))["access"]

    gateway(steps)


def test_bad_calls_are_refused_by_name(gateway):
    async def steps(ask):
        before = await ask("head")
        for method, body, user, kind, pointer in BAD_CALLS:
            with pytest.raises(Refused) as refused:
                await ask(method, body, user=user)
            no = refused.value
            assert (method, str(body)[:80], no.kind) == (method, str(body)[:80], kind)
            if pointer:
                assert pointer in [error["pointer"] for error in json.loads(no.errors)]
        assert before == await ask("head")

    gateway(steps)


def test_other_calls_are_answered_while_many_sign_in(gateway):
    """Names of nobody cost a whole hash each: were they hashed on the hub, the call behind them would come last."""

    async def steps(ask):
        cleo = await ask("register", account("cleo"))
        logins = [
            asyncio.create_task(ask("login", {"username": f"nobody{number}", "password": PASSWORD}))
            for number in range(30)
        ]
        await asyncio.wait(logins, return_when=asyncio.FIRST_COMPLETED)
        await ask("read_profile", user=cleo["user"]["id"])
        waiting = sum(not login.done() for login in logins)
        refusals = await asyncio.gather(*logins, return_exceptions=True)
        return waiting, [refusal.kind for refusal in refusals]

    waiting, kinds = gateway(steps)

    assert waiting > 10
    assert kinds[0] == "unauthenticated"
    assert set(kinds) <= {"unauthenticated", "unavailable"}  # a slow machine turns the last in line away


def run(env, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return forking.run(["-m", "synergy_auth", *arguments], env=env | more)


def test_a_superuser_is_made_from_the_environment_once(env, auth):
    names = {
        "SUPERUSER_USERNAME": "root", "SUPERUSER_EMAIL": "root@example.com", "SUPERUSER_PASSWORD": "correct horse",
    }  # fmt: skip

    first, second = (run(env, "createsuperuser", REGISTRATION="closed", **names) for _ in range(2))

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "was created" in first.stdout
    assert "already" in second.stdout
    assert auth.login("root", "correct horse")["user"]["is_superuser"] is True
    assert "correct horse" not in first.stdout + first.stderr + second.stdout + second.stderr
    assert auth.rows("SELECT count(*) AS n FROM sessions")[0].n == 1  # the login's; making one signs nobody in


def test_someone_who_registered_the_name_first_is_not_made_a_superuser(env, auth):
    auth.register("root")

    done = run(
        env, "createsuperuser",
        SUPERUSER_USERNAME="root", SUPERUSER_EMAIL="r@example.com", SUPERUSER_PASSWORD="correct horse",
    )  # fmt: skip

    assert done.returncode == 1
    assert "taken" in done.stderr
    assert auth.login("root")["user"]["is_superuser"] is False


@pytest.mark.parametrize(
    ("given", "says", "code"),
    [
        (
            {"SUPERUSER_PASSWORD": "password1", "SUPERUSER_USERNAME": "r", "SUPERUSER_EMAIL": "r@example.com"},
            "common",
            1,
        ),
        (
            {"SUPERUSER_PASSWORD": "correct horse", "SUPERUSER_USERNAME": "r\u0007", "SUPERUSER_EMAIL": "r@x.y"},
            "letters",
            1,
        ),
        ({}, "Nobody answered", 1),
        ({"SECRET_KEY": ""}, "SECRET_KEY", 2),
    ],
    ids=["weak_password", "bad_name", "nobody_to_ask", "no_secret_key"],
)
def test_why_no_superuser_is_made_is_said_in_a_sentence(env, given, says, code):
    done = run(env, "createsuperuser", **given)

    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_migrating_again_verifying_and_rebuilding_from_the_command_line(env, auth):
    auth.register("ann")

    for arguments in (("migrate",), ("verify", "--json"), ("rebuild", "--check")):
        done = run(env, *arguments)
        assert done.returncode == 0, done.stderr
    assert "nothing to rebuild" in done.stdout
    told = json.loads(run(env, "rebuild", "--json").stdout)
    assert (told["service"], told["ok"], told["differences"], told["models"]) == ("auth", True, 0, [])


def test_with_another_secret_key_the_service_says_so_and_ends(env, auth, vhost):
    auth.register("ann")

    done = run(env, "serve", AUTH_AMQP_URL=vhost.amqp_url("auth"), SECRET_KEY="some other secret key, also long")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("auth: The stored signing keys do not open with this SECRET_KEY.")


def test_a_lost_second_factor_is_removed_on_the_command_line(env, auth):
    auth.register("ann")

    nothing, nobody = (run(env, "remove-second-factor", name) for name in ("ann", "bob"))

    assert (0, "The second factor of ann is not set up.\n") == (nothing.returncode, nothing.stdout), nothing.stderr
    assert (1, "auth: There is no user with this name.\n") == (nobody.returncode, nobody.stderr)


PLAIN_TOKEN = {
    "personal_token": True,
    "scopes": ["read", "write"],
    "session_id": "00000000-0000-0000-0000-000000000007",
}
SECURING = [
    ("list_tokens", {}),
    ("create_token", {"name": "x", "scopes": ["read"]}),
    ("revoke_token", {"token_id": "00000000-0000-0000-0000-000000000007"}),
    ("list_sessions", {}),
    ("end_session", {"session_id": "00000000-0000-0000-0000-000000000007"}),
    ("read_second_factor", {}),
    ("begin_second_factor", {"password": PASSWORD}),
    ("confirm_second_factor", {"otp": "000000"}),
    ("remove_second_factor", {"otp": "000000"}),
    ("change_password", {"old_password": PASSWORD, "new_password": "another battery"}),
    ("read_personal_data", {}),
    ("erase_account", {"password": PASSWORD}),
    ("update_profile", {"email": "other@example.com", "old_password": PASSWORD}),
    ("logout", {}),
]


def test_auth_itself_refuses_personal_tokens_what_is_about_who_gets_in(gateway):
    async def steps(ask):
        user = (await ask("register", account("dora")))["user"]["id"]
        for method, body in SECURING:
            with pytest.raises(Refused) as refused:
                await ask(method, body, user=user, **PLAIN_TOKEN)
            assert (method, "session-required") == (method, refused.value.code)
        admin = PLAIN_TOKEN | {"scopes": ["read", "write", "admin"]}
        assert (await ask("list_tokens", {}, user=user, **admin))["results"] == []
        with pytest.raises(Refused) as refused:
            await ask("logout", {}, user=user, **admin)
        assert "session-required" == refused.value.code

    gateway(steps)
