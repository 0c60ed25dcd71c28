"""Mail: the outbox on a real mail server, new passwords, confirmed addresses."""

import re
from datetime import timedelta

import pytest
from integration.auth.conftest import HOME, PASSWORD, Person, context
from integration.auth.post_office import post_office
from integration.auth.test_credentials import begin, confirm, shown, sign_in, token
from integration.auth.test_sessions import caller, refused, update_user

from synergy_auth import handlers, queries
from synergy_auth.domain import commands
from synergy_auth.domain.errors import (
    AccountUnavailable,
    EmailTaken,
    InvalidField,
    InvalidToken,
    LastSuperuser,
    LinkInvalid,
    OtpRequired,
    PasswordRefused,
    PasswordRequired,
    SessionEnded,
    WrongCredentials,
    WrongPassword,
)
from synergy_auth.domain.mails import ATTEMPTS
from synergy_auth.settings import MailSettings


@pytest.fixture
def office():
    with post_office() as office:
        yield office


@pytest.fixture
def ann(built, office) -> Person:
    """Ann, whose mails have all been sent."""
    mail = MailSettings(
        backend="smtp", host="127.0.0.1", port=office.port, sender="SynergyOS <noreply@example.com>",
        public_url="https://synergy.example",
    )  # fmt: skip
    auth = built(mail=mail)
    auth.pair = auth.register("ann")
    auth.office = office
    return auth


def sent(auth: Person) -> list[tuple[str, str]]:
    """What is sent now: to whom, and the subject."""
    before = len(auth.office.mails)
    while auth.app.outbox.send_one():
        pass
    return [(mail["To"], mail["Subject"]) for mail in auth.office.mails[before:]]


def token_in(mail) -> str:
    text = mail.get_content().replace("\r\n", "\n")
    (found,) = set(re.findall(r"^  ([\w-]{43})$", text, re.MULTILINE))
    assert f"?token={found}\n" in text
    return found


def latest_token(auth: Person) -> str:
    sent(auth)
    return token_in(auth.office.mails[-1])


def ask_reset(auth: Person, email="ann@example.com"):
    auth.app.ask_reset(commands.AskReset(email=email, client=HOME))


def reset(auth: Person, token: str, new="another battery"):
    auth.app.do(handlers.reset_password, commands.ResetPassword(token=token, new_password=new, client=HOME), context())


def confirm_email(auth: Person, token: str):
    auth.app.do(handlers.confirm_email, commands.ConfirmEmail(token=token, client=HOME), context())


def move(auth: Person, email: str, password: str | None = PASSWORD, **changes: str):
    command = commands.UpdateProfile(
        user_id=auth.pair["user"]["id"], changes={"email": email, **changes}, old_password=password, client=HOME
    )
    return auth.app.update_profile(command, context())


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


def test_a_new_password_by_mail_ends_every_session_and_token_and_works_once(ann):
    made = token(ann)
    sent(ann)
    ask_reset(ann, "ANN@Example.com")
    link = latest_token(ann)

    reset(ann, link)

    assert refused(ann, ann.pair)
    with pytest.raises(SessionEnded):
        ann.refresh(ann.pair["refresh"])
    with pytest.raises(InvalidToken):
        ann.app.verify_token(made["token"])
    with pytest.raises(WrongCredentials):
        ann.login("ann")
    assert ann.login("ann", "another battery")["user"]["email_confirmed"] is True
    with pytest.raises(LinkInvalid):
        reset(ann, link, "a third battery")
    assert [("ann@example.com", "Your password was changed")] == sent(ann)
    assert ann.security_log()[-3:] == ["password_reset", "login_failed", "login_success"]


def test_a_second_factor_is_still_needed_after_it(ann):
    secret = begin(ann)["secret"]
    confirm(ann, shown(ann, secret))
    ask_reset(ann)
    reset(ann, latest_token(ann))
    ann.passes(seconds=30)

    with pytest.raises(OtpRequired):
        sign_in(ann, password="another battery")
    assert sign_in(ann, shown(ann, secret), "another battery")


def test_a_weak_password_does_not_spend_the_link(ann):
    ask_reset(ann)
    link = latest_token(ann)

    with pytest.raises(PasswordRefused):
        reset(ann, link, "password1")
    reset(ann, link)


