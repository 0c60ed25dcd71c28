"""The outbox, on a real mail server."""

from datetime import timedelta

import pytest
from integration.auth.acting import ask_reset, sent

from synergy_auth.domain.mails import ATTEMPTS


@pytest.fixture
def ann(posted):
    return posted


def test_one_mail_that_cannot_be_delivered_holds_up_no_other_and_is_tried_again_or_given_up(ann):
    sent(ann)
    for name in ("gone", "busy", "cat"):
        ann.register(name)
    ann.office.unknown, ann.office.busy = {"gone@example.com"}, {"busy@example.com"}

    assert ["cat@example.com"] == [to for to, _ in sent(ann)]
    ann.office.busy = set()
    assert [] == sent(ann)
    ann.passes(minutes=1)
    assert ["busy@example.com"] == [to for to, _ in sent(ann)]
    rows = ann.rows("SELECT attempts FROM mails WHERE given_up_at IS NOT NULL")
    assert [1] == [row.attempts for row in rows]


def test_without_a_mail_server_mails_wait_and_are_given_up_after_a_day_and_a_half(ann):
    sent(ann)
    ask_reset(ann)
    ann.office.busy = {"ann@example.com"}
    waited = timedelta()
    for _ in range(200):
        ann.app.outbox.send_one()
        ann.passes(minutes=30)
        waited += timedelta(minutes=30)
        (row,) = ann.rows("SELECT attempts, given_up_at, sealed FROM mails WHERE kind = 'password_reset'")
        if row.given_up_at is not None:
            break

    assert (ATTEMPTS + 1, None) == (row.attempts, row.sealed)
    assert timedelta(hours=30) < waited < timedelta(hours=48)
    ann.passes(days=8)
    assert ann.app.outbox.forget() >= 1


def test_a_mail_is_sent_once_by_many_senders(ann, built):
    others = [built(mail=ann.app.settings.mail, clock=ann.clock) for _ in range(2)]
    for number in range(6):
        ann.register(f"user{number}")

    outboxes = [ann.app.outbox, *(other.app.outbox for other in others)]
    while sum(outbox.send_one() for outbox in outboxes):
        pass

    assert 7 == len(ann.office.mails) == len({mail["To"] for mail in ann.office.mails})


def test_on_the_console_mail_is_shown_whole(auth, capsys):
    auth.register("ann")

    assert auth.app.outbox.send_one()

    assert "To: ann@example.com\nSubject: Confirm your e-mail address\n" in capsys.readouterr().out
