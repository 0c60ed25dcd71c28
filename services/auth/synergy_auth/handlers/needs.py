"""What handlers work with, and the account they work on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from synergy_auth import projections, queries
from synergy_auth.domain.account import Account
from synergy_auth.domain.commands import Caller, Client
from synergy_auth.domain.errors import AccountUnavailable, DomainError, InvalidToken, SessionEnded
from synergy_auth.domain.events import Event, stream_of
from synergy_auth.domain.login_limits import LoginLimits
from synergy_auth.domain.rates import Rate
from synergy_auth.domain.rules import AccountRules
from synergy_auth.hashing import PasswordHashes
from synergy_auth.tokens import Tokens
from synergy_chassis.clock import Clock, new_id
from synergy_chassis.sealing import Box
from synergy_chassis.store import (
    CommandContext,
    EventCodec,
    RecordedEvent,
    Stream,
    StreamNotFound,
    UnitOfWork,
    Writer,
)

REFUSED_LONGER: Final = timedelta(minutes=1)
"""Beyond the life of the last token concerned: clocks of two machines differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """
    The store, time, passwords, tokens and the rules; boxes that seal secrets of second factors, and of mails;
    how often one address may register, or ask for mail (None: as it likes).
    """

    uow: UnitOfWork
    clock: Clock
    hashes: PasswordHashes
    rules: AccountRules
    limits: LoginLimits
    codec: EventCodec
    tokens: Tokens
    secret_key: str
    second_factors: Box
    mails: Box
    asking: Rate | None

    def refused_until(self, now: datetime) -> datetime:
        """When no access token that was issued before now is alive any more."""
        return now + self.tokens.lifetimes.access + REFUSED_LONGER


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An account whose stream is locked, and what is done to it: events, and rows beside them."""

    account: Account
    stream: Stream
    needs: Needs

    def record(
        self, events: Sequence[Event], rows: Callable[[Writer], None], *, outcome: dict[str, Any] | None = None
    ) -> None:
        """Append the events and write the rows, all together when the block ends; a repeat is told the outcome."""

        def rows_of(_events: Sequence[RecordedEvent], writer: Writer) -> None:
            rows(writer)

        encoded = [self.needs.codec.encode(event) for event in events]
        self.stream.append(encoded, outcome=outcome or {"user_id": self.account.id}, rows=rows_of)

    def log(
        self, writer: Writer, kind: str, client: Client, *, session_id: UUID | None = None, actor_id: int | None = None
    ) -> None:
        """A line of the security log about the account."""
        user_id = self.account.id
        writer.execute(
            projections.security_event(
                new_id(), kind, at=self.stream.now, account_key=f"user:{user_id}", user_id=user_id,
                session_id=session_id, address=client.address, user_agent=client.user_agent, actor_id=actor_id,
            )
        )  # fmt: skip

    def still_signed_in(self, caller: Caller) -> None:
        """
        What the caller came with holds at this moment, whatever a gateway knew: nothing lasting is made with what was
        ended or revoked. Raises AccountUnavailable, SessionEnded or InvalidToken.
        """
        rows, now = self.stream.rows, self.stream.now
        if not self.account.is_active:
            raise AccountUnavailable
        if caller.session_id is None:
            return
        if caller.personal_token:
            if not queries.personal_token_holds(rows, caller.user_id, caller.session_id, now=now):
                raise InvalidToken
        elif not queries.open_among(rows, caller.user_id, [caller.session_id], now=now):
            raise SessionEnded

    def end_session(self, writer: Writer, session_id: UUID, *, because: str) -> None:
        """One session is over, and its access tokens are refused."""
        now = self.stream.now
        writer.execute(projections.refusals_forgotten(at=now))
        writer.execute(projections.session_ended(session_id, at=now, because=because))
        until = self.needs.refused_until(now)
        writer.execute(projections.session_refused(session_id, self.account.id, until=until))

    def end_sessions(self, writer: Writer, *, because: str, spared: UUID | None) -> None:
        """
        All sessions are over but the spared one, and the access tokens of all others are refused. The account's row is
        written first: whoever signs in holds it until the new session can be seen, and ended with the others.
        """
        self.call_in_tokens(writer, spared=spared)
        ended = projections.sessions_ended(self.account.id, at=self.stream.now, because=because, spared=spared)
        writer.execute(ended)

    def call_in_tokens(self, writer: Writer, *, spared: UUID | None) -> None:
        """Access tokens of today are refused, but those of the spared session; sessions that are open get others."""
        begun, now = self.account.generation + 1, self.stream.now
        writer.execute(projections.refusals_forgotten(at=now))
        writer.execute(projections.generation_begun(self.account.id, begun))
        until = self.needs.refused_until(now)
        writer.execute(projections.generations_refused(self.account.id, before=begun, spared=spared, until=until))


@contextmanager
def opened(
    user_id: int, context: CommandContext, needs: Needs, *, missing: type[DomainError] = AccountUnavailable
) -> Iterator[Opened]:
    """The account, locked until the block ends. Raises `missing` (made without arguments) where there is none."""
    try:
        with needs.uow.stream(stream_of(user_id), context) as stream:
            account = queries.account(stream.rows, user_id)
            if account is None:
                raise missing()
            yield Opened(account=account, stream=stream, needs=needs)
    except StreamNotFound:
        raise missing() from None
