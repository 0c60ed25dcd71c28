"""What views are made of."""

from collections.abc import Mapping
from typing import Any

from synergy_projects.domain.person import Person

View = dict[str, Any]
People = Mapping[int, Person]


def person(user_id: int, people: People) -> View:
    """The person; someone whose account is gone is shown as `user-<id>`."""
    known = people.get(user_id)
    if known is None:
        return {"id": user_id, "username": f"user-{user_id}", "full_name": ""}
    return {"id": known.id, "username": known.username, "full_name": known.full_name}


def decimal(hundredths: int | None) -> float | None:
    """Hundredths as a number with at most two decimals."""
    return None if hundredths is None else hundredths / 100
