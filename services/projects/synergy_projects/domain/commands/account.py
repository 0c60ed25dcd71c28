"""What an account asks that is being erased."""

from dataclasses import dataclass

from synergy_projects.domain.commands.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareLeaving:
    """The actor's account is about to be erased."""

    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """It was not erased."""

    actor: Actor
