"""The first superuser, made by asking: the password is asked for without showing it, twice."""

import pytest

from synergy_auth import superuser


@pytest.fixture
def env(migrated) -> dict[str, str]:
    return {"AUTH_DATABASE_URL": migrated.service_url, "SECRET_KEY": "a secret key for the tests, long enough"}


def asking(*answers: str):
    """Answers in turn, and notes what was asked."""
    left, asked = list(answers), []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return left.pop(0)

    return ask, asked


def test_what_is_not_set_is_asked_for_and_the_password_hidden_and_twice(env, auth, capsys):
    ask, asked = asking("root", "root@example.com")
    ask_hidden, hidden = asking("correct horse", "correct hose", "correct horse", "correct horse")

    assert 0 == superuser.create(env, ask=ask, ask_hidden=ask_hidden)

    assert ["User name: ", "E-mail address: "] == asked
    assert ["Password: ", "The same again: "] * 2 == hidden
    said = capsys.readouterr()
    assert "They differ" in said.err
    assert "correct" not in said.out + said.err
    assert auth.login("root", "correct horse")["user"]["is_superuser"] is True


def test_what_is_set_is_not_asked_for(env, auth):
    ask, asked = asking("root")
    ask_hidden, hidden = asking("correct horse", "correct horse")

    assert 0 == superuser.create(env | {"SUPERUSER_EMAIL": "r@example.com"}, ask=ask, ask_hidden=ask_hidden)

    assert (["User name: "], 2) == (asked, len(hidden))
