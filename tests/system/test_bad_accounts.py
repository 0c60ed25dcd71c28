"""Registering, signing in, refreshing and editing the profile with what cannot be: refused, and nothing is written."""

from datetime import UTC, datetime, timedelta

import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from system.cases import refused, texts
from system.refusing import World
from system.steps import anyone, assert_problem, somebody
from system.tokens import FORGED, forged, genuine, signed

from synergy_auth.keys import PURPOSE
from synergy_chassis.sealing import Sealer

pytestmark = pytest.mark.timeout(600)

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


def test_a_profile_that_cannot_be_is_refused_by_field(world):
    world.refuses_all([*PROFILES, *WHOLE_PROFILES], world.ann)


def test_a_name_of_a_megabyte_is_refused_and_nothing_is_written(world):
    def ask(call, whole):
        method, path = call.split()
        answer = world.ann.request(method, path, json=whole | {"username": "a" * 1_000_000})
        assert answer.status_code in {413, 422}, answer.text[:200]

    calls = {REGISTER: NEW, f"PATCH {USER}": {}, LOGIN: {"password": "x"}}
    world.refuses((call, lambda call=call: ask(call, calls[call])) for call in calls)


def test_a_name_or_address_of_somebody_else_is_409(world):
    own, theirs = ({name: person.user[name] for name in WHOLE} for person in (world.ann, world.ben))
    taken = {field: own | {field: theirs[field].upper()} for field in own}

    world.refuses_all(
        [
            refused(f"{method} {USER}", body, None, field, 409)
            for method in ("PATCH", "PUT")
            for field, body in taken.items()
        ],
        world.ann,
    )


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


def test_an_account_or_login_that_cannot_be_is_refused_by_field(world):
    world.refuses_all(ACCOUNTS, anyone(world.stack.url))


def test_an_unknown_field_is_refused_though_all_else_is_right(world):
    right = {LOGIN: world.body("login"), REFRESH: world.body("refresh_tokens")}

    world.refuses_all(
        [refused(call, body | {"remember": True}, "/remember", "remember") for call, body in right.items()],
        anyone(world.stack.url),
    )


def test_a_taken_name_or_address_is_409(world):
    taken = {field: NEW | {field: world.ann.user[field].upper()} for field in ("username", "email")}

    world.refuses_all(
        [refused(REGISTER, body, None, field, 409) for field, body in taken.items()], anyone(world.stack.url)
    )


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


def test_what_is_no_refresh_token_of_ours_is_401(world):
    bodies = {case: {"refresh": made(world)} for case, made in REFRESH_TOKENS.items()}

    world.refuses_all(
        [refused(REFRESH, body, None, case, 401) for case, body in bodies.items()], anyone(world.stack.url)
    )


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


UNHOLDABLE = {
    "expired": ({"exp": -HOUR}, "expired"),
    "not yet": ({"nbf": HOUR}, "not valid"),
    "issued by another": ({"iss": "another"}, "not valid"),
    "for another": ({"aud": "another"}, "not valid"),
    "nobody's": ({"sub": "0"}, "not valid"),
    "no id": ({"sub": "' OR 1=1 --"}, "not valid"),
    "scopes not a list": ({"scopes": "write"}, "not valid"),
}
"""What a token claims otherwise than it should, and what is said to that."""


def test_a_token_signed_by_us_that_does_not_hold_is_401(world):
    key = signing_key(world, jwt.get_unverified_header(genuine(world.ann))["kid"])
    client = anyone(world.stack.url)

    def answer(**claims):
        client.headers["Authorization"] = f"Bearer {signed(world.ann, key=key, **claims)}"
        return client.patch(USER, json={"bio": "Mine"}) if claims else client.get(USER)

    def ask(changes, says):
        now = datetime.now(UTC)
        claims = {
            name: int((now + by).timestamp()) if isinstance(by, timedelta) else by for name, by in changes.items()
        }
        assert says in assert_problem(answer(**claims), 401)["detail"]

    assert answer().status_code == 200
    world.refuses((what, lambda case=case: ask(*case)) for what, case in UNHOLDABLE.items())
