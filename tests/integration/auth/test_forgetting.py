"""What is kept for a time only."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from integration.auth.acting import listed, logout
from integration.auth.conftest import Person
from structlog.testing import capture_logs

from synergy_auth.domain.errors import InvalidRefreshToken, SessionEnded, TokenReused
from synergy_auth.handlers.forget_sessions import KEPT
from synergy_auth.projections import FORGOTTEN_AT_ONCE


def counted(auth: Person) -> tuple[int, int]:
    """How many sessions and refresh tokens there are."""
    (row,) = auth.rows("""
        SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM refresh_tokens) AS tokens
    """)
    return row.sessions, row.tokens


def test_sessions_that_ended_are_kept_for_a_week_and_then_forgotten_with_their_tokens(ann: Person) -> None:
    ended = ann.login("ann")
    spent = ann.refresh(ended["refresh"])
    logout(ann, spent)
    for _ in range(2):
        ann.passes(days=KEPT.days / 2)
        ann.app.forget()
    with pytest.raises(SessionEnded):
        ann.refresh(ended["refresh"])
    assert (2, 3) == counted(ann)
    log = ann.security_log()

    ann.passes(seconds=1)
    ann.app.forget()

    assert (1, 1) == counted(ann)
    for token in (ended["refresh"], spent["refresh"]):
        with pytest.raises(InvalidRefreshToken):  # 401, as before
            ann.refresh(token)
    assert log == ann.security_log()
    assert 1 == listed(ann, ann.pair)["count"]


def test_sessions_that_expired_are_forgotten_as_well(ann: Person) -> None:
    ann.passes(days=30)
    ann.login("ann")
    ann.passes(days=KEPT.days)
    ann.app.forget()
    assert (2, 2) == counted(ann)

    ann.passes(seconds=1)
    ann.app.forget()

    assert (1, 1) == counted(ann)


def test_what_was_spent_long_ago_in_an_open_session_still_tells_of_reuse(ann: Person) -> None:
    first = ann.pair["refresh"]
    pair = ann.refresh(first)
    for _ in range(2 * KEPT.days):
        ann.passes(hours=23)
        pair = ann.refresh(pair["refresh"])
        ann.app.forget()

    with pytest.raises(TokenReused):
        ann.refresh(first)
    with pytest.raises(SessionEnded):
        ann.refresh(pair["refresh"])


def test_many_are_forgotten_in_batches_and_what_others_hold_is_left_to_them(ann: Person, migrated) -> None:
    many = 2 * FORGOTTEN_AT_ONCE + 1
    ann.write(
        """
        INSERT INTO sessions (id, user_id, address, user_agent, created_at, last_used_at, expires_at)
        SELECT gen_random_uuid(), :user, '', '', :at, :at, :at FROM generate_series(1, :many)
        """,
        user=ann.pair["user"]["id"], at=ann.clock.now(), many=many,
    )  # fmt: skip
    ann.passes(days=8)
    with psycopg.connect(migrated.owner_url) as held, ThreadPoolExecutor(1) as pool:
        held.execute("SELECT FROM sessions WHERE address = '' LIMIT 1 FOR UPDATE")
        pool.submit(ann.app.forget).result(timeout=30)
        assert (2, 1) == counted(ann)

    ann.app.forget()
    assert (1, 1) == counted(ann)


def old_mails(ann: Person, many: int) -> None:
    ann.write(
        """
        INSERT INTO mails (id, kind, user_id, created_at, due_at, attempts, sent_at)
        SELECT gen_random_uuid(), 'second_factor_off', :user, :at, :at, 1, :at FROM generate_series(1, :many)
        """,
        user=ann.pair["user"]["id"], at=ann.clock.now(), many=many,
    )  # fmt: skip


def test_many_mails_are_forgotten_in_batches_and_what_others_hold_is_left_to_them(ann: Person, migrated) -> None:
    old_mails(ann, 2 * FORGOTTEN_AT_ONCE + 1)
    ann.passes(days=8)
    with psycopg.connect(migrated.owner_url) as held, ThreadPoolExecutor(1) as pool:
        held.execute("SELECT FROM mails WHERE sent_at IS NOT NULL LIMIT 1 FOR UPDATE")
        assert 2 * FORGOTTEN_AT_ONCE == pool.submit(ann.app.outbox.forget).result(timeout=30)

    assert 1 == ann.app.outbox.forget()


@pytest.mark.parametrize("broken", ["mails", "invitations", "mail_links", "sessions"])
def test_what_cannot_be_forgotten_is_logged_and_holds_up_nothing_else(ann: Person, migrated, broken: str) -> None:
    logout(ann, ann.login("ann"))
    old_mails(ann, 1)
    ann.passes(days=8)
    with psycopg.connect(migrated.owner_url, autocommit=True) as owner:
        owner.execute(f"ALTER TABLE {broken} RENAME TO away")
        try:
            with capture_logs() as logged:
                ann.app.forget()
        finally:
            owner.execute(f"ALTER TABLE away RENAME TO {broken}")

    (line,) = [line for line in logged if line["event"] == "not-forgotten"]
    assert ("warning", broken.removeprefix("mail_")) == (line["log_level"], line["part"])
    if broken != "sessions":
        assert 1 == counted(ann)[0]
    if broken != "mails":
        assert [] == ann.rows("SELECT FROM mails WHERE sent_at IS NOT NULL")
