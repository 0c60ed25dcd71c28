"""
Vectors that other implementations agree on: standardwebhooks and svix in Python and JavaScript, GitHub's and the
original's.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergy_webhooks.signatures import (
    VerificationFailed,
    generate_webhook_signature,
    new_secret,
    sign,
    signing_key,
    verify,
    verify_webhook_signature,
)

STANDARD = [
    pytest.param(
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        "evt_01JD0000000000000000000001",
        1763900000,
        '{"type":"project.created","timestamp":"2025-11-23T12:13:20Z","data":{"id":"p1"}}',
        "v1,9CDmc2D4W7TdqLIafwBaTnXrIjE1xZPWTtQblXgAItQ=",
        id="ascii",
    ),
    pytest.param(
        "whsec_SDfHqJitE/jqFHokmmuO7IrVMQci0kvVIABZAH8KFG8=",
        "evt_01JD0000000000000000000002",
        1763900001,
        '{"type":"task.completed","timestamp":"2025-11-23T12:13:21.5Z",'
        '"data":{"id":"t1","title":"Übergabe ✓","position":42}}',
        "v1,pFL4HstaZNkIg1lSIvRSEtGUc5HHOdroFVomTVfiZjg=",
        id="utf8_unescaped",
    ),
    pytest.param(
        "whsec_q4oIBdbOjEpAkDztfNs2BLZa5jngCisXcLBrrDSHx8Swu9Ig3Jpk8ggPS6wUlM7i5WTpbwXEWkBDTZ8OW+Gfng==",
        "evt_01JD0000000000000000000003",
        1763900002,
        '{"test": "data"}',
        "v1,3CEg0Q8BLqhFsz7MW+PIExNXK91IOS8FqOo/YmYVXDc=",
        id="key_of_64_bytes",
    ),
    pytest.param(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        '{"test": 2432232314}',
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        id="upstream_s_own",
    ),
]


@pytest.mark.parametrize(("secret", "message_id", "timestamp", "body", "signature"), STANDARD)
def test_the_standard_signature_is_the_one_others_compute(secret, message_id, timestamp, body, signature):
    assert signature == sign(message_id, timestamp, body.encode(), secret)


@pytest.mark.parametrize(("secret", "message_id", "timestamp", "body", "signature"), STANDARD)
def test_what_others_signed_verifies(secret, message_id, timestamp, body, signature):
    headers = {"Webhook-Id": message_id, "WEBHOOK-TIMESTAMP": str(timestamp), "webhook-signature": "v1a,x " + signature}

    verify(headers, body.encode(), ["another secret", secret], now=datetime.fromtimestamp(timestamp, UTC))


@pytest.mark.parametrize(
    ("change", "late"),
    [
        pytest.param({}, timedelta(seconds=301), id="too_old"),
        pytest.param({}, timedelta(seconds=-301), id="from_the_future"),
        pytest.param({"webhook-id": "other"}, timedelta(), id="another_id"),
        pytest.param({"webhook-signature": "v1,AAAA"}, timedelta(), id="another_signature"),
        pytest.param({"webhook-signature": ""}, timedelta(), id="no_signature"),
        pytest.param({"webhook-timestamp": "soon"}, timedelta(), id="no_number"),
    ],
)
def test_what_does_not_fit_is_refused(change, late):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    secret = new_secret()
    headers = {
        "webhook-id": "one",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": sign("one", int(now.timestamp()), b"{}", secret),
    }
    verify(headers, b"{}", [secret], now=now)

    with pytest.raises(VerificationFailed):
        verify(headers | change, b"{}", [secret], now=now + late)


def test_a_free_text_secret_keys_with_its_utf8_bytes():
    assert "grüße, welt".encode() == signing_key("grüße, welt")


@pytest.mark.parametrize("secret", ["whsec_", "whsec_no base64", "whsec_AAAA", "whsec_" + "A" * 100])
def test_a_whsec_secret_that_is_no_key_is_refused(secret):
    with pytest.raises(ValueError):
        signing_key(secret)


def test_a_made_secret_has_32_random_bytes():
    assert len(signing_key(new_secret())) == 32
    assert new_secret() != new_secret()


def test_the_original_s_vector():
    expected = "d7459b1abbcaacb815fba09fa22178f9728c2c341401ace578b4599509ef6659"

    assert expected == generate_webhook_signature('{"test": "data"}', "test_secret")
    assert expected == generate_webhook_signature(b'{"test": "data"}', "test_secret")
    assert verify_webhook_signature('{"test": "data"}', expected, "test_secret")
    assert verify_webhook_signature(b'{"test": "data"}', "sha256=" + expected, "test_secret")
    assert not verify_webhook_signature('{"test": "data"}', expected, "wrong_secret")


def test_github_s_published_vector():
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

    assert verify_webhook_signature("Hello, World!", signature, "It's a Secret to Everybody")


@given(payload=st.binary(max_size=200), secret=st.text(max_size=50), signature=st.text(max_size=80))
def test_a_random_signature_does_not_verify_and_does_not_raise(payload, secret, signature):
    genuine = generate_webhook_signature(payload, secret)

    assert verify_webhook_signature(payload, genuine, secret)
    assert signature.removeprefix("sha256=") == genuine or not verify_webhook_signature(payload, signature, secret)
