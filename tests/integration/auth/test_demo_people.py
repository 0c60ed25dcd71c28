"""People for trying out are made once, and can sign in."""

import json

from synergy_auth import demo_people


def test_as_many_as_are_asked_for_are_there_however_often(migrated, auth, capsys):
    env = {"AUTH_DATABASE_URL": migrated.service_url, "SECRET_KEY": "a secret key for the tests, long enough"}
    assert 0 == demo_people.make(env, 1)
    first = json.loads(capsys.readouterr().out)

    assert 0 == demo_people.make(env, 2)

    both = json.loads(capsys.readouterr().out)
    assert first["users"] == both["users"][:1]
    told = auth.login("user0002", both["password"])["user"]
    assert (both["users"][1], False) == (told["id"], told["is_superuser"])
