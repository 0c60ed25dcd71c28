"""Password hashes, with little memory so that the tests are quick."""

import pytest

from synergy_auth.hashing import Argon2Hashes, account_key


@pytest.fixture
def hashes():
    return Argon2Hashes(memory_kib=1024)


def test_the_right_password_matches_and_another_does_not(hashes):
    stored = hashes.hash("correct horse")

    assert hashes.verify(stored, "correct horse")
    assert not hashes.verify(stored, "correct horse ")


def test_without_an_account_no_password_matches(hashes):
    assert not hashes.verify(None, "anything")


@pytest.mark.parametrize("stored", ["", "!", "$argon2id$broken", "pbkdf2_sha256$1$x$y"])
def test_a_hash_that_is_none_matches_nothing(hashes, stored):
    assert not hashes.verify(stored, "anything")


def test_a_password_typed_in_another_composition_is_the_same(hashes):
    assert hashes.verify(hashes.hash("caf\u00e9 au lait"), "cafe\u0301 au lait")


def test_other_parameters_are_outdated(hashes):
    assert Argon2Hashes(memory_kib=2048).outdated(hashes.hash("correct horse"))
    assert not hashes.outdated(hashes.hash("correct horse"))


def test_an_account_is_known_by_its_id_and_a_strangers_name_by_a_keyed_digest():
    assert account_key(7, "ann", secret_key="k") == "user:7"
    assert account_key(None, "ann", secret_key="k") == account_key(None, "ann", secret_key="k")
    assert len({account_key(None, "ann", secret_key=key) for key in "ab"}) == 2


def test_a_hash_takes_what_owasp_asks_for_at_least():
    assert Argon2Hashes().hash("correct horse").startswith("$argon2id$v=19$m=47104,t=1,p=1$")
