"""One's own data, and its end."""

import pytest
from integration.auth.acting import (
    caller,
    erase,
    refused,
    sent,
    token,
    update_user,
)

from synergy_auth import queries
from synergy_auth.domain.errors import (
    AccountUnavailable,
    LastSuperuser,
    WrongPassword,
)
from synergy_auth.queries.personal_data import PART


@pytest.fixture
def ann(posted):
    return posted


def test_one_s_own_data_is_told_as_a_whole_and_no_secret(ann):
    made = token(ann)
    data = ann.app.ask(
        queries.personal_data, ann.pair["user"]["id"], current=caller(ann.pair).session_id, now=ann.clock.now()
    )

    assert {"profile", "sessions", "tokens", "security_events", "more"} == set(data)
    assert data["more"] is None
    assert ("ann", 1, 1) == (data["profile"]["username"], len(data["sessions"]), len(data["tokens"]))
    assert made["token"] not in str(data)
    assert "argon2" not in str(data)


MANY = """
    INSERT INTO sessions (id, user_id, address, user_agent, created_at, last_used_at, expires_at)
    SELECT gen_random_uuid(), :user, '', '', :at, :at, :at + interval '1 day' FROM generate_series(1, :many)
"""
LINES = """
    INSERT INTO security_events (id, at, kind, account_key, user_id, address, network, user_agent)
    SELECT gen_random_uuid(), :at - (number / 2) * interval '1 second', 'login_success', '', :user, '', '', ''
      FROM generate_series(1, :many) number
"""


def test_one_s_own_data_is_whole_however_much_there_is(ann):
    user, many = ann.pair["user"]["id"], 2 * PART + 10
    for statement in (MANY, LINES):
        ann.write(statement, user=user, at=ann.clock.now(), many=many)
    seen, parts, after = {"sessions": [], "security_events": []}, 0, None
    while parts == 0 or after is not None:
        told = ann.app.ask(queries.personal_data, user, current=None, now=ann.clock.now(), after=after)
        for kind, ids in seen.items():
            ids += [one["id"] for one in told[kind]]
        after = told["more"] and queries.Place(**told["more"])
        parts += 1

    for kind, table in (("sessions", "sessions"), ("security_events", "security_events WHERE user_id = :user")):
        expected = {row.id for row in ann.rows(f"SELECT id FROM {table}", **({"user": user} if ":" in table else {}))}
        assert len(expected) == len(seen[kind]) > many
        assert expected == set(seen[kind])
    assert parts == 5


def test_an_account_is_erased_by_its_password_and_its_name_is_free(ann):
    with pytest.raises(WrongPassword):
        erase(ann, ann.pair, "wrong password")

    erase(ann, ann.pair)

    assert refused(ann, ann.pair)
    with pytest.raises(AccountUnavailable):
        ann.app.read_profile(ann.pair["user"]["id"])
    assert [] == sent(ann)  # mail to it went with it
    assert ann.register("ann")
    assert ann.app.log.after(0).events[1].type == "user.erased"
    lines = ann.rows("SELECT address FROM security_events WHERE user_id = :id", id=ann.pair["user"]["id"])
    assert {""} == {line.address for line in lines}


def test_the_last_superuser_stays(ann):
    ann.write("UPDATE users SET is_superuser = true")

    with pytest.raises(LastSuperuser):
        erase(ann, ann.pair)
    other = ann.register("root")
    update_user(ann, ann.pair, other["user"]["id"], is_superuser=True)
    erase(ann, ann.pair)
