"""Registering, signing in, refreshing and editing the profile with what cannot be: refused, and nothing is written."""

from datetime import UTC, datetime, timedelta

import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from system.refusing import World, a_world, refused, texts
from system.steps import anyone, assert_problem, somebody
from system.tokens import FORGED, forged, genuine, signed

from synergy_auth.keys import PURPOSE
from synergy_chassis.sealing import Sealer


@pytest.fixture(scope="module")
def world(stack):
    with a_world(stack) as world:
        yield world


USER = "/api/auth/user/"
REGISTER = "POST /api/auth/register/"
LOGIN = "POST /api/auth/login/"
REFRESH = "POST /api/auth/token/refresh/"
NEW = {"username": "abc1", "email": "abc1@example.com", "password": "correct horse"}
WHOLE = {"username": "whole", "email": "whole@example.com"}
PROFILES = [
    case
    for call, whole in ((f"PATCH {USER}", {}), (f"PUT {USER}", WHOLE))
    for case in [
        *texts(call, "username", 150, whole),
        *texts(call, "email", 254, whole),
        *texts(call, "first_name", 150, whole),
        *texts(call, "bio", 5_000, whole),
        refused(call, whole | {"username": "a b"}, "/username", "name_with_a_space"),
        refused(call, whole | {"email": "no-address"}, "/email", "no_address"),
        refused(call, whole | {"last_name": None}, "/last_name", "null_text"),
        refused(call, whole | {"timezone": "Mars/Olympus"}, "/timezone", "unknown_time_zone"),
        refused(call, whole | {"phone": "1" * 41}, "/phone", "over_long_phone"),
        refused(call, whole | {"colour": "red"}, "/colour", "unknown_field"),
    ]
]
WHOLE_PROFILES = [
    refused(f"PUT {USER}", {}, "/username", "missing"),
    refused(f"PUT {USER}", {"username": "whole"}, "/email", "missing"),
    refused(f"PUT {USER}", WHOLE | {"password": "correct horse"}, "/password", "password"),
]


@pytest.mark.parametrize(("call", "body", "status", "pointer"), [*PROFILES, *WHOLE_PROFILES])
def test_a_profile_that_cannot_be_is_refused_by_field(world, call, body, status, pointer):
    method, path = call.split()

    with world.unchanged():
        assert_problem(world.ann.request(method, path, json=body), status, pointer=pointer)


@pytest.mark.parametrize(
    ("call", "whole"), [(REGISTER, NEW), (f"PATCH {USER}", {}), (LOGIN, {"password": "x"})], ids=str
)
def test_a_name_of_a_megabyte_is_refused_and_nothing_is_written(world, call, whole):
    method, path = call.split()

    with world.unchanged():
        answer = world.ann.request(method, path, json=whole | {"username": "a" * 1_000_000})

    assert answer.status_code in {413, 422}, answer.text[:200]


@pytest.mark.parametrize("field", ["username", "email"])
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_name_or_address_of_somebody_else_is_409(world, method, field):
    whole = {name: world.ann.user[name] for name in WHOLE}

    with world.unchanged():
        answer = world.ann.request(method, USER, json=whole | {field: world.ben.user[field].upper()})

    assert_problem(answer, 409)


ACCOUNTS = [
    *texts(REGISTER, "username", 150, NEW),
    *texts(REGISTER, "password", 128, NEW),
    refused(REGISTER, {}, "/username", "missing"),
    refused(REGISTER, NEW | {"username": "a b"}, "/username", "name_with_a_space"),
    refused(REGISTER, NEW | {"email": "no-address"}, "/email", "no_address"),
    refused(REGISTER, NEW | {"password": "short"}, "/password", "short_password"),
    refused(REGISTER, NEW | {"password": "password"}, "/password", "common_password"),
    refused(REGISTER, NEW | {"password": NEW["email"]}, "/password", "own_address_as_password"),
    refused(REGISTER, NEW | {"is_superuser": True}, "/is_superuser", "mass_assignment"),
    *texts(LOGIN, "username", 254, {"password": "correct horse battery"}),
    *texts(LOGIN, "password", 1_000, {"username": "abc1"}),
    refused(LOGIN, {}, "/password", "missing"),
    refused(LOGIN, {"username": "abc1", "password": ""}, "/password", "empty_password"),
    *texts(REFRESH, "refresh", 500),
    refused(REFRESH, {}, "/refresh", "missing"),
    refused(REFRESH, {"refresh": None}, "/refresh", "null"),
]


