"""What auth tells people of other services' events is in these events, and auth may follow who stores them."""

from dataclasses import fields

import pytest
from contract.test_names import FOLLOWED_QUEUES
from golden.files import CODECS

from synergy_auth.policies import NOTICES
from synergy_operator.broker import FOLLOWING, FOLLOWS, MAY_CALL

EVERY = [(source, type, notice) for source, notices in NOTICES.items() for type, notice in notices.items()]


@pytest.mark.parametrize(("source", "type", "notice"), EVERY, ids=lambda value: value if isinstance(value, str) else "")
def test_an_event_that_means_a_mail_says_to_whom_and_what(source, type, notice):
    there = {field.name for field in fields(CODECS[source].classes[type])}

    assert {notice.to, *notice.facts} <= there


def test_whose_events_mean_mails_is_whom_auth_follows_and_may_ask():
    assert {f"auth.follow.{source}" for source in NOTICES} == FOLLOWED_QUEUES["auth"]
    assert set(NOTICES) == set(FOLLOWS["auth"])
    assert dict.fromkeys(NOTICES, FOLLOWING) == MAY_CALL["auth"]
