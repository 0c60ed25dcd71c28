"""What gateways must refuse is told without a gap, and no longer than it must be."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID

import pytest
from integration.auth.acting import (
    claims,
    logout,
    refused,
    revocations,
)
from sqlalchemy import text


def test_a_revocation_that_commits_late_is_told_in_the_next_answer(ann, built):
    """A writer that began before an answer was read and commits after it: a cursor over ids would pass it by."""
    inside, go_on = Event(), Event()

    def late() -> None:
        with ann.app.uow.writing() as rows:
            rows.execute(
                text("INSERT INTO revocations (id, user_id, generation, until) VALUES (:id, 77, 1, :until)"),
                {"id": UUID(int=1), "until": ann.clock.now().replace(year=2030)},
            )
            inside.set()
            go_on.wait(10)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(late)
        inside.wait(10)
        logout(ann, ann.login("ann"))
        before = revocations(ann)
        go_on.set()
        writing.result()

    after = revocations(ann, before["cursor"])
    assert (True, False) == (before["whole"], after["whole"])
    assert 77 not in [one["user_id"] for one in before["revocations"]]
    assert 77 in [one["user_id"] for one in after["revocations"]]
    assert [] == revocations(ann, revocations(ann)["cursor"])["revocations"]


@pytest.mark.parametrize("cursor", ["", "x", "1:", ":1", "another-epoch:1"])
def test_a_cursor_that_is_not_of_this_store_gets_all(ann, cursor):
    logout(ann, ann.pair)

    told = revocations(ann, cursor)

    assert (True, 1) == (told["whole"], len(told["revocations"]))


def test_what_has_expired_is_not_told_and_goes_from_the_table(ann):
    logout(ann, ann.pair)
    ann.passes(minutes=62)

    assert [] == revocations(ann)["revocations"]
    logout(ann, ann.login("ann"))
    assert 1 == ann.rows("SELECT count(*) AS n FROM revocations")[0].n


def test_an_access_token_never_outlives_its_session(ann):
    token = ann.pair["refresh"]
    for _ in range(29):
        ann.passes(hours=24, seconds=-1)
        token = ann.refresh(token)["refresh"]
    ann.passes(hours=23, minutes=30)

    pair = ann.refresh(token)

    (session,) = ann.rows("SELECT expires_at FROM sessions")
    assert claims(pair)["exp"] == int(session.expires_at.timestamp())


def test_tokens_of_who_was_erased_are_refused(ann):
    ann.app.erase_user("ann", dry_run=False)

    assert refused(ann, ann.pair)
