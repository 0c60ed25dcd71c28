"""Rebuilds read models that follow another service's store: a new generation beside the one that serves, and a swap."""

from synergy_chassis.generations.model import FollowingModel
from synergy_chassis.generations.rebuild import rebuild_following

__all__ = ["FollowingModel", "rebuild_following"]
