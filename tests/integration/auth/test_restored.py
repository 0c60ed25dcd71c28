"""Auth's database was restored to an earlier time: sessions end, and no id is given twice."""

import json
from typing import Any

import pytest
from integration.auth.acting import accept, ask_reset, invite, latest_token, reset, token
from integration.auth.conftest import Person

from synergy_auth.domain.errors import InvalidToken, LinkInvalid, SessionEnded
from synergy_auth.handlers.end_sessions import end_all_sessions
from synergy_chassis.store import engine
from synergy_chassis.store.restored_command import run_restored


def restored(migrated: Any, capsys: Any) -> dict[str, Any]:
    owner = engine(migrated.owner_url, application_name="restored", pool_size=1)
    assert 0 == run_restored(owner, service="auth", beside=end_all_sessions, json=True)
    owner.dispose()
    said: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return said


def test_every_session_ends_for_some_had_ended_since_the_backup(auth: Person, migrated: Any, capsys: Any) -> None:
    signed_in = auth.register("ann")
    auth.login("ann")
    said = restored(migrated, capsys)

    (note,) = said["notes"]
    assert note.startswith("2 sessions ended, for some had ended since the backup: everybody signs in again. ")
    with pytest.raises(SessionEnded):
        auth.refresh(signed_in["refresh"])
    assert auth.login("ann")["user"]["username"] == "ann"


def test_what_was_revoked_used_or_cancelled_since_the_backup_does_not_live_again(
    posted: Person, migrated: Any, capsys: Any
) -> None:
    made = token(posted)
    invite(posted)
    invited = latest_token(posted)
    ask_reset(posted)
    link = latest_token(posted)

    (note,) = restored(migrated, capsys)["notes"]

    assert note.endswith("cancelled: 1 personal access tokens, 2 links in mails, 1 invitations.")
    with pytest.raises(InvalidToken):
        posted.app.verify_token(made["token"])
    with pytest.raises(LinkInvalid):
        reset(posted, link)
    with pytest.raises(LinkInvalid):
        accept(posted, posted.register("ben"), invited)


def test_the_id_of_an_account_that_was_lost_is_given_to_nobody(auth: Person, migrated: Any, capsys: Any) -> None:
    before = auth.register("ann")["user"]["id"]
    said = restored(migrated, capsys)

    assert auth.register("bob")["user"]["id"] > before + 999_999
    assert (1, True) == (said["head"], said["next_after"] > 1_000_000_000)
    assert said["epoch"] == auth.app.log.head().epoch
