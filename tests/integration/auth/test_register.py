"""Opening accounts on a real database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from integration.auth.conftest import HOME, MEMORY_KIB, PASSWORD, context

from synergy_auth.domain.account import Profile
from synergy_auth.domain.commands import Register
from synergy_auth.domain.errors import (
    DomainError,
    EmailTaken,
    InvalidField,
    PasswordRefused,
    RegistrationClosed,
    TooManyRequests,
    UsernameTaken,
)
from synergy_auth.domain.rates import Rate
from synergy_chassis.clock import new_id


def test_registering_opens_an_account_a_session_and_tells_the_others_only_an_id(auth):
    answer = auth.register("ann")

    assert answer["user"]["username"] == "ann"
    assert answer["user"]["is_superuser"] is False
    assert answer["access"].count(".") == 2
    assert answer["refresh"].startswith("syn_rt_")
    (event,) = auth.app.log.after(0).events
    assert event.type == "user.registered"
    assert event.stream == f"user-{answer['user']['id']}"
    assert event.data == {"user_id": answer["user"]["id"]}
    assert auth.security_log() == ["registered"]


@pytest.mark.parametrize("name", ["ann", "ANN", "Ａnn"], ids=["same", "case", "full_width_letters"])
def test_a_name_is_taken_whatever_its_case(auth, name):
    auth.register("ann")

    with pytest.raises(UsernameTaken) as refused:
        auth.register(name, email="other@example.com")

    assert refused.value.pointer == "/username"
    assert len(auth.app.log.after(0).events) == 1


def test_an_address_is_taken_whatever_its_case(auth):
    auth.register("ann")

    with pytest.raises(EmailTaken) as refused:
        auth.register("bob", email="ANN@Example.com")

    assert refused.value.pointer == "/email"


def test_of_two_registrations_of_one_name_at_once_one_wins(built):
    replicas = [built(), built()]

    def attempt(number: int) -> object:
        try:
            return replicas[number].register("ann", email=f"ann{number}@example.com")["user"]["id"]
        except DomainError as no:
            return no.code

    for _ in range(3):  # the name is free again each time
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(attempt, range(2)))

        assert outcomes.count("username-taken") == 1
        assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
        assert [row.username for row in replicas[0].rows("SELECT username FROM users")] == ["ann"]
        replicas[0].write("DELETE FROM users")
    assert len(replicas[0].app.log.after(0).events) == 3


def test_a_repeated_command_finds_the_account_it_opened(auth):
    command_id = new_id()
    first = auth.register("ann", command_id=command_id)

    again = auth.register("ann", command_id=command_id)

    assert again["user"] == first["user"]
    assert len(auth.app.log.after(0).events) == 1
    assert auth.refresh(again["refresh"])["refresh"]


def test_a_command_sent_twice_at_once_opens_one_account(built):
    replicas, command_id = [built(), built()], new_id()

    with ThreadPoolExecutor(2) as pool:
        ids = set(pool.map(lambda replica: replica.register("ann", command_id=command_id)["user"]["id"], replicas))

    assert len(ids) == 1


@pytest.mark.parametrize("mode", ["invite", "closed"])
def test_where_registration_is_not_open_nobody_registers(built, mode):
    with pytest.raises(RegistrationClosed):
        built(registration=mode).register("ann")


@pytest.mark.parametrize("password", ["short", "password123", "PassWord123", "ann", "x" * 129])
def test_a_password_easily_guessed_is_refused_and_nothing_is_written(auth, password):
    with pytest.raises(PasswordRefused) as refused:
        auth.register("ann", password=password)

    assert refused.value.pointer == "/password"
    assert auth.rows("SELECT * FROM users") == []


@pytest.mark.parametrize("name", ["a b", "", "ann\n", "ann\r\nSet-Cookie: x", "bob@example.org", "x" * 151])
def test_a_name_that_is_none_is_refused(auth, name):
    with pytest.raises(InvalidField) as refused:
        auth.register(name, email="ann@example.com")

    assert refused.value.pointer == "/username"


@pytest.mark.parametrize("text", ["Ann\r\nBcc: x@example.com", "Ann\n", "\rAnn"], ids=["CRLF", "LF", "CR"])
def test_line_ends_are_refused_in_a_name_and_kept_as_they_are_in_the_bio(auth, text):
    def register(**fields):
        profile = Profile(**{"username": "ann", "email": "ann@example.com"} | fields)
        command = Register(profile=profile, password=PASSWORD, client=HOME)
        return auth.app.register(command, context())["user"]

    with pytest.raises(InvalidField) as no:
        register(first_name=text)
    assert ("/first_name", []) == (no.value.pointer, auth.rows("SELECT FROM users"))
    ann = register(bio=text)
    assert text == ann["bio"]

    with pytest.raises(InvalidField) as no:
        auth.update(ann["id"], first_name=text)
    assert "/first_name" == no.value.pointer
    assert f"{text}." == auth.update(ann["id"], bio=f"{text}.")["bio"]
    assert ("", f"{text}.") == tuple(auth.rows("SELECT first_name, bio FROM users")[0])


def test_a_secret_is_stored_nowhere_as_it_was_given(auth):
    answer = auth.register("ann")

    (user,) = auth.rows("SELECT * FROM users")
    (token,) = auth.rows("SELECT id FROM refresh_tokens")
    assert user.password_hash.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t=1,p=1$")
    assert len(token.id) == 32
    tables = " ".join(
        str(auth.rows(f"SELECT t::text FROM {table} t"))
        for table in ("users", "sessions", "refresh_tokens", "security_events", "signing_keys", "store.events")
    )
    assert "correct horse" not in tables
    assert answer["refresh"] not in tables


def test_sessions_carry_uuids_of_version_7(auth):
    auth.register("ann")

    (session,) = auth.rows("SELECT id FROM sessions")

    assert UUID(str(session.id)).version == 7


def test_one_address_opens_a_few_accounts_an_hour_also_when_it_asks_at_once(built):
    limit = Rate(3, timedelta(hours=1))
    replicas = [built(rate_register=limit) for _ in range(2)]
    again = new_id()
    first = replicas[0].register("ann", command_id=again)

    def attempt(number: int) -> str:
        try:
            return str(replicas[number % 2].register(f"ann{number}")["user"]["id"] > 0)
        except DomainError as no:
            return no.code

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(attempt, range(4)))

    assert ["True", "True", "too-many-requests", "too-many-requests"] == sorted(outcomes)
    with pytest.raises(TooManyRequests) as refused:
        replicas[0].register("late")
    assert refused.value.retry_after == 3_600
    assert replicas[0].register("ann", command_id=again)["user"] == first["user"]
    later = built(rate_register=limit)
    later.passes(hours=1, seconds=1)
    assert later.register("late")["access"]
