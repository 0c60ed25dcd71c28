"""What a caller hears when a handler failed, and how a domain's no becomes the bus'."""

from typing import ClassVar

import psycopg
import pytest
import sqlalchemy.exc

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.bus.failures import refusal_for
from synergy_chassis.bus.translating import refusing
from synergy_chassis.store import RowConflict, StoreUnavailable
from synergy_chassis.store.errors import StatementTooSlow
from synergy_contracts.refusals import Refused


@pytest.mark.parametrize(
    ("error", "kind", "code", "retry_after"),
    [
        (Refused("gone", "purged", "It is gone."), "gone", "purged", ""),
        (psycopg.OperationalError("away"), "unavailable", "database-unavailable", "1"),
        (psycopg.errors.AdminShutdown("away"), "unavailable", "database-unavailable", "1"),
        (psycopg.errors.ReadOnlySqlTransaction("standby"), "unavailable", "database-unavailable", "1"),
        (sqlalchemy.exc.OperationalError("", {}, Exception()), "unavailable", "database-unavailable", "1"),
        (
            sqlalchemy.exc.InternalError("", {}, psycopg.errors.ReadOnlySqlTransaction("standby")),
            "unavailable",
            "database-unavailable",
            "1",
        ),
        (sqlalchemy.exc.TimeoutError(), "unavailable", "database-unavailable", "1"),
        (StoreUnavailable("away"), "unavailable", "database-unavailable", "1"),
        (RpcUnavailable("auth"), "unavailable", "service-unavailable", "1"),
        (RpcTimeout("auth"), "unavailable", "service-unavailable", "1"),
        (psycopg.errors.ProgramLimitExceeded("too long"), "internal", "internal-error", ""),
        (
            sqlalchemy.exc.OperationalError("", {}, psycopg.errors.ProgramLimitExceeded("too long")),
            "internal",
            "internal-error",
            "",
        ),
        (StatementTooSlow("too slow"), "unavailable", "database-unavailable", "1"),
        (RowConflict("users_username_key"), "internal", "internal-error", ""),
        (psycopg.errors.UniqueViolation("x"), "internal", "internal-error", ""),
        (ValueError("hunter2"), "internal", "internal-error", ""),
        (SystemExit(1), "internal", "internal-error", ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_every_error_has_its_refusal(error: BaseException, kind: str, code: str, retry_after: str) -> None:
    no = refusal_for(error)

    assert (kind, code, retry_after) == (no.kind, no.code, no.retry_after)
    assert "hunter2" not in str(no)


class NotAMember(Exception):
    kind: ClassVar[str] = "forbidden"
    code: ClassVar[str] = "not-a-member"
    pointer: str | None = None


class TitleTaken(NotAMember):
    kind: ClassVar[str] = "conflict"
    code: ClassVar[str] = "title-taken"
    pointer = "/title"


def test_a_domains_no_crosses_as_refused() -> None:
    with pytest.raises(Refused) as no, refusing(NotAMember):
        raise NotAMember("Only members may.")

    assert no.value.args == ("forbidden", "not-a-member", "Only members may.", "", "")


def test_the_field_at_fault_is_pointed_at() -> None:
    with pytest.raises(Refused) as no, refusing(NotAMember):
        raise TitleTaken("Pick another.")

    assert no.value.errors == '[{"pointer": "/title", "detail": "Pick another."}]'


def test_another_error_passes_through() -> None:
    with pytest.raises(KeyError), refusing(NotAMember):
        raise KeyError("a")
