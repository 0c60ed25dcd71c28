"""Follows another service's store by position: nothing missed, nothing applied twice, nothing out of order."""

from synergy_chassis.follower.by_rpc import OwnerByRpc
from synergy_chassis.follower.follower import Apply, Follower
from synergy_chassis.follower.owner import COUNTING, Owner
from synergy_chassis.follower.patience import Patience, passes
from synergy_chassis.follower.progress import Progress

__all__ = ["COUNTING", "Apply", "Follower", "Owner", "OwnerByRpc", "Patience", "Progress", "passes"]
