"""Relays that lead, lose the lead without noticing, crash between publishing and the checkpoint, and come back."""

from dataclasses import dataclass, field
from typing import Any

import psycopg
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from integration.chassis.store.conftest import Store
from unit.chassis.store.model_machine import ModelMachine, limits

leaders = st.integers(0, 1)
LONG = 60.0
OVER = 0.0
"""Seconds of a lease that outlasts the test, and of one that is over at once."""


@dataclass
class Relay:
    """What one relay believes: its token, up to where it published. `sent` is what all of them published."""

    name: str
    token: int | None = None
    checkpoint: int = 0
    sent: list[int] = field(default_factory=list)


class RelayingMachine(ModelMachine):
    """Needs `self.real`, the store with all its ways in, and `self.raw`, a session of the service in autocommit."""

    real: Store
    raw: psycopg.Connection[Any]

    @initialize()
    def nobody_leads(self) -> None:
        self.real.admin(
            "UPDATE store.relay SET holder = NULL, expires_at = '-infinity', published = 0,"
            f" position = {self.model.begin}"
        )
        self.sent: list[int] = []
        self.relays = [Relay(f"{self.category} {number}", sent=self.sent) for number in range(2)]
        self.holder: Relay | None = None
        self.expired = True
        self.token = self._ask("SELECT token FROM store.relay")
        self.checkpoint = self.model.begin

    @rule(number=leaders, seconds=st.sampled_from([LONG, LONG, OVER]))
    def a_relay_asks_for_the_lead(self, number: int, seconds: float) -> None:
        relay = self.relays[number]
        rows = self.raw.execute("SELECT * FROM store.relay_acquire(%s, %s)", (relay.name, seconds)).fetchall()
        if self.holder not in (None, relay) and not self.expired:
            assert rows == []
            return
        self.token += 1
        assert rows == [(self.token, self.checkpoint)]
        relay.token, relay.checkpoint = rows[0]
        self.holder, self.expired = relay, seconds == OVER

    @rule(number=leaders)
    def the_lead_changes_hands_while_a_relay_is_frozen(self, number: int) -> None:
        self.a_relay_asks_for_the_lead(number, OVER)
        self.a_relay_asks_for_the_lead(1 - number, LONG)

    @rule(number=leaders, seconds=st.sampled_from([LONG, OVER]))
    def a_relay_renews_its_lead(self, number: int, seconds: float) -> None:
        relay = self.relays[number]
        assert self._ask("SELECT store.relay_renew(%s, %s)", relay.token, seconds) is self._leads(relay)
        if self._leads(relay):
            self.expired = seconds == OVER

    @rule(number=leaders, limit=limits, crash=st.booleans())
    def a_relay_that_thinks_it_leads_publishes(self, number: int, limit: int, crash: bool) -> None:
        """One that is fenced out has published, but cannot move the checkpoint, and then knows."""
        relay = self.relays[number]
        if relay.token is None:
            return
        page = self.real.log.after(relay.checkpoint, limit)
        self.sent += [event.position for event in page.events]
        if crash:
            relay.token = None
            return
        advance = "SELECT store.relay_advance(%s, %s, %s)"
        moved = self._ask(advance, relay.token, relay.checkpoint, page.read_to)
        assert moved is self._leads(relay)
        if moved:
            self.checkpoint = relay.checkpoint = page.read_to
        else:
            relay.token = None

    @rule(number=leaders, back=st.integers(1, 5))
    def the_checkpoint_moves_from_where_it_is_alone_and_never_back(self, number: int, back: int) -> None:
        token = self.relays[number].token
        advance = "SELECT store.relay_advance(%s, %s, %s)"
        assert self._ask(advance, token, self.checkpoint - back, self.checkpoint) is False
        assert self._ask(advance, token, self.checkpoint + back, self.checkpoint + back) is False
        assert self._ask(advance, token, self.checkpoint, self.checkpoint - back) is False
        assert self._ask(advance, token, self.checkpoint, self.checkpoint + 10**9) is False, "nothing is stored there"

    @rule(number=leaders)
    def a_relay_gives_the_lead_up(self, number: int) -> None:
        relay = self.relays[number]
        assert self._ask("SELECT store.relay_release(%s)", relay.token) is self._leads(relay)
        if self._leads(relay):
            self.holder, self.expired = None, True
        relay.token = None

    def _leads(self, relay: Relay) -> bool:
        return self.holder is relay and relay.token == self.token

    @invariant()
    def everything_up_to_the_checkpoint_was_published_in_order(self) -> None:
        if not hasattr(self, "relays"):
            return
        assert self._ask("SELECT position FROM store.relay") == self.checkpoint
        published = [event.position for event in self.model.log if event.position <= self.checkpoint]
        first_time = list(dict.fromkeys(self.sent))
        assert first_time == sorted(first_time)
        assert first_time[: len(published)] == published
        assert self._ask("SELECT published FROM store.relay") == len(published)

    def _ask(self, query: str, *parameters: Any) -> Any:
        row = self.raw.execute(query, parameters or None, prepare=True).fetchone()
        assert row is not None
        return row[0]
