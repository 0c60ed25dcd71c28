"""A person is forgotten by auth: the account and all that hangs on it, with ids left and every hash valid."""

import json
from typing import Any

import psycopg
import pytest
from integration.auth.acting import ask_reset, invite, update_user
from integration.auth.conftest import HOME, START, Person
from integration.auth.plans import indexes, planned

from synergy_auth.domain.errors import AccountUnavailable, InvalidRefreshToken, WrongCredentials
from synergy_chassis.store.erase_command import run_erase
from synergy_chassis.store.verify import verify

TABLES = (
    "users", "sessions", "refresh_tokens", "security_events", "mails", "mail_links", "invitations", "personal_tokens",
    "store.events", "store.commands",
)  # fmt: skip


@pytest.fixture
def ann(auth: Person) -> dict[str, Any]:
    """Signed in twice, with a failed attempt, beside Bob."""
    auth.update(auth.register("bob")["user"]["id"], first_name="Bob", last_name="Stone")
    signed_in = auth.register("ann")
    auth.login("ann")
    with pytest.raises(WrongCredentials):
        auth.login("ann", "not the password")
    return signed_in


def said(auth: Person, capsys: Any, person: str, *, dry_run: bool = False) -> dict[str, Any]:
    assert 0 == run_erase(auth.app.engine, auth.app.erase_user, person, dry_run=dry_run, json=True)
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def everything(auth: Person) -> str:
    return "\n".join(str(row) for table in TABLES for row in auth.rows(f"SELECT t::text FROM {table} t"))


def test_nothing_of_the_person_is_left_but_ids_and_every_hash_stays_valid(auth: Person, ann, capsys: Any) -> None:
    user_id = ann["user"]["id"]
    assert verify(auth.app.engine).ok
    report = said(auth, capsys, "ANN@example.com")

    assert (user_id, True, False) == (report["user_id"], report["verified"], report["dry_run"])
    assert "ann" not in everything(auth).lower()
    assert [("", "", "")] * 3 == [
        tuple(row)
        for row in auth.rows("SELECT address, network, user_agent FROM security_events WHERE user_id = :id", id=user_id)
    ]
    assert [] == auth.app.people([user_id])
    assert ["user.registered", "user.erased"] == [event.type for event in auth.app.log.stream(f"user-{user_id}")]


def test_who_is_forgotten_is_signed_out_and_cannot_come_back_in(auth: Person, ann, capsys: Any) -> None:
    said(auth, capsys, str(ann["user"]["id"]))

    with pytest.raises(InvalidRefreshToken):
        auth.refresh(ann["refresh"])
    with pytest.raises(WrongCredentials):
        auth.login("ann")
    with pytest.raises(AccountUnavailable):
        auth.update(ann["user"]["id"], first_name="Anna")
    assert auth.register("ann")["user"]["id"] != ann["user"]["id"], "the name is free, the id is not"


def test_the_report_says_what_was_there_what_went_and_what_stays(auth: Person, ann, capsys: Any) -> None:
    expected = {
        ("users", "erased"): 1, ("sessions", "erased"): 2, ("refresh_tokens", "erased"): 2,
        ("second_factors", "erased"): 0, ("personal_tokens", "erased"): 0, ("mails", "erased"): 1,
        ("invitations", "erased"): 0,
        ("security_events", "erased"): 3, ("security_events", "kept"): 3, ("store.events", "kept"): 1,
    }  # fmt: skip
    reports = [said(auth, capsys, str(ann["user"]["id"]), dry_run=dry_run) for dry_run in (True, True, False, False)]

    rows = [{(trace["place"], trace["fate"]): trace["rows"] for trace in report["traces"]} for report in reports]
    assert [expected] * 3 == rows[:3], "a dry run changes nothing"
    assert {("security_events", "kept"): 3, ("store.events", "kept"): 2} == {
        trace: count for trace, count in rows[3].items() if count
    }


def test_mails_to_the_person_that_others_had_sent_are_gone_however_the_address_was_spelled(auth, ann, capsys) -> None:
    auth.pair = auth.login("bob")
    for spelled in ("ann@example.com", "ANN@Example.com", "\uff41nn@example.com"):
        invite(auth, spelled)
    invite(auth, "anna@example.com")
    for _ in range(4):  # one more than is sent
        ask_reset(auth, "Ann@example.com")
    count = "SELECT count(*) AS n FROM mails WHERE kind = 'invitation'"
    assert 4 == auth.rows(count)[0].n

    report = said(auth, capsys, str(ann["user"]["id"]))

    traces = {(trace["place"], trace["fate"]): trace["rows"] for trace in report["traces"]}
    assert (3, 1 + 3 + 3) == (traces["invitations", "erased"], traces["mails", "erased"])
    assert ["anna@example.com"] == [row.address for row in auth.rows("SELECT address FROM mails WHERE address ~ 'nn'")]
    assert ["anna@example.com"] == [row.email for row in auth.rows("SELECT email FROM invitations")]
    assert [] == auth.rows("SELECT email FROM mail_links WHERE email ~* 'ann@'")