@pytest.mark.parametrize("why", ["expired", "replaced", "disabled", "changed", "another_kind", "unknown"])
def test_a_link_that_does_not_hold_is_refused_with_one_text(ann, why):
    sent(ann)
    confirming = token_in(ann.office.mails[0])
    ask_reset(ann)
    link = latest_token(ann)
    match why:
        case "expired":
            ann.passes(hours=1)
        case "replaced":
            ask_reset(ann)
            reset(ann, latest_token(ann), "a third battery")
        case "disabled":
            ann.write("UPDATE users SET is_active = false")
        case "changed":
            change = commands.ChangePassword(
                caller=caller(ann.pair), old_password=PASSWORD, new_password="a third battery"
            )
            ann.app.do(handlers.change_password, change, context())
        case "another_kind":
            link = confirming
        case "unknown":
            link = "x" * 43

    with pytest.raises(LinkInvalid) as no:
        reset(ann, link)
    assert str(no.value).startswith("This token is unknown, was used, or has expired.")


def test_for_an_address_of_nobody_s_the_same_is_written_and_nothing_sent(ann):
    ann.register("off")
    ann.write("UPDATE users SET is_active = false WHERE username = 'off'")
    sent(ann)

    def written(email: str) -> list[int]:
        tables = ("security_events", "mails", "mail_links")
        before = [ann.rows(f"SELECT count(*) AS n FROM {table}")[0].n for table in tables]
        ask_reset(ann, email)
        after = [ann.rows(f"SELECT count(*) AS n FROM {table}")[0].n for table in tables]
        return [now - was for now, was in zip(after, before, strict=True)]

    assert [1, 1, 1] == written("ann@example.com") == written("nobody@example.com") == written("off@example.com")
    assert [("ann@example.com", "Set a new password")] == sent(ann)
    stored = ann.rows("SELECT address FROM mails WHERE user_id IS NULL")
    assert {None} == {row.address for row in stored}


def test_nobody_is_flooded_with_mails_for_new_passwords(ann):
    sent(ann)
    for number in range(6):
        ask_reset(ann, ("ann@example.com", "Ann@Example.COM")[number % 2])

    assert 3 == len(sent(ann))
    ann.passes(hours=1)
    ask_reset(ann)
    assert 1 == len(sent(ann))


def test_links_lie_as_digests_and_what_a_mail_says_sealed_until_it_has_left(ann):
    ask_reset(ann)
    stored = [bytes(row.sealed) for row in ann.rows("SELECT sealed FROM mails WHERE sealed IS NOT NULL")]
    link = latest_token(ann)

    assert len(stored) == 2
    digests = [bytes(row.digest) for row in ann.rows("SELECT digest FROM mail_links")]
    assert not any(link.encode() in value for value in [*stored, *digests])
    assert [] == ann.rows("SELECT id FROM mails WHERE sealed IS NOT NULL")


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


def test_another_password_cancels_a_change_of_address(ann):
    move(ann, "ann@example.org")
    sent(ann)
    link = next(token_in(mail) for mail in ann.office.mails if mail["To"] == "ann@example.org")
    change = commands.ChangePassword(caller=caller(ann.pair), old_password=PASSWORD, new_password="another battery")
    ann.app.do(handlers.change_password, change, context())

    with pytest.raises(LinkInvalid):
        confirm_email(ann, link)


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


def test_people_are_found_by_exact_name_or_confirmed_address(ann):
    def found(search: str) -> list[str]:
        return [person["username"] for person in ann.app.ask(queries.find_people, search)]

    assert ["ann"] == found("ANN")
    assert [] == found("ann@example.com") == found("an") == found("%")
    confirm_email(ann, latest_token(ann))
    assert ["ann"] == found("Ann@example.com")
    ann.write("UPDATE users SET is_active = false")
    assert [] == found("ann")


def test_one_s_own_data_is_told_as_a_whole_and_no_secret(ann):
    made = token(ann)
    data = ann.app.ask(
        queries.personal_data, ann.pair["user"]["id"], current=caller(ann.pair).session_id, now=ann.clock.now()
    )

    assert {"profile", "sessions", "tokens", "security_events"} == set(data)
    assert ("ann", 1, 1) == (data["profile"]["username"], len(data["sessions"]), len(data["tokens"]))
    assert made["token"] not in str(data)
    assert "argon2" not in str(data)


def erase(auth: Person, pair, password=PASSWORD):
    auth.app.do(handlers.erase_account, commands.EraseAccount(caller=caller(pair), password=password), context())


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
