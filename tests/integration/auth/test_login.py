"""Signing in, and how often one may fail."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from integration.auth.conftest import MEMORY_KIB
from integration.auth.plans import statements_of
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from synergy_auth.domain.errors import DomainError, TooManyLogins, WrongCredentials
from synergy_auth.hashing import Argon2Hashes, here
from synergy_chassis.store import engine


def outcome(attempt):
    try:
        attempt()
    except DomainError as no:
        return no.code
    return "in"


@pytest.fixture
def ann(auth):
    auth.register("ann")
    return auth


@pytest.mark.parametrize("name", ["ann", "ANN", "ann@example.com", "Ann@Example.COM"])
def test_one_signs_in_by_name_or_address_in_any_case(ann, name):
    answer = ann.login(name)

    assert answer["user"]["username"] == "ann"
    assert ann.security_log()[-1] == "login_success"


def test_wrong_password_unknown_name_and_disabled_account_get_the_same_answer(ann):
    ann.register("bob")
    ann.write("UPDATE users SET is_active = false WHERE username = 'bob'")
    refusals = set()

    for name, password in (
        ("ann", "wrong password"),
        ("nobody", "correct horse battery"),
        ("bob", "correct horse battery"),
    ):
        with pytest.raises(WrongCredentials) as refused:
            ann.login(name, password)
        refusals.add((refused.value.kind, refused.value.code, str(refused.value), refused.value.pointer))

    assert len(refusals) == 1
    assert ann.security_log()[-3:] == ["login_failed"] * 3


@pytest.mark.parametrize("name", ["ann", "nobody", "nobody@example.com"])
def test_five_fail_and_the_sixth_must_wait_known_or_not(ann, name):
    codes = [outcome(lambda: ann.login(name, "wrong password")) for _ in range(6)]

    assert codes == ["wrong-credentials"] * 5 + ["too-many-logins"]


def test_after_five_failures_the_right_password_waits_as_well(ann):
    for _ in range(5):
        outcome(lambda: ann.login("ann", "wrong password"))
    ann.passes(minutes=1)

    with pytest.raises(TooManyLogins) as refused:
        ann.login("ann")

    assert refused.value.retry_after == 240


def test_the_account_counts_not_the_name_it_is_called_by(ann):
    for number in range(5):
        outcome(lambda name=("ann", "ann@example.com")[number % 2]: ann.login(name, "wrong password"))

    assert outcome(lambda: ann.login("ANN")) == "too-many-logins"


def test_when_the_window_has_passed_one_signs_in_again(ann):
    for _ in range(5):
        outcome(lambda: ann.login("ann", "wrong password"))
    ann.passes(minutes=5)

    assert outcome(lambda: ann.login("ann")) == "in"


def test_waiting_attempts_do_not_lengthen_the_wait(ann):
    for _ in range(10):
        outcome(lambda: ann.login("ann", "wrong password"))

    assert ann.security_log().count("login_failed") == 5


def test_successes_neither_count_nor_reset(ann):
    for _ in range(4):
        outcome(lambda: ann.login("ann", "wrong password"))
    for _ in range(7):
        assert outcome(lambda: ann.login("ann")) == "in"

    assert outcome(lambda: ann.login("ann", "wrong password")) == "wrong-credentials"
    assert outcome(lambda: ann.login("ann")) == "too-many-logins"


def test_failures_elsewhere_do_not_lock_the_owner_out(ann):
    for _ in range(6):
        outcome(lambda: ann.login("ann", "wrong password", address="198.51.100.7"))

    assert outcome(lambda: ann.login("ann", address="198.51.100.7")) == "too-many-logins"
    assert outcome(lambda: ann.login("ann")) == "in"


def test_another_address_of_the_same_ipv6_network_is_no_fresh_start(ann):
    for number in range(5):
        outcome(lambda number=number: ann.login("ann", "wrong password", address=f"2001:db8::{number}"))

    assert outcome(lambda: ann.login("ann", address="2001:db8::beef")) == "too-many-logins"
    assert outcome(lambda: ann.login("ann", address="2001:db8:0:1::1")) == "in"


def test_spraying_many_names_from_one_address_meets_a_ceiling(built):
    auth = built(login_failures_per_address=8)
    auth.register("ann")

    codes = [outcome(lambda name=f"user{number}": auth.login(name, "Summer in 2026")) for number in range(9)]

    assert codes == ["wrong-credentials"] * 8 + ["too-many-logins"]
    assert outcome(lambda: auth.login("ann")) == "too-many-logins"
    assert outcome(lambda: auth.login("ann", address="198.51.100.7")) == "in"


def test_of_many_wrong_logins_at_once_through_two_replicas_five_are_tried(built):
    replicas = [built(), built()]
    replicas[0].register("ann")

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda n: outcome(lambda: replicas[n % 2].login("ann", "wrong password")), range(16)))

    assert sorted(codes) == ["too-many-logins"] * 11 + ["wrong-credentials"] * 5


def test_unknown_names_cost_as_many_hashes_and_queries_as_known_ones(built):
    """Also when they have failed before: then the log is asked whether the account has been here."""
    hashes = []

    def counting(function, *arguments):
        hashes.append(function.__name__)
        return here(function, *arguments)

    auth = built(execute=counting)
    auth.register("ann")
    work = {}
    for name in ("ann", "nobody"):
        hashes.clear()
        with statements_of(auth) as statements:
            for _ in range(2):
                outcome(lambda name=name: auth.login(name, "wrong password"))
        work[name] = (list(hashes), statements)

    assert work["ann"] == work["nobody"]
    assert work["ann"][0] == ["_matches"] * 2


def test_the_right_password_of_a_disabled_account_costs_a_hash_each_time(built):
    hashes = []

    def counting(function, *arguments):
        hashes.append(function.__name__)
        return here(function, *arguments)

    auth = built(execute=counting)
    auth.register("ann")
    auth.login("ann")
    auth.write("UPDATE users SET is_active = false WHERE username = 'ann'")
    hashes.clear()

    assert ["wrong-credentials"] * 2 == [outcome(lambda: auth.login("ann")) for _ in range(2)]
    assert ["_matches"] * 2 == hashes


def test_a_hash_of_weaker_parameters_is_renewed_at_the_next_login(ann):
    old = Argon2Hashes(memory_kib=MEMORY_KIB // 2, passes=1).hash("correct horse battery")
    ann.write("UPDATE users SET password_hash = :old", old=old)

    assert outcome(lambda: ann.login("ann")) == "in"

    (user,) = ann.rows("SELECT password_hash FROM users")
    assert user.password_hash.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t=1,p=1$")
    assert outcome(lambda: ann.login("ann")) == "in"


def test_what_was_typed_as_an_unknown_name_is_not_kept_in_clear(ann):
    outcome(lambda: ann.login("hunter2-is-my-password", "x"))

    (row,) = ann.rows("SELECT account_key FROM security_events WHERE kind = 'login_failed'")
    assert row.account_key.startswith("name:")
    assert "hunter2" not in row.account_key


@pytest.mark.parametrize(
    "statement", ["UPDATE security_events SET kind = 'x'", "DELETE FROM security_events", "TRUNCATE security_events"]
)
def test_the_security_log_is_append_only(ann, migrated, statement):
    with pytest.raises(DBAPIError, match="permission denied"):
        ann.write(statement)
    owner = engine(migrated.owner_url, pool_size=1, application_name="owner")
    with pytest.raises(DBAPIError, match="append-only"), owner.begin() as rows:
        rows.execute(text(statement))
    owner.dispose()


def test_the_security_log_is_append_only_also_for_a_session_that_plays_replica(ann, migrated, postgres):
    admin = make_url(postgres).set(database=migrated.name).render_as_string(hide_password=False)
    with psycopg.connect(admin) as session:
        session.execute("SET session_replication_role = replica")
        session.commit()
        for statement in (
            "UPDATE security_events SET kind = 'x'",
            "DELETE FROM security_events",
            "TRUNCATE security_events",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                session.execute(statement)
            session.rollback()
