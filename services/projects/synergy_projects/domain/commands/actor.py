"""Who asks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks. A superuser may do all that an owner may."""

    user_id: int
    superuser: bool = False
