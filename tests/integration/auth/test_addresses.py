"""Addresses are confirmed by mail before they count; people are found by those that were."""

import pytest
from integration.auth.acting import caller, confirm_email, latest_token, move, sent, token_in
from integration.auth.conftest import PASSWORD, context

from synergy_auth import handlers, queries
from synergy_auth.domain import commands
from synergy_auth.domain.errors import (
    EmailTaken,
    InvalidField,
    LinkInvalid,
    PasswordRequired,
    PersonNotFound,
    TooManyMails,
    WrongCredentials,
    WrongPassword,
)


@pytest.fixture
def ann(posted):
    return posted


def test_a_new_account_s_address_is_confirmed_by_the_mail_it_gets(ann):
    assert ann.pair["user"]["email_confirmed"] is False
    assert [("ann@example.com", "Confirm your e-mail address")] == sent(ann)
    mail = ann.office.mails[0]
    assert ("SynergyOS <noreply@example.com>", "auto-generated") == (mail["From"], mail["Auto-Submitted"])
    assert "https://synergy.example/#/confirm-email?token=" in mail.get_content()

    confirm_email(ann, token_in(mail))

    assert ann.app.read_profile(ann.pair["user"]["id"])["email_confirmed"] is True
    with pytest.raises(LinkInvalid):
        confirm_email(ann, token_in(mail))
    assert [] == sent(ann)


def test_another_address_needs_the_password_and_is_confirmed_before_it_counts(ann):
    sent(ann)
    with pytest.raises(PasswordRequired):
        move(ann, "ann@example.org", None)
    with pytest.raises(WrongPassword):
        move(ann, "ann@example.org", "wrong password")
    ann.register("bob")
    with pytest.raises(EmailTaken):
        move(ann, "BOB@example.com", None)
    sent(ann)

    profile = move(ann, "ann@example.org", bio="Sails.")

    assert ("ann@example.com", "ann@example.org", "Sails.") == (
        profile["email"], profile["pending_email"], profile["bio"]
    )  # fmt: skip
    told = dict(sent(ann))
    assert told["ann@example.org"] == "Confirm your e-mail address"
    assert told["ann@example.com"] == "Another e-mail address for your account"
    assert ann.login("ann@example.com")
    mail = next(mail for mail in ann.office.mails[-2:] if mail["To"] == "ann@example.org")
    confirm_email(ann, token_in(mail))
    profile = ann.app.read_profile(ann.pair["user"]["id"])
    assert ("ann@example.org", True, None) == (profile["email"], profile["email_confirmed"], profile["pending_email"])
    assert [("ann@example.com", "Your e-mail address was changed")] == sent(ann)
    assert ann.app.log.after(0).events[-1].type == "user.updated"
    with pytest.raises(WrongCredentials):
        ann.login("ann@example.com")


def test_nobody_takes_the_name_of_an_address_that_is_not_confirmed(ann):
    with pytest.raises(InvalidField) as refused:
        move(ann, "victim@example.com", username="victim@example.com")

    assert refused.value.pointer == "/username"


def test_an_address_that_somebody_else_took_meanwhile_is_not_confirmed(ann):
    move(ann, "new@example.com")
    link = next(token_in(mail) for mail in ann.office.mails if mail["To"] == "new@example.com") if sent(ann) else ""
    ann.register("new")

    with pytest.raises(EmailTaken):
        confirm_email(ann, link)


def test_nobody_is_flooded_with_mails_to_confirm_an_address(ann):
    sent(ann)
    for number in (0, 0, 1):
        move(ann, f"victim{number}@example.com")
    for again in ("victim1@example.com", "victim9@example.com", "ann@example.com"):
        with pytest.raises(TooManyMails):
            move(ann, again)

    told = [to for to, _ in sent(ann)]

    assert [2, 1, 3] == [told.count(f"{name}@example.com") for name in ("victim0", "victim1", "ann")]
    ann.passes(hours=1)
    move(ann, "victim9@example.com")
    assert ["victim9@example.com"] == [to for to, _ in sent(ann) if to != "ann@example.com"]


def links_to(ann, address):
    sent(ann)
    return [token_in(mail) for mail in ann.office.mails if mail["To"] == address]


def test_an_address_that_was_not_confirmed_in_time_is_gone_and_can_be_asked_for_again(ann):
    user = ann.pair["user"]["id"]
    move(ann, "ann@example.org")
    (late,) = links_to(ann, "ann@example.org")
    ann.passes(days=3)

    assert [None] * 2 == [one["pending_email"] for one in (ann.app.read_profile(user), ann.login("ann")["user"])]
    with pytest.raises(LinkInvalid):
        confirm_email(ann, late)

    assert "ann@example.org" == move(ann, "ann@example.org")["pending_email"]
    confirm_email(ann, links_to(ann, "ann@example.org")[-1])
    assert "ann@example.org" == ann.app.read_profile(user)["email"]


def test_the_mail_that_confirms_an_address_is_sent_again_when_it_is_asked_for_again(ann):
    for _ in range(2):
        assert "ann@example.org" == move(ann, "ann@example.org")["pending_email"]

    first, second = links_to(ann, "ann@example.org")
    with pytest.raises(LinkInvalid):
        confirm_email(ann, first)
    confirm_email(ann, second)


def test_the_mail_that_confirms_the_first_address_is_sent_again_with_the_password_alone(ann):
    sent(ann)
    with pytest.raises(WrongPassword):
        move(ann, "ann@example.com", "wrong password")
    ann.update(ann.pair["user"]["id"], email="ann@example.com")  # a profile put back as it was read
    assert [] == sent(ann)
    events = len(ann.app.log.after(0).events)

    assert move(ann, "ann@example.com")["pending_email"] is None

    confirm_email(ann, links_to(ann, "ann@example.com")[-1])
    assert ann.app.read_profile(ann.pair["user"]["id"])["email_confirmed"] is True
    assert ("email_confirmation_asked", "email_confirmed") == tuple(ann.security_log()[-2:])
    move(ann, "ann@example.com")
    assert [] == sent(ann)
    assert events == len(ann.app.log.after(0).events)


def test_another_password_cancels_a_change_of_address(ann):
    move(ann, "ann@example.org")
    sent(ann)
    link = next(token_in(mail) for mail in ann.office.mails if mail["To"] == "ann@example.org")
    change = commands.ChangePassword(caller=caller(ann.pair), old_password=PASSWORD, new_password="another battery")
    ann.app.do(handlers.change_password, change, context())

    with pytest.raises(LinkInvalid):
        confirm_email(ann, link)


def test_people_are_found_by_exact_name_or_confirmed_address(ann):
    def found(search: str) -> list[str]:
        return [person["username"] for person in ann.app.ask(queries.find_people, search)]

    assert ["ann"] == found("ANN")
    assert [] == found("ann@example.com") == found("an") == found("%")
    confirm_email(ann, latest_token(ann))
    assert ["ann"] == found("Ann@example.com")
    ann.write("UPDATE users SET is_active = false")
    assert [] == found("ann")


def test_who_is_called_like_an_address_is_found_by_it_once_it_is_confirmed(posted):
    posted.pair = posted.register("eve@example.com", email="eve@example.com")
    link = latest_token(posted)

    assert [] == posted.app.ask(queries.find_people, "eve@example.com")
    with pytest.raises(PersonNotFound):
        posted.app.find_person("Eve@Example.com")

    confirm_email(posted, link)

    eve = posted.pair["user"]["id"]
    assert [eve] == [person["id"] for person in posted.app.ask(queries.find_people, "eve@example.com")]
    assert eve == posted.app.find_person("Eve@Example.com")["id"]
