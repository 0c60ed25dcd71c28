"""How often signing in failed lately."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, Select, literal_column, select

from synergy_auth.domain.login_limits import Failures
from synergy_auth.tables import security_events as log

_KINDS: Final = ("login_failed", "password_check_failed", "otp_failed")
_FAILED: Final[list[ColumnElement[str]]] = [literal_column(f"'{kind}'") for kind in _KINDS]
"""Kinds that count, spelled out as the others here: only so does PostgreSQL know that its indexes hold them."""
_ENTERED: Final[list[ColumnElement[str]]] = [literal_column("'login_success'"), literal_column("'registered'")]
_WRONG_CODE: Final[list[ColumnElement[str]]] = [literal_column("'otp_failed'")]
_NOBODY: Final = 0
"""No account has this id."""
AT_HOME: Final = timedelta(days=30)
"""How long a network counts as the account's own after it signed in from there."""


def login_failures(
    rows: Connection, network: str, account_key: str, *, since: datetime, codes_since: datetime, at_most: int
) -> Failures:
    """Failures after `since` (wrong codes: after `codes_since`), the latest `at_most` of each."""
    here = rows.execute(_latest(log.c.network == network, _FAILED, since, at_most)).all()
    there = rows.execute(_latest(log.c.account_key == account_key, _FAILED, since, at_most)).all()
    # Asked for apart: among the latest failures of all kinds, wrong passwords would hide them.
    codes = rows.execute(_latest(log.c.account_key == account_key, _WRONG_CODE, codes_since, at_most)).all()
    return Failures(
        pair=[row.at for row in here if row.account_key == account_key],
        address=[row.at for row in here],
        account=[row.at for row in there],
        codes=[row.at for row in codes],
        at_home=bool(there or codes) and _at_home(rows, network, account_key, since - AT_HOME),
    )


def _latest(
    where: ColumnElement[bool], kinds: list[ColumnElement[str]], since: datetime, at_most: int
) -> Select[tuple[datetime, str]]:
    latest = select(log.c.at, log.c.account_key).where(where, log.c.kind.in_(kinds), log.c.at > since)
    return latest.order_by(log.c.at.desc()).limit(at_most)


def _at_home(rows: Connection, network: str, account_key: str, since: datetime) -> bool:
    """Whether the account signed in from this network. Asked for names of nobody as well, or time would tell them."""
    kind, _, number = account_key.partition(":")
    user_id = int(number) if kind == "user" else _NOBODY
    entered = select(log.c.id).where(
        log.c.user_id == user_id, log.c.at > since, log.c.network == network,
        log.c.kind.in_(_ENTERED),
    )  # fmt: skip
    latest = entered.order_by(log.c.at.desc()).limit(1)  # so the index is read, whatever PostgreSQL expects to find
    return rows.execute(latest).first() is not None
