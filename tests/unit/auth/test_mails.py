"""What mails say, how often they are tried, what the settings of mail may be."""

import pytest

from synergy_auth.domain import mails
from synergy_auth.domain.mails import ATTEMPTS, compose, wait_after
from synergy_auth.settings import MailSettings
from synergy_chassis.environment import MissingSetting

FACTS = {
    "username": "ann", "public_url": "https://synergy.example", "token": "t0ken", "project": "Apollo",
    "inviter": "Ben", "role": "member", "webhook_id": "0199c0de-0000-7000-8000-000000000001", "name": "Mirror",
    "reason": "Its endpoint answered 410 Gone.", "delivery_id": "0199c0de-0000-7000-8000-000000000002",
    "event_type": "task.created",
}  # fmt: skip


@pytest.mark.parametrize("kind", mails._TEXTS)
def test_every_mail_has_a_subject_of_one_line_and_a_text(kind):
    mail = compose(kind, FACTS)

    assert mail.subject
    assert "\n" not in mail.subject
    assert "{" not in mail.subject + mail.text
    assert all(len(line) < 900 for line in mail.text.splitlines())


def test_nobody_s_text_adds_lines_or_headers():
    mail = compose(
        "invitation", FACTS | {"project": "A\r\nBcc: eve@example.com\n\n.\n" + "x" * 500, "inviter": "B\n\nen"}
    )

    assert "\r" not in mail.subject + mail.text
    assert "\nBcc" not in mail.subject + mail.text
    assert len(mail.subject) <= 200


def test_the_owner_of_a_webhook_reads_which_it_is_why_it_was_switched_off_and_what_to_do():
    mail = compose("webhook_disabled", FACTS | {"name": "Mirror {token}\nBcc: eve@example.com"})

    assert "Your webhook Mirror {token} Bcc: eve@example.com was switched off" == mail.subject
    assert "was switched off. Its endpoint answered 410 Gone.\n" in mail.text
    assert f"\n  https://synergy.example/api/webhooks/{FACTS['webhook_id']}/enable/\n" in mail.text
    assert FACTS["token"] not in mail.text


def test_waits_grow_and_end():
    waits = [wait_after(attempt) for attempt in range(1, ATTEMPTS + 2)]

    assert waits[-1] is None
    assert waits[:-1] == sorted(waits[:-1])


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        pytest.param({}, ("console", "localhost", 25), id="nothing_set"),
        pytest.param({"EMAIL_HOST": "mail.example"}, ("smtp", "mail.example", 25), id="a_host_alone"),
        pytest.param({"EMAIL_HOST": "m.example", "EMAIL_USE_TLS": "True"}, ("smtp", "m.example", 587), id="starttls"),
        pytest.param({"EMAIL_HOST": "m.example", "EMAIL_USE_SSL": "1"}, ("smtp", "m.example", 465), id="tls"),
        pytest.param(
            {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend", "EMAIL_HOST": "smtp.gmail.com",
             "EMAIL_PORT": "587", "EMAIL_USE_TLS": "True"},
            ("console", "smtp.gmail.com", 587), id="the_original_s",
        ),
        pytest.param(
            {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_PORT": "2525"},
            ("smtp", "localhost", 2525), id="smtp_without_a_host",
        ),
    ],
)  # fmt: skip
def test_mail_settings_have_the_original_s_names(env, expected):
    told = MailSettings.from_env(env)

    assert expected == (told.backend, told.host, told.port)


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"EMAIL_BACKEND": "pigeon"}, "EMAIL_BACKEND"),
        ({"EMAIL_USE_TLS": "true", "EMAIL_USE_SSL": "true"}, "not both"),
        ({"EMAIL_USE_TLS": "perhaps"}, "EMAIL_USE_TLS"),
        ({"EMAIL_PORT": "x"}, "EMAIL_PORT"),
        ({"DEFAULT_FROM_EMAIL": "nobody"}, "DEFAULT_FROM_EMAIL"),
        ({"DEFAULT_FROM_EMAIL": "a@b.c\r\nBcc: eve@example.com"}, "DEFAULT_FROM_EMAIL"),
    ],
)
def test_settings_that_cannot_be_are_told(env, says):
    with pytest.raises(MissingSetting, match=says):
        MailSettings.from_env(env)


def test_mail_comes_from_the_public_address_unless_it_is_told_otherwise():
    assert (
        "noreply@projects.example.com" == MailSettings.from_env({"PUBLIC_URL": "https://projects.example.com/"}).sender
    )
    assert "A <a@b.c>" == MailSettings.from_env({"DEFAULT_FROM_EMAIL": "A <a@b.c>"}).sender
    assert "secret" not in repr(MailSettings.from_env({"EMAIL_HOST_PASSWORD": "secret"}))
