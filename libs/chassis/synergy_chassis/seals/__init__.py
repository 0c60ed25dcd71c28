"""Seals over the log: a hash over so many events, chained, stored beside them and exported out of the database."""

from synergy_chassis.seals.file import SealFile, SealsDiffer, place
from synergy_chassis.seals.making import seal_what_is_new
from synergy_chassis.seals.seal import Seal

__all__ = ["Seal", "SealFile", "SealsDiffer", "place", "seal_what_is_new"]
