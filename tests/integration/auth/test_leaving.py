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


@pytest.fixture
def ann(posted):
    return posted


def test_one_s_own_data_is_told_as_a_whole_and_no_secret(ann):
    made = token(ann)
    data = ann.app.ask(
        queries.personal_data, ann.pair["user"]["id"], current=caller(ann.pair).session_id, now=ann.clock.now()
    )

    assert {"profile", "sessions", "tokens", "security_events"} == set(data)
    assert ("ann", 1, 1) == (data["profile"]["username"], len(data["sessions"]), len(data["tokens"]))
    assert made["token"] not in str(data)
    assert "argon2" not in str(data)


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
