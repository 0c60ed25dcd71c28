"""The sender's side of the database: claim lanes, record attempts, renew leases."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final
from uuid import UUID

import msgspec

from synergy_webhooks.bodies import TEST
from synergy_webhooks.delivery import measures, statements
from synergy_webhooks.delivery.judging import Endpoint, Tried, Verdict, judge
from synergy_webhooks.delivery.link import Connection, Link
from synergy_webhooks.delivery.parcel import Key, LaneKey, Outcome, Parcel
from synergy_webhooks.domain.backoff import Schedule

LEASE: Final = timedelta(seconds=6)
"""
How long a lane is this sender's without renewal. What a killed one held is to go out within the 10 s after which
everything works again, and the next sender has to start within them too.
"""

COUNTING: Final = 5.0
"""Seconds between two looks at how much waits."""
AT_ONCE: Final = 100
"""Lanes of one endpoint that are in flight together, over all senders."""
OF_OWNER: Final = 200
"""The same of one owner's endpoints: half of what a sender takes, so that receivers that hang leave room for others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An attempt that was made; `keep` asks for the next delivery of the lane."""

    parcel: Parcel
    outcome: Outcome
    keep: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disabling:
    """A subscription that is to be switched off, and the delivery that showed it."""

    webhook_id: UUID
    delivery_id: UUID
    reason: str