def test_from_where_an_erased_superuser_acted_on_others_is_gone_as_well(auth: Person, ann, capsys) -> None:
    auth.register("root")
    auth.write("UPDATE users SET is_superuser = true WHERE username IN ('root', 'ann')")
    root, user = auth.login("root"), ann["user"]["id"]
    update_user(auth, auth.login("ann"), root["user"]["id"], is_superuser=False)
    line = "SELECT address, network, user_agent, actor_id FROM security_events WHERE kind = 'superuser_unmade'"
    assert [(HOME.address, HOME.address, HOME.user_agent, user)] == auth.rows(line)
    auth.write("UPDATE users SET is_superuser = true WHERE username = 'root'")

    report = said(auth, capsys, "ann")

    assert [("", "", "", user)] == auth.rows(line)
    assert 1 == len(auth.rows("SELECT FROM security_events WHERE kind = 'superuser_unmade'"))
    again = said(auth, capsys, str(user))
    counts = [
        trace["rows"]
        for told in (report, again)
        for trace in told["traces"]
        if (trace["place"], trace["fate"]) == ("security_events", "erased")
    ]
    assert [5, 0] == counts


def test_mails_that_a_version_before_this_one_wrote_are_gone_as_well(auth: Person, ann, capsys) -> None:
    auth.pair = auth.login("bob")
    for spelled in ("ANN@Example.com", "\uff41nn@example.com", "anna@example.com"):
        invite(auth, spelled)
    auth.write("UPDATE mails SET address_key = NULL")

    report = said(auth, capsys, "ann")

    traces = {(trace["place"], trace["fate"]): trace["rows"] for trace in report["traces"]}
    assert 1 + 2 == traces["mails", "erased"]
    left = [row.address for row in auth.rows("SELECT address FROM mails WHERE address ~ 'nn'")]
    assert ["anna@example.com"] == left


MANY_MAILS = """
    INSERT INTO mails (id, kind, user_id, address, address_key, created_at, due_at)
    SELECT gen_random_uuid(), 'invitation', %(bob)s, a_b, a_b, %(at)s, %(at)s
      FROM (SELECT 'a' || number || '@x.org' AS a_b FROM generate_series(1, 20000) number) mailed
"""


def test_mails_to_the_person_are_found_among_many(auth: Person, ann, migrated) -> None:
    bob = auth.login("bob")["user"]["id"]
    with psycopg.connect(migrated.owner_url, autocommit=True) as owner:
        owner.execute(MANY_MAILS, {"bob": bob, "at": START})
        owner.execute("ANALYZE mails")

        with planned(auth, "DELETE FROM mails") as plans:
            auth.app.erase_user("ann", False)
        owner.execute("TRUNCATE mails")

    assert [{"mails_address", "mails_address_unkeyed"}] == [indexes(plan) for plan in plans]


def test_others_are_left_alone(auth: Person, ann, capsys: Any) -> None:
    before = auth.rows("SELECT * FROM security_events WHERE user_id <> :id", id=ann["user"]["id"])
    said(auth, capsys, "ann")

    assert auth.login("bob")["user"]["username"] == "bob"
    kinds = auth.rows("SELECT * FROM security_events WHERE user_id <> :id ORDER BY id", id=ann["user"]["id"])
    assert set(before) <= set(kinds)


def test_digits_that_are_ones_id_and_anothers_name_are_refused_until_it_is_said_which(auth: Person, ann) -> None:
    user_id = ann["user"]["id"]
    namesake = auth.register(str(user_id))["user"]["id"]

    for _ in range(2):
        with pytest.raises(ValueError, match=f"Say id:{user_id} or name:{user_id}"):
            auth.app.erase_user(str(user_id), False)
        assert user_id == auth.app.erase_user(f"id:{user_id}", False).user_id, "and what is erased keeps its id"
    assert str(user_id) == auth.login(str(user_id))["user"]["username"], "the namesake was left alone"

    assert namesake == auth.app.erase_user(f"name:{user_id}", False).user_id
    assert user_id == auth.app.erase_user(str(user_id), False).user_id, "nobody else is called so any more"


def test_digits_are_a_name_where_nobody_ever_had_the_id(auth: Person, ann) -> None:
    for name in ("4711", "9" * 30):
        assert auth.register(name)["user"]["id"] == auth.app.erase_user(name, True).user_id


@pytest.mark.parametrize("nobody", ["id:", "id:ann", "name:", "name:nobody", "id:\uff11", "9" * 30])
def test_what_is_neither_an_id_nor_a_name_is_nobodys(auth: Person, ann, nobody: str) -> None:
    with pytest.raises(ValueError, match="no user with this name"):
        auth.app.erase_user(nobody, False)


def test_nobody_of_that_name_is_said_in_one_sentence(auth: Person) -> None:
    with pytest.raises(ValueError, match="no user with this name"):
        auth.app.erase_user("nobody", False)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE security_events SET address = '', network = '', user_agent = ''",
        "UPDATE security_events SET kind = 'login_success'",
        "DELETE FROM security_events",
    ],
)
def test_the_security_log_of_who_has_an_account_stays_as_it_is(auth: Person, ann, migrated, statement: str) -> None:
    for url in (migrated.service_url, migrated.owner_url):
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
    with auth.app.engine.begin() as rows, pytest.raises(Exception, match="append-only"):
        rows.exec_driver_sql(f"SELECT forget_person({ann['user']['id']})")
