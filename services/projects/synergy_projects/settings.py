"""Where things are, from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from synergy_chassis import environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    What the service needs to run: its database, with the service's own role, and the bus.

    A process holds at most `pool_size` database connections; calls beyond that wait for one.
    """

    database_url: str
    amqp_url: str
    pool_size: int = 12

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Raises MissingSetting, which says what to set."""
        return cls(
            database_url=environment.text(env, "PROJECTS_DATABASE_URL"),
            amqp_url=environment.text(env, "PROJECTS_AMQP_URL"),
        )
