"""Which events mean a mail, and for whom."""

import pytest

from synergy_auth.domain.mails import compose
from synergy_auth.mailing.outbox import KEPT
from synergy_auth.policies import NEWS, NOTICES, people

EVERY = [(source, type, notice) for source, notices in NOTICES.items() for type, notice in notices.items()]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(None, [], id="nobody_or_an_old_event_that_does_not_say"),
        pytest.param(7, [7], id="one"),
        pytest.param([9, 7, 9], [7, 9], id="several_each_once_and_in_the_order_of_locks"),
        pytest.param([], [], id="none_of_several"),
    ],
)
def test_a_field_names_one_person_several_or_nobody(told, expected):
    assert expected == people(told)


@pytest.mark.parametrize(("source", "type", "notice"), EVERY, ids=lambda value: value if isinstance(value, str) else "")
def test_the_text_tells_nothing_but_the_facts_of_its_notice(source, type, notice):
    facts = {name: f"the {name}" for name in (*notice.facts, "username", "public_url")}

    mail = compose(notice.kind, facts)

    assert all(f"the {fact}" in mail.subject + mail.text for fact in notice.facts)


def test_what_a_forgotten_mail_told_is_no_news():
    assert NEWS < KEPT
