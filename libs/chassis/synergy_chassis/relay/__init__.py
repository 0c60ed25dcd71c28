"""The relay: publishes one service's log to the bus, in order, with confirms. One leads, the others stand by."""

from synergy_chassis.relay.program import Relay, run

__all__ = ["Relay", "run"]