class Ledger:
    """
    Claims, records and renews under one sender's id. Every method raises one of link.AWAY while the database is away.
    """

    def __init__(
        self, sender_id: UUID, link: Link, *, schedule: Schedule, chance: Callable[[], float], lease: timedelta = LEASE
    ) -> None:
        self._sender = sender_id
        self._link = link
        self._schedule = schedule
        self._chance = chance
        self._lease = lease
        self._count_at = 0.0

    async def claim(self, room: int) -> list[Parcel]:
        """
        Leases up to `room` lanes that wait, and gives the head of each. What is leased and not given, because we are
        interrupted between, is free again when its lease ends.
        """

        async def work(connection: Connection) -> list[Parcel]:
            asked = monotonic()
            limits = {
                "room": room,
                "at_once": AT_ONCE,
                "of_owner": OF_OWNER,
                "sender": self._sender,
                "lease": self._lease,
            }
            found = await (await connection.execute(statements.CLAIM, limits)).fetchall()
            await self._count(connection)
            return await self._heads(connection, [(row["webhook_id"], row["lane"]) for row in found], asked)

        return await self._link.run_apart(work)

    async def record(self, results: Sequence[Result]) -> tuple[dict[LaneKey, Parcel], list[Disabling]]:
        """
        Puts attempts on record, all or none; tells the next parcel of the lanes that go on, and what to switch off.
        """

        async def work(connection: Connection) -> tuple[dict[LaneKey, Parcel], list[Disabling], list[Verdict]]:
            asked = monotonic()
            lanes = self._lanes(result.parcel.lane_key for result in results)
            await connection.execute(statements.LOCK, lanes)
            verdicts = await self._verdicts(connection, results)
            keep = [r.keep and v.status == "success" for r, v in zip(results, verdicts, strict=True)]
            await connection.execute(statements.RECORD, self._recorded(results, verdicts, keep))
            await connection.execute(statements.CLOSE, lanes)
            kept = [result.parcel.lane_key for result, go_on in zip(results, keep, strict=True) if go_on]
            following = {parcel.lane_key: parcel for parcel in await self._heads(connection, kept, asked)}
            disabling = [
                Disabling(webhook_id=r.parcel.webhook_id, delivery_id=r.parcel.delivery_id, reason=v.disable)
                for r, v in zip(results, verdicts, strict=True)
                if v.disable
            ]
            return following, disabling, verdicts

        following, disabling, verdicts = await self._link.run(work)
        measures.recorded(verdict.status for verdict in verdicts)
        return following, disabling

    async def renew(self, held: Iterable[LaneKey], *, host: str) -> set[LaneKey]:
        """Says that this sender lives, and renews its leases; tells those that are still its own."""
        mine = set(held)
        lanes = self._lanes(mine)

        async def work(connection: Connection) -> set[LaneKey]:
            beat = {"sender": self._sender, "host": host, "in_flight": len(mine)}
            await connection.execute(statements.HEARTBEAT, beat)
            await connection.execute(statements.FORGET_THE_DEAD)
            await connection.execute(statements.LOCK, lanes)
            found = await connection.execute(statements.RENEW, lanes | {"lease": self._lease})
            return {(row["webhook_id"], row["lane"]) for row in await found.fetchall()}

        return await self._link.run(work)

    async def release(self, lanes: Iterable[LaneKey]) -> None:
        """Gives lanes back before their time."""
        given_back = self._lanes(lanes)
        await self._link.run(lambda connection: connection.execute(statements.RELEASE, given_back))

    async def leave(self) -> None:
        """Takes the heartbeat away."""
        await self._link.run(lambda connection: connection.execute(statements.LEAVE, {"sender": self._sender}))

    async def close(self) -> None:
        """Hang up."""
        await self._link.close()

    async def _count(self, connection: Connection) -> None:
        """Show what waits, now and then."""
        if monotonic() >= self._count_at:
            row = await (await connection.execute(statements.WAITING)).fetchone()
            measures.wait(row["waiting"] if row else 0)
            self._count_at = monotonic() + COUNTING

    async def _heads(self, connection: Connection, lanes: Sequence[LaneKey], asked: float) -> list[Parcel]:
        """The parcels of the lanes, which were leased after `asked`; a lane without one is given back."""
        if not lanes:
            return []
        found = await connection.execute(statements.HEADS, self._lanes(lanes), binary=True)
        sure_until = asked + self._lease.total_seconds()
        parcels = [_parcel(row, sure_until) for row in await found.fetchall()]
        empty = set(lanes) - {parcel.lane_key for parcel in parcels}
        if empty:
            await connection.execute(statements.MEND, self._lanes(empty))
            await connection.execute(statements.CLOSE, self._lanes(empty))
        return parcels

    async def _verdicts(self, connection: Connection, results: Sequence[Result]) -> list[Verdict]:
        """Judges the results; endpoints that failed or recovered get their clock set."""
        good = sorted({r.parcel.webhook_id for r in results if r.outcome.success})
        bad = sorted({r.parcel.webhook_id for r in results if not r.outcome.success})
        if good:
            await connection.execute(statements.RECOVERED, {"webhooks": good})
        endpoints: dict[UUID, Endpoint] = {}
        tried: dict[UUID, Tried] = {}
        now: datetime | None = None
        if bad:
            for row in await (await connection.execute(statements.FAILING, {"webhooks": bad})).fetchall():
                now = row.pop("now")
                webhook_id = row.pop("webhook_id")
                endpoints[webhook_id] = Endpoint(**row)
            ids = [r.parcel.delivery_id for r in results if not r.outcome.success]
            for row in await (await connection.execute(statements.TRIED, {"deliveries": ids})).fetchall():
                delivery_id = row.pop("delivery_id")
                tried[delivery_id] = Tried(**row)
        verdicts = []
        for result in results:
            webhook_id = result.parcel.webhook_id
            verdict = judge(
                result.outcome,
                issued_at=result.parcel.issued_at,
                now=now or result.parcel.issued_at,
                endpoint=endpoints.get(webhook_id, UNKNOWN),
                tried=tried.get(result.parcel.delivery_id, UNTRIED),
                once=result.parcel.event_type == TEST,
                schedule=self._schedule,
                chance=self._chance(),
            )
            if webhook_id in endpoints and not result.outcome.success:
                endpoints[webhook_id] = verdict.endpoint
            verdicts.append(verdict)
        for webhook_id, endpoint in endpoints.items():
            rest = {
                "webhook_id": webhook_id,
                "failures": endpoint.failures,
                "failing_since": endpoint.failing_since,
                "resume_at": endpoint.resume_at,
            }
            await connection.execute(statements.REST, rest)
        return verdicts

    def _lanes(self, lanes: Iterable[LaneKey]) -> dict[str, Any]:
        pairs = [{"webhook_id": webhook_id, "lane": lane} for webhook_id, lane in sorted(set(lanes))]
        return {"lanes": _json(pairs), "sender": self._sender}

    def _recorded(self, results: Sequence[Result], verdicts: Sequence[Verdict], keep: Sequence[bool]) -> dict[str, Any]:
        rows = [
            {
                "delivery_id": result.parcel.delivery_id,
                "status": verdict.status,
                "keep": go_on,
                "refused": result.outcome.refused,
                "rest": None if verdict.rest is None else verdict.rest.total_seconds(),
                "at": result.outcome.at,
                "duration_ms": result.outcome.duration_ms,
                "status_code": result.outcome.status_code,
                "error": result.outcome.error,
                "response_body": result.outcome.response_body,
                "address": result.outcome.address,
                "key_id": result.outcome.key_id,
            }
            for result, verdict, go_on in zip(results, verdicts, keep, strict=True)
        ]
        return {"sender": self._sender, "lease": self._lease, "results": _json(rows)}


UNKNOWN: Final = Endpoint(failures=0, failing_since=None, recovered_at=None, resume_at=None)
UNTRIED: Final = Tried(refusals=0, first_refused_at=None)
"""
What is assumed of a subscription or delivery that was deleted while its attempt was under way: nothing is written.
"""


def _json(rows: Sequence[dict[str, Any]]) -> str:
    """Many rows as one parameter: as arrays they would take longer to write than to execute."""
    return msgspec.json.encode(rows).decode()


def _parcel(row: dict[str, Any], sure_until: float) -> Parcel:
    keys = tuple(Key(*pair) for pair in zip(row.pop("key_ids"), row.pop("sealed"), strict=True))
    return Parcel(keys=keys, sure_until=sure_until, **row)
