"""Second factors and personal access tokens, on the real store."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from integration.auth.conftest import HOME, PASSWORD, Person, context
from integration.auth.test_sessions import caller, change_password, revocations, update_user

from synergy_auth import handlers, queries
from synergy_auth.domain import commands, one_time
from synergy_auth.domain.errors import (
    DomainError,
    InvalidField,
    InvalidToken,
    OtpRefused,
    OtpRequired,
    ScopeNotHeld,
    SecondFactorOff,
    SecondFactorOn,
    TokenNotFound,
    TooManyLogins,
    WrongCredentials,
    WrongOtp,
)
from synergy_chassis.clock import new_id


@pytest.fixture
def ann(auth) -> Person:
    auth.pair = auth.register("ann")
    return auth


def begin(ann, **more):
    return ann.app.do(
        handlers.begin_second_factor, commands.BeginSecondFactor(caller=caller(ann.pair)), context(**more)
    )


def confirm(ann, otp, **more):
    command = commands.ConfirmSecondFactor(caller=caller(ann.pair), otp=otp)
    return ann.app.do(handlers.confirm_second_factor, command, context(**more))["recovery_codes"]


def remove(ann, otp):
    command = commands.RemoveSecondFactor(caller=caller(ann.pair), otp=otp)
    ann.app.do(handlers.remove_second_factor, command, context())


def sign_in(ann, otp=None, password=PASSWORD, address=HOME.address):
    client = replace(HOME, address=address)
    return ann.app.login(commands.Login(name="ann", password=password, client=client, otp=otp))


def shown(ann, secret: str) -> str:
    """What the app shows now."""
    import base64

    padded = secret + "=" * (-len(secret) % 8)
    return one_time.code(base64.b32decode(padded), one_time.step_of(ann.clock.now()))


@pytest.fixture
def guarded(ann):
    """Ann with a second factor that is in use; `secret` and `codes` are what she has."""
    ann.secret = begin(ann)["secret"]
    ann.codes = confirm(ann, shown(ann, ann.secret))
    ann.passes(seconds=30)
    return ann


def test_signing_in_needs_the_code_once_it_was_confirmed(ann):
    secret = begin(ann)["secret"]
    assert sign_in(ann)["access"]  # not confirmed: not needed

    confirm(ann, shown(ann, secret))

    with pytest.raises(OtpRequired):
        sign_in(ann)
    ann.passes(seconds=30)
    assert sign_in(ann, shown(ann, secret))["access"]
    assert {"enabled": True, "recovery_codes_left": 10} == ann.app.ask(
        queries.read_second_factor, ann.pair["user"]["id"]
    )


def test_the_code_does_not_help_without_the_password_and_is_not_asked_for(guarded):
    for otp in (None, shown(guarded, guarded.secret)):
        with pytest.raises(WrongCredentials):
            sign_in(guarded, otp, "wrong password")
    assert sign_in(guarded, shown(guarded, guarded.secret))["access"]


def test_each_code_works_once_also_the_one_that_confirmed(ann):
    secret = begin(ann)["secret"]
    otp = shown(ann, secret)
    confirm(ann, otp)

    with pytest.raises(OtpRefused):
        sign_in(ann, otp)
    ann.passes(seconds=30)
    otp = shown(ann, secret)
    assert sign_in(ann, otp)
    with pytest.raises(OtpRefused):
        sign_in(ann, otp)


def test_of_many_logins_at_once_with_one_code_one_comes_in(guarded, built):
    replicas = [guarded, *(built(clock=guarded.clock) for _ in range(2))]
    otp = shown(guarded, guarded.secret)

    def attempt(number: int) -> str:
        try:
            return "in" if sign_in(replicas[number % 3], otp) else ""
        except DomainError as no:
            return no.code

    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(attempt, range(3)))

    assert sorted(outcomes) == ["in", "otp-refused", "otp-refused"]


def test_a_recovery_code_stands_for_the_factor_once_in_any_spelling(guarded):
    code = guarded.codes[3]

    assert sign_in(guarded, code.upper().replace("-", " "))["access"]
    with pytest.raises(OtpRefused):
        sign_in(guarded, code)
    assert 10 == len(set(guarded.codes))
    stored = guarded.rows("SELECT digest FROM recovery_codes")
    assert 9 == len(stored)
    assert not any(code.replace("-", "").encode() in bytes(row.digest) for row in stored for code in guarded.codes)


def test_the_secret_lies_sealed(guarded):
    (row,) = guarded.rows("SELECT sealed_secret FROM second_factors")

    assert guarded.secret.encode() not in bytes(row.sealed_secret)


def test_wrong_codes_count_as_failures_and_from_many_addresses_as_well(guarded):
    codes = []
    for number in range(12):
        try:
            sign_in(guarded, "000000", address=f"198.51.100.{number}")
        except DomainError as no:
            codes.append(no.code)

    assert codes == ["otp-refused"] * 10 + ["too-many-logins"] * 2
    assert guarded.security_log().count("otp_failed") == 10
    assert sign_in(guarded, shown(guarded, guarded.secret))["access"]  # from home the owner comes in


def test_a_factor_is_set_up_once_and_removed_with_a_code(guarded):
    with pytest.raises(SecondFactorOn):
        begin(guarded)
    with pytest.raises(WrongOtp):
        remove(guarded, "000000")

    remove(guarded, guarded.codes[0])

    assert sign_in(guarded)["access"]
    with pytest.raises(SecondFactorOff):
        remove(guarded, guarded.codes[1])
    with pytest.raises(SecondFactorOff):
        confirm(guarded, "000000")
    kinds = [row.kind for row in guarded.rows("SELECT kind FROM mails WHERE kind <> 'confirm_email' ORDER BY id")]
    assert ["second_factor_on", "second_factor_off"] == kinds


def test_a_repeated_set_up_tells_the_secret_again_and_repeated_codes_are_not_told(ann):
    one, two = new_id(), new_id()
    first, again = (begin(ann, command_id=one) for _ in range(2))
    otp = shown(ann, first["secret"])

    told = [confirm(ann, otp, command_id=two) for _ in range(2)]

    assert first == again
    assert (10, None) == (len(told[0]), told[1])


def token(ann, name="ci", scopes=("read",), expires_at=None, *, who=None, command_id=None):
    command = commands.CreateToken(
        caller=who or caller(ann.pair), name=name, scopes=tuple(scopes), expires_at=expires_at
    )
    return ann.app.do(handlers.create_token, command, context(command_id))


def by_token(ann, made, **more):
    """The caller who uses this token."""
    told = ann.app.verify_token(made["token"])
    return replace(
        caller(ann.pair), session_id=told["token_id"], scopes=tuple(told["scopes"]), personal_token=True, **more
    )


def test_a_token_tells_whose_it_is_and_is_stored_as_a_digest(ann):
    made = token(ann, scopes=("write", "read"))

    told = ann.app.verify_token(made["token"])

    assert (made["id"], ann.pair["user"]["id"], ["read", "write"], False) == (
        told["token_id"], told["user_id"], told["scopes"], told["superuser"]
    )  # fmt: skip
    (row,) = ann.rows("SELECT digest, last_used_at FROM personal_tokens")
    assert made["token"].encode() not in bytes(row.digest)
    assert row.last_used_at == ann.clock.now()
    listed = ann.app.ask(queries.list_tokens, told["user_id"], now=ann.clock.now(), page=1, page_size=50)
    assert "token" not in listed["results"][0]
    assert made["token"].endswith(listed["results"][0]["hint"])


def test_the_same_request_again_makes_no_second_token_and_does_not_tell_the_first(ann):
    again = new_id()
    first, second = (token(ann, command_id=again) for _ in range(2))

    assert (first["id"], None) == (second["id"], second["token"])
    assert 1 == len(ann.rows("SELECT id FROM personal_tokens"))


def test_a_token_ends_when_it_expires_is_revoked_or_its_owner_is_disabled(ann):
    lasting, brief, third = token(ann), token(ann, expires_at=ann.clock.now() + timedelta(hours=1)), token(ann)
    ann.passes(hours=1)
    with pytest.raises(InvalidToken):
        ann.app.verify_token(brief["token"])

    ann.app.do(handlers.revoke_token, commands.RevokeToken(caller=caller(ann.pair), token_id=third["id"]), context())
    with pytest.raises(InvalidToken):
        ann.app.verify_token(third["token"])
    assert third["id"] in [one["session_id"] for one in revocations(ann)["revocations"]]
    for gone in (third["id"], brief["id"], new_id()):
        with pytest.raises(TokenNotFound):
            ann.app.do(handlers.revoke_token, commands.RevokeToken(caller=caller(ann.pair), token_id=gone), context())

    assert ann.app.verify_token(lasting["token"])
    ann.write("UPDATE users SET is_active = false")
    with pytest.raises(InvalidToken):
        ann.app.verify_token(lasting["token"])


def test_another_password_revokes_all_tokens(ann):
    made = token(ann)

    change_password(ann, ann.pair)

    with pytest.raises(InvalidToken):
        ann.app.verify_token(made["token"])


def test_nobody_revokes_another_s_token(ann):
    made = token(ann)
    ben = ann.register("ben")

    with pytest.raises(TokenNotFound):
        ann.app.do(handlers.revoke_token, commands.RevokeToken(caller=caller(ben), token_id=made["id"]), context())


def test_with_a_token_nothing_wider_and_nothing_longer_is_made(ann):
    ends = ann.clock.now() + timedelta(hours=1)
    made = token(ann, scopes=("read", "write"), expires_at=ends)
    who = by_token(ann, made)

    assert ends == token(ann, who=who)["expires_at"]
    with pytest.raises(InvalidField):
        token(ann, who=who, expires_at=ends + timedelta(seconds=1))
    with pytest.raises(ScopeNotHeld):
        token(ann, who=who, scopes=("admin",))
    with pytest.raises(ScopeNotHeld):
        token(ann, who=replace(who, scopes=("read",)), scopes=("write",))


def test_the_scope_admin_is_for_superusers_and_goes_with_their_rights(ann):
    root = ann.register("root")
    ann.write("UPDATE users SET is_superuser = true WHERE username = 'root'")
    boss = replace(caller(root), scopes=("read", "write", "admin"))
    user = ann.pair["user"]["id"]
    update_user(ann, root, user, is_superuser=True)
    wide = token(ann, scopes=("read", "admin"), who=replace(caller(ann.pair), scopes=boss.scopes))
    narrow = token(ann, scopes=("read",))

    assert [True, False] == [ann.app.verify_token(made["token"])["superuser"] for made in (wide, narrow)]
    update_user(ann, root, user, is_superuser=False)
    told = ann.app.verify_token(wide["token"])
    assert (["read"], False) == (told["scopes"], told["superuser"])


def test_an_account_tried_from_many_addresses_lets_its_owner_in_from_home(built):
    auth = built(login_failures_per_account=8)
    auth.register("ann")
    codes = []
    for number in range(10):
        with pytest.raises((WrongCredentials, TooManyLogins)) as refused:
            auth.login("ann", "wrong password", address=f"198.51.100.{number}")
        codes.append(refused.value.code)

    assert codes == ["wrong-credentials"] * 8 + ["too-many-logins"] * 2
    assert auth.login("ann")["access"]  # registered from there
    for number in range(10):
        with pytest.raises((WrongCredentials, TooManyLogins)) as refused:
            auth.login("nobody", "wrong password", address=f"198.51.100.{number + 100}")
    assert refused.value.code == "too-many-logins"
