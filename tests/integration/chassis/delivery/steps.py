"""Where a relay, a consumer or a replay can be killed: which of its functions, before or after it, at which passage."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """`function` is module:name or module:Class.name; a passage counts when the answer (`after`) is worth something."""

    function: str
    when: str
    passage: int = 1


_LEDGER = "synergy_chassis.relay.ledger:Ledger"
_PUBLISHER = "synergy_chassis.relay.publisher:ConfirmedPublisher"
_FOLLOWER = "synergy_chassis.follower.follower:Follower"
_FOLLOWING = "synergy_chassis.bus.following"
_STORE = "synergy_chassis.store"

RELAY = {
    "the_lease_is_taken": Step(f"{_LEDGER}.acquire", "after"),
    "the_lease_is_renewed": Step(f"{_LEDGER}.renew", "after"),
    "a_batch_is_read": Step(f"{_LEDGER}.after", "after", 2),
    "a_batch_is_half_published": Step(f"{_PUBLISHER}._send", "after", 8),
    "it_is_published_and_not_confirmed": Step(f"{_PUBLISHER}._on_confirm", "before"),
    "it_is_confirmed_and_the_checkpoint_not_moved": Step(f"{_LEDGER}.advance", "before", 2),
    "the_checkpoint_is_moved": Step(f"{_LEDGER}.advance", "after", 2),
    "the_lease_is_to_be_released": Step(f"{_LEDGER}.release", "before"),
    "the_lease_is_released": Step(f"{_LEDGER}.release", "after"),
}
CONSUMER = {
    "a_message_is_received": Step(f"{_FOLLOWING}:Follow._on_message", "before", 3),
    "events_are_handed_over": Step(f"{_FOLLOWER}._apply_batch", "before"),
    "a_gap_is_fetched": Step("__main__:Owner.events_after", "after"),
    "events_are_applied_and_the_position_not_moved": Step("__main__:keep", "after"),
    "the_position_is_moved_and_nothing_committed": Step(f"{_STORE}.positions:move", "after"),
    "all_is_committed_and_not_acknowledged": Step(f"{_FOLLOWING}:_acknowledge", "before"),
    "the_message_is_acknowledged": Step(f"{_FOLLOWING}:_acknowledge", "after"),
}
PARKING = {
    "an_event_is_parked_and_the_position_not_moved": Step(f"{_STORE}.parking:park", "after"),
    "it_is_parked_and_the_position_moved": Step(f"{_FOLLOWER}._park", "after"),
    "the_next_of_its_stream_is_parked": Step(f"{_STORE}.parking:park", "after", 2),
}
REPLAY = {
    "an_event_is_taken_out": Step(f"{_STORE}.parking:take_out", "after", 2),
    "it_is_applied_and_nothing_committed": Step("__main__:keep", "after", 2),
    "it_is_applied_and_committed": Step(f"{_FOLLOWER}._apply_parked", "after", 2),
}
