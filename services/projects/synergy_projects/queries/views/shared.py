"""What views are made of."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from synergy_projects.domain.person import Person

View = dict[str, Any]
People = Mapping[int, Person]


def person(user_id: int, people: People) -> View:
    """The person; someone whose account is gone is shown as `user-<id>`."""
    return asdict(people.get(user_id) or Person(user_id, f"user-{user_id}", ""))


def decimal(hundredths: int | None) -> float | None:
    """Hundredths as a number with at most two decimals."""
    return None if hundredths is None else hundredths / 100
