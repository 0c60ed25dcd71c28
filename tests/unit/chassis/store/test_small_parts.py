"""Clock, environment, sealing and the statements that make the store."""

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from synergy_chassis.clock import FixedClock, SystemClock, new_id, new_id_text
from synergy_chassis.environment import MissingSetting, integer, text
from synergy_chassis.sealing import Sealer, Unsealable
from synergy_chassis.store import store_ddl


def test_clocks_tell_aware_utc() -> None:
    clock = FixedClock(datetime(2030, 1, 1, tzinfo=UTC))
    clock.advance(timedelta(minutes=1))
    assert datetime(2030, 1, 1, 0, 1, tzinfo=UTC) == clock.now()
    assert timedelta(0) == SystemClock().now().utcoffset()
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2030, 1, 1))


def test_ids_are_of_version_7_and_rise() -> None:
    ids = [UUID(new_id_text()) if number % 2 else new_id() for number in range(20_000)]
    assert {(7, "specified in RFC 4122")} == {(id.version, id.variant) for id in ids}
    assert sorted(set(ids)) == ids
    stamp = datetime.fromtimestamp((ids[0].int >> 80) / 1000, UTC)
    assert abs(stamp - SystemClock().now()) < timedelta(minutes=1)


def test_a_forked_process_makes_other_ids() -> None:
    new_id()
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writer, " ".join(str(new_id())[-16:] for _ in range(3)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reader, 1_000).decode().split()

    assert 3 == len(theirs)
    assert not {str(new_id())[-16:] for _ in range(3)} & set(theirs)


def test_settings_come_from_the_environment_or_their_default() -> None:
    env = {"NAME": " x ", "NUMBER": "5", "EMPTY": " "}
    assert (text(env, "NAME"), text(env, "EMPTY", "d"), text(env, "NONE", "d")) == ("x", "d", "d")
    assert (integer(env, "NUMBER"), integer(env, "NONE", 7)) == (5, 7)


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (lambda: text({}, "NAME"), "Set NAME in the environment"),
        (lambda: integer({}, "NAME"), "Set NAME in the environment"),
        (lambda: integer({"NAME": "x"}, "NAME"), "whole number"),
        (lambda: integer({"NAME": "0"}, "NAME", minimum=1), "1 or more"),
    ],
)
def test_a_missing_or_wrong_setting_says_what_to_do(read, said: str) -> None:
    with pytest.raises(MissingSetting, match=said):
        read()


def test_sealed_bytes_open_with_their_key_purpose_and_context_only() -> None:
    sealer = Sealer("k" * 32, purpose="secrets")
    sealed = sealer.seal(b"plain", context="row-1")
    assert sealer.open(sealed, context="row-1") == b"plain"
    assert sealed != sealer.seal(b"plain", context="row-1")
    for other, bytes_, context in [
        (sealer, sealed, "row-2"),
        (sealer, sealed[:-1] + bytes([sealed[-1] ^ 1]), "row-1"),
        (sealer, b"", "row-1"),
        (sealer, b"\x01short", "row-1"),
        (sealer, b"\x02" + sealed[1:], "row-1"),
        (Sealer("k" * 32, purpose="else"), sealed, "row-1"),
        (Sealer("K" * 32, purpose="secrets"), sealed, "row-1"),
    ]:
        with pytest.raises(Unsealable):
            other.open(bytes_, context=context)
    with pytest.raises(ValueError, match="too short"):
        Sealer("short", purpose="secrets")


def test_the_store_is_made_for_a_plain_role_only() -> None:
    statements = store_ddl(service_role="things_service")
    assert any('TO "things_service"' in statement for statement in statements)
    assert not any("{" in statement.replace("'{}'", "") for statement in statements)
    with pytest.raises(ValueError, match="plain role"):
        store_ddl(service_role='x"; DROP TABLE y; --')
