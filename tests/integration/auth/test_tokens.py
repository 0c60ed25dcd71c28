"""Access tokens and the keys that sign them."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest

from synergy_auth.keys import SealedByAnotherKey
from synergy_chassis.clock import FixedClock


def verified(token, jwks, **options):
    """The claims, checked as the gateway checks them."""
    kid = jwt.get_unverified_header(token)["kid"]
    key = next(key for key in jwks if key["kid"] == kid)
    return jwt.decode(
        token,
        jwt.PyJWK.from_json(json.dumps(key)),
        algorithms=["EdDSA"],
        audience="synergyos",
        issuer="synergyos",
        options={"require": ["exp", "iat", "nbf", "sub", "jti", "sid"], "verify_exp": False, **options},
    )


def test_an_access_token_says_who_from_when_to_when_and_for_whom(auth):
    answer = auth.register("ann")

    claims = verified(answer["access"], auth.app.keys.published(), verify_nbf=False, verify_iat=False)

    assert jwt.get_unverified_header(answer["access"])["typ"] == "at+jwt"
    assert claims["sub"] == str(answer["user"]["id"])
    assert claims["scopes"] == ["read", "write"]
    assert claims["superuser"] is False
    assert claims["nbf"] == claims["iat"] == int(auth.clock.now().timestamp())
    assert claims["exp"] - claims["iat"] == 3600
    (session,) = auth.rows("SELECT id FROM sessions")
    assert claims["sid"] == str(session.id)


def test_each_token_is_another(auth):
    tokens = [auth.register("ann")["access"], auth.login("ann")["access"]]

    assert len({jwt.decode(token, options={"verify_signature": False})["jti"] for token in tokens}) == 2


def test_replicas_that_start_at_once_make_one_key(built):
    replicas = [built(), built(), built()]

    with ThreadPoolExecutor(3) as pool:
        kids = {
            tuple(key["kid"] for key in published) for published in pool.map(lambda r: r.app.keys.published(), replicas)
        }

    assert len(kids) == 1
    assert len(replicas[0].rows("SELECT kid FROM signing_keys")) == 1


def test_a_published_key_is_a_jwk_without_its_secret_half(auth):
    (key,) = auth.app.keys.published()

    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("OKP", "Ed25519", "sig", "EdDSA")


def test_keys_rotate_with_overlap_and_no_token_is_orphaned(auth, built):
    token = auth.register("ann")["access"]
    (old,) = (key["kid"] for key in auth.app.keys.published())

    auth.passes(days=90)
    both = [key["kid"] for key in auth.app.keys.published()]
    early = auth.login("ann")["access"]
    auth.passes(minutes=10)
    later = auth.login("ann")["access"]

    assert len(both) == 2
    assert both[1] == old
    assert jwt.get_unverified_header(early)["kid"] == old  # published before it signs
    assert jwt.get_unverified_header(later)["kid"] == both[0]
    assert jwt.get_unverified_header(token)["kid"] == old
    auth.passes(minutes=64)
    assert old in [key["kid"] for key in auth.app.keys.published()]
    auth.passes(minutes=2)
    assert [key["kid"] for key in auth.app.keys.published()] == [both[0]]
    replica = built(clock=FixedClock(auth.clock.now()))
    assert [key["kid"] for key in replica.app.keys.published()] == [both[0]]


def test_another_secret_key_is_told_and_makes_no_second_key(auth, built):
    auth.app.keys.published()

    with pytest.raises(SealedByAnotherKey, match="SECRET_KEY"):
        built(secret_key="some other secret key, also long").login("ann", "whatever")

    assert len(auth.rows("SELECT kid FROM signing_keys")) == 1


def test_lifetimes_come_from_the_settings(built):
    auth = built(access_lifetime=timedelta(minutes=5), refresh_lifetime=timedelta(minutes=7))

    claims = jwt.decode(auth.register("ann")["access"], options={"verify_signature": False})

    assert claims["exp"] - claims["iat"] == 300
    (token,) = auth.rows("SELECT expires_at - issued_at AS life FROM refresh_tokens")
    assert token.life == timedelta(minutes=7)


def test_settings_do_not_print_their_secrets(settings):
    assert "secret key" not in repr(replace(settings, secret_key="my secret key ........"))
    assert "password" not in repr(settings)
