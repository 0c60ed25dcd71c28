"""What this service knows of a user."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A user's public names; never an address."""

    id: int
    username: str
    full_name: str
