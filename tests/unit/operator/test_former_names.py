"""The variables of the original's `.env`: each works, or is refused with what took its place."""

import pytest

from synergy_operator.configuration import configured, handed_to, parse
from synergy_operator.environments import NotConfigured
from synergy_operator.former_names import REFUSED, translate

ORIGINAL = """\
# Django Settings
SECRET_KEY=your-secret-key-here
DEBUG=True
ALLOWED_HOSTS=localhost,127.0.0.1,backend,nginx,172.16.20.99

DB_PASSWORD=synergyos_pass_2024
CORS_ALLOWED_ORIGINS=http://localhost,http://localhost:3000
CSRF_TRUSTED_ORIGINS=http://localhost,http://localhost:3000
JWT_ACCESS_TOKEN_LIFETIME=60
JWT_REFRESH_TOKEN_LIFETIME=1440
EMAIL_BACKEND=django.core.mail.backends.console.EmailBackend
EMAIL_HOST=smtp.gmail.com
EMAIL_PORT=587
EMAIL_USE_TLS=True
EMAIL_HOST_USER=
EMAIL_HOST_PASSWORD=
DEFAULT_FROM_EMAIL=noreply@synergyos.com
REDIS_URL=redis://redis:6379/0
CELERY_BROKER_URL=redis://redis:6379/0
CELERY_RESULT_BACKEND=redis://redis:6379/0
GEMINI_API_KEY=
"""
WORKS = {
    "SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "CORS_ALLOWED_ORIGINS", "JWT_ACCESS_TOKEN_LIFETIME",
    "JWT_REFRESH_TOKEN_LIFETIME", "REDIS_URL", "EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS",
    "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "DEFAULT_FROM_EMAIL",
}  # fmt: skip


def test_every_name_of_the_original_works_or_is_refused():
    assert set(parse(ORIGINAL)) <= WORKS | set(REFUSED)
    assert not WORKS & set(REFUSED)


def test_the_original_file_is_refused_in_one_go_with_a_sentence_a_name():
    with pytest.raises(NotConfigured) as refused:
        translate(parse(ORIGINAL))

    lines = str(refused.value).splitlines()
    assert {line.split()[0] for line in lines} == {
        "SECRET_KEY", "DB_PASSWORD", "CSRF_TRUSTED_ORIGINS", "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND",
    }  # fmt: skip
    assert all(line.endswith(".") for line in lines)


def test_what_is_left_of_it_works():
    kept = "".join(
        line + "\n" for line in ORIGINAL.splitlines() if line.partition("=")[0] in WORKS - {"SECRET_KEY"} or not line
    )

    assert translate(parse(kept)) == {
        "ALLOWED_HOSTS": "localhost,127.0.0.1,backend,nginx,172.16.20.99",
        "CORS_ALLOWED_ORIGINS": "http://localhost,http://localhost:3000",
        "DEFAULT_FROM_EMAIL": "noreply@synergyos.com",
        "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend",
        "EMAIL_HOST": "smtp.gmail.com",
        "EMAIL_PORT": "587",
        "EMAIL_USE_TLS": "True",
        "JWT_ACCESS_TOKEN_LIFETIME": "60",
        "JWT_REFRESH_TOKEN_LIFETIME": "1440",
        "LOG_LEVEL": "debug",
    }


@pytest.mark.parametrize(
    ("told", "means"),
    [
        pytest.param({"DEBUG": "True"}, {"LOG_LEVEL": "debug"}, id="debug_is_a_log_level"),
        pytest.param({"DEBUG": "False"}, {}, id="no_debug_is_nothing_special"),
        pytest.param({"DEBUG": "1", "LOG_LEVEL": "error"}, {"LOG_LEVEL": "error"}, id="the_new_name_wins"),
        pytest.param({"DB_PASSWORD": " "}, {}, id="an_empty_value_is_not_set"),
        pytest.param({"REDIS_URL": "redis://redis:6379/0"}, {}, id="the_old_compose_s_redis_is_found_without"),
        pytest.param(
            {"REDIS_URL": "redis://cache.example:1"}, {"REDIS_URL": "redis://cache.example:1"}, id="another_s"
        ),
    ],
)
def test_an_old_name_means(told, means):
    assert translate(told) == means


def test_debug_that_is_neither_true_nor_false_is_refused_with_its_new_name():
    with pytest.raises(NotConfigured, match="LOG_LEVEL=debug"):
        translate({"DEBUG": "release"})


@pytest.mark.parametrize(
    ("line", "value"),
    [
        pytest.param("NAME=a b", "a b", id="a_value_may_hold_spaces"),
        pytest.param("export NAME=x", "x", id="as_a_shell_writes_it"),
        pytest.param('NAME="a # b"', "a # b", id="quoted"),
        pytest.param("NAME='$HOME'", "$HOME", id="nothing_is_substituted"),
        pytest.param("NAME=x # why", "x", id="with_a_comment"),
        pytest.param("NAME=x#y", "x#y", id="a_sign_within_a_word_is_no_comment"),
        pytest.param("NAME=", "", id="empty"),
    ],
)
def test_a_line_of_the_file_means(line, value):
    assert parse(line) == {"NAME": value}


def test_a_line_that_is_none_is_named():
    with pytest.raises(NotConfigured, match=r"Line 2 of \.env"):
        parse("A=1\nwhat is this\n")


def test_the_command_overrules_the_file_and_others_variables_are_left_alone(tmp_path):
    (tmp_path / ".env").write_text("PUBLIC_URL=https://a.example\nLOG_LEVEL=info\n")

    settings = configured(tmp_path, {"LOG_LEVEL": "debug", "GEMINI_API_KEY": "somebody else's", "DEBUG": "release"})

    assert settings == {"PUBLIC_URL": "https://a.example", "LOG_LEVEL": "debug"}


def test_a_part_is_handed_its_own_settings_alone():
    settings = {"PUBLIC_URL": "https://a.example", "LOG_LEVEL": "debug", "LOGIN_FAILURES": "3", "HOME": "/root"}

    assert handed_to("gateway", settings) == {"PUBLIC_URL": "https://a.example", "LOG_LEVEL": "debug"}
    assert handed_to("auth", settings) == {
        "PUBLIC_URL": "https://a.example",
        "LOG_LEVEL": "debug",
        "LOGIN_FAILURES": "3",
    }
    assert handed_to("relay-auth", settings) == {"LOG_LEVEL": "debug"}


def test_every_part_is_handed_what_says_where_traces_and_errors_go():
    observed = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318",
        "OTEL_TRACES_SAMPLER": "always_on",
        "SENTRY_DSN": "http://k@s/7",
    }

    for part in ("gateway", "auth", "relay-webhooks", "sender"):
        assert observed == handed_to(part, {**observed, "OTELLO": "no", "SECRET_KEY": "x" * 32})
