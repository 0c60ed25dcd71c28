"""Access tokens: what is let in, and every known way to forge one."""

import base64
import json

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from examples import few
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient
from unit.gateway.given import PROJECT, Neighbours, Signer

from synergy_chassis.bus.errors import RpcTimeout
from synergy_contracts.envelope import Actor

NOW = 4_000_000_000


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(head: object, claims: object, signature: str = "") -> str:
    return f"{encoded(head)}.{encoded(claims)}.{signature}"


def tampered(token: str) -> str:
    head, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return f"{head}.{encoded(claims | {'sub': '1', 'superuser': True})}.{signature}"


FORGERIES = {
    "another_key": lambda s: s.token(key=Ed25519PrivateKey.generate()),
    "alg_none": lambda s: unsigned({"alg": "none", "typ": "at+jwt", "kid": s.kid}, s.claims()),
    "alg_None_with_signature": lambda s: unsigned({"alg": "None", "typ": "at+jwt", "kid": s.kid}, s.claims(), "AAAA"),
    "hs256": lambda s: s.token(key="x" * 64, algorithm="HS256"),
    "hs256_with_the_public_key": lambda s: s.token(
        key=s.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), algorithm="HS256"
    ),
    "rs256": lambda s: s.token(key=rsa.generate_private_key(65537, 2048), algorithm="RS256"),
    "es256": lambda s: s.token(key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"),
    "claims_changed": lambda s: tampered(s.token()),
    "signature_cut": lambda s: s.token().rpartition(".")[0] + ".",
    "two_parts": lambda s: s.token().rpartition(".")[0],
    "foreign_kid": lambda s: s.token(headers={"kid": "../../etc/passwd"}),
    "kid_of_sql": lambda s: s.token(headers={"kid": "' OR 1=1 --"}),
    "kid_is_no_text": lambda s: unsigned({"alg": "EdDSA", "typ": "at+jwt", "kid": 7}, s.claims(), "AAAA"),
    "no_kid": lambda s: jwt.encode(s.claims(), s.key, "EdDSA", headers={"typ": "at+jwt"}),
    "own_jwk_in_the_header": lambda s: s.token(key=Ed25519PrivateKey.generate(), headers={"jwk": Signer().jwk()}),
    "jku": lambda s: s.token(key=Ed25519PrivateKey.generate(), headers={"jku": "https://evil.example/jwks"}),
    "crit": lambda s: s.token(headers={"crit": ["exp"], "exp": 1}),
    "an_id_token": lambda s: s.token(headers={"typ": "JWT"}),
    "no_typ": lambda s: s.token(headers={"typ": None}),
    "typ_is_no_text": lambda s: unsigned({"alg": "EdDSA", "typ": ["at+jwt"], "kid": s.kid}, s.claims(), "AAAA"),
    "expired": lambda s: s.token(exp=1_000_000_000),
    "not_yet": lambda s: s.token(nbf=NOW),
    "issued_in_the_future": lambda s: s.token(iat=NOW),
    "another_issuer": lambda s: s.token(iss="evil"),
    "another_audience": lambda s: s.token(aud="billing"),
    "among_audiences": lambda s: s.token(aud=["synergyos", "billing"]),
    "no_expiry": lambda s: s.token(exp=None),
    "expiry_is_text": lambda s: s.token(exp="tomorrow"),
    "no_audience": lambda s: s.token(aud=None),
    "no_issuer": lambda s: s.token(iss=None),
    "no_subject": lambda s: s.token(sub=None),
    "no_session": lambda s: s.token(sid=None),
    "no_id": lambda s: s.token(jti=None),
    "subject_is_a_name": lambda s: s.token(sub="ann"),
    "subject_zero": lambda s: s.token(sub="0"),
    "subject_negative": lambda s: s.token(sub="-7"),
    "subject_beyond_ids": lambda s: s.token(sub="9999999999999999"),
    "scopes_are_text": lambda s: s.token(scopes="read write"),
    "superuser_is_text": lambda s: s.token(superuser="true"),
    "rubbish": lambda s: "a.b.c",
    "not_base64": lambda s: "ä.b.c",
    "header_is_a_list": lambda s: unsigned([1], {}, "AAAA"),
    "header_nested_deeply": lambda s: base64.urlsafe_b64encode(b"[" * 2_000).decode() + ".e30.AA",
    "too_long": lambda s: s.token(extra="x" * 5_000),
    "empty": lambda s: "",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_token_is_refused(anyone: TestClient, neighbours: Neighbours, signer: Signer, forge):
    neighbours.answers["projects.read_project"] = PROJECT
    header = f"Bearer {forge(signer)}".encode()

    answer = anyone.get("/api/projects/3/", headers=[(b"Authorization", header)])

    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/invalid-token"
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="synergyos", error="invalid_token"')
    assert not neighbours.sent("projects.read_project")


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}, {"Authorization": ""}]
)
def test_without_a_bearer_token_nothing_is_told(anyone, headers):
    answer = anyone.get("/api/projects/3/", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="synergyos"')


def test_two_tokens_are_no_token(anyone, signer):
    headers = [("Authorization", f"Bearer {signer.token()}")] * 2

    assert anyone.get("/api/projects/3/", headers=headers).status_code == 401


def test_a_good_token_tells_the_service_who_asks(ann, neighbours):
    neighbours.answers["projects.read_project"] = PROJECT

    assert ann.get("/api/projects/3/").status_code == 200
    sent = neighbours.headers("projects.read_project")["synergy-actor"]
    assert Actor(user_id=7, scopes=("read", "write"), session_id="s") == msgspec.json.decode(sent, type=Actor)


def test_the_scheme_s_name_is_taken_in_any_case(anyone, neighbours, signer):
    neighbours.answers["projects.read_project"] = PROJECT

    answer = anyone.get("/api/projects/3/", headers={"Authorization": f"bearer {signer.token()}"})

    assert answer.status_code == 200


def test_keys_are_asked_for_once_and_unknown_ids_do_not_become_calls(ann, neighbours, signer):
    neighbours.answers["projects.read_project"] = PROJECT
    ann.get("/api/projects/3/")

    for number in range(20):
        forged = signer.token(headers={"kid": f"unknown-{number}"})
        assert ann.get("/api/projects/3/", headers={"Authorization": f"Bearer {forged}"}).status_code == 401

    assert len(neighbours.sent("auth.jwks")) <= 2


def test_while_auth_is_away_known_keys_serve_and_unknown_ones_are_503(ann, neighbours, signer):
    neighbours.answers["projects.read_project"] = PROJECT
    assert ann.get("/api/projects/3/").status_code == 200

    neighbours.answers["auth.jwks"] = RpcTimeout("auth.jwks")

    assert ann.get("/api/projects/3/").status_code == 200


def test_before_the_keys_are_known_a_token_cannot_be_judged(ann, neighbours):
    neighbours.answers["auth.jwks"] = RpcTimeout("auth.jwks")

    answer = ann.get("/api/projects/3/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize(
    "change", [{"crv": "Ed448"}, {"kty": "oct", "k": "eA"}, {"use": "enc"}, {"alg": "HS256"}, {"x": "?"}]
)
def test_a_key_that_is_not_for_signing_is_not_used(ann, neighbours, signer, change):
    neighbours.answers["auth.jwks"] = {"keys": [signer.jwk() | change]}

    assert ann.get("/api/projects/3/").status_code == 401


def test_a_token_of_reading_cannot_write(anyone, neighbours, signer):
    neighbours.answers["projects.read_project"] = PROJECT
    anyone.headers["Authorization"] = f"Bearer {signer.token(scopes=['read'])}"

    assert anyone.get("/api/projects/3/").status_code == 200
    answer = anyone.delete("/api/projects/3/")
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/insufficient-scope"
    assert 'scope="write"' in answer.headers["WWW-Authenticate"]
    assert not neighbours.sent("projects.delete_project")


def test_a_token_without_scopes_can_do_nothing(anyone, signer):
    anyone.headers["Authorization"] = f"Bearer {signer.token(scopes=[])}"

    assert anyone.get("/api/projects/3/").status_code == 403


def test_an_expired_token_does_not_stand_in_the_way_of_signing_in(anyone, neighbours, signer):
    neighbours.answers["auth.login"] = {"user": {}, "access": "a", "refresh": "r"}
    anyone.headers["Authorization"] = f"Bearer {signer.token(exp=1)}"

    assert anyone.post("/api/auth/login/", json={"username": "ann", "password": "x"}).status_code == 200


parts = st.text(alphabet="ABCabc019-_=.{}[]\"' ", max_size=60)


@few(30)
@given(token=parts | st.binary(max_size=80).map(lambda raw: base64.urlsafe_b64encode(raw).decode() + ".e30.AA"))
def test_no_token_breaks_the_gateway(anyone, token):
    answer = anyone.get("/api/projects/3/", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401