@pytest.mark.parametrize(("call", "body", "status", "pointer"), ACCOUNTS)
def test_an_account_or_login_that_cannot_be_is_refused_by_field(world, call, body, status, pointer):
    method, path = call.split()

    with world.unchanged():
        assert_problem(anyone(world.stack.url).request(method, path, json=body), status, pointer=pointer)


@pytest.mark.parametrize("call", [LOGIN, REFRESH])
def test_an_unknown_field_is_refused_though_all_else_is_right(world, call):
    method, path = call.split()
    right = world.body("login" if call == LOGIN else "refresh_tokens") | {"remember": True}

    with world.unchanged():
        assert_problem(anyone(world.stack.url).request(method, path, json=right), 422, pointer="/remember")


@pytest.mark.parametrize("field", ["username", "email"])
def test_a_taken_name_or_address_is_409(world, field):
    with world.unchanged():
        answer = anyone(world.stack.url).post("/api/auth/register/", json=NEW | {field: world.ann.user[field].upper()})

    assert_problem(answer, 409)


LONGEST = 500
"""Characters of a refresh token; more are refused as no such field could be."""
REFRESH_TOKENS = {
    "rubbish": lambda world: "rubbish",
    "not_ascii": lambda world: "été \U0001f600",
    "access_token": lambda world: genuine(world.ann)[:LONGEST],
    "altered": lambda world: world.ann.refresh[:-1] + ("A" if world.ann.refresh[-1] != "A" else "B"),
    "longer": lambda world: world.ann.refresh + "A",
    "another_case": lambda world: world.ann.refresh.swapcase(),
    **{case: lambda world, case=case: forged(world.ann, case)[:LONGEST] for case in FORGED if case != "empty"},
}


@pytest.mark.parametrize("case", REFRESH_TOKENS)
def test_what_is_no_refresh_token_of_ours_is_401(world, case):
    with world.unchanged():
        answer = anyone(world.stack.url).post("/api/auth/token/refresh/", json={"refresh": REFRESH_TOKENS[case](world)})

    assert_problem(answer, 401)


def test_a_refresh_token_is_no_access_token(world):
    client = anyone(world.stack.url)
    client.headers["Authorization"] = f"Bearer {world.ann.refresh}"

    assert_problem(client.get(USER), 401)


def test_a_spent_refresh_token_ends_the_family(stack):
    ben = somebody(stack.url, "ben")
    spent = ben.refresh
    pair = anyone(stack.url).post("/api/auth/token/refresh/", json={"refresh": spent}).json()
    newer = anyone(stack.url).post("/api/auth/token/refresh/", json={"refresh": pair["refresh"]}).json()

    assert_problem(anyone(stack.url).post("/api/auth/token/refresh/", json={"refresh": spent}), 401)
    assert_problem(anyone(stack.url).post("/api/auth/token/refresh/", json={"refresh": newer["refresh"]}), 401)


def signing_key(world: World, kid: str) -> Ed25519PrivateKey:
    """auth's own key, opened with its SECRET_KEY."""
    env = world.stack.env("auth")
    with psycopg.connect(env["AUTH_DATABASE_URL"]) as database:
        (sealed,) = database.execute("SELECT sealed_private_key FROM signing_keys WHERE kid = %s", (kid,)).fetchone()
    return Ed25519PrivateKey.from_private_bytes(Sealer(env["SECRET_KEY"], purpose=PURPOSE).open(sealed, context=kid))


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"exp": -HOUR}, "expired", id="expired"),
        pytest.param({"nbf": HOUR}, "not valid", id="not_yet"),
        pytest.param({"iss": "another"}, "not valid", id="issued_by_another"),
        pytest.param({"aud": "another"}, "not valid", id="for_another"),
        pytest.param({"sub": "0"}, "not valid", id="nobody_s"),
        pytest.param({"sub": "' OR 1=1 --"}, "not valid", id="no_id"),
        pytest.param({"scopes": "write"}, "not valid", id="scopes_not_a_list"),
    ],
)
def test_a_token_signed_by_us_that_does_not_hold_is_401(world, changes, says):
    key = signing_key(world, jwt.get_unverified_header(genuine(world.ann))["kid"])
    client = anyone(world.stack.url)

    def answer(**claims):
        client.headers["Authorization"] = f"Bearer {signed(world.ann, key=key, **claims)}"
        return client.patch(USER, json={"bio": "Mine"}) if claims else client.get(USER)

    now = datetime.now(UTC)
    claims = {name: int((now + by).timestamp()) if isinstance(by, timedelta) else by for name, by in changes.items()}

    assert answer().status_code == 200
    with world.unchanged():
        assert says in assert_problem(answer(**claims), 401)["detail"]
