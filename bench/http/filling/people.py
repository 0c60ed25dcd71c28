"""Accounts, opened through the door as people do."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from synergy_local.demo_data import PASSWORD, USERNAME
from synergy_local.visitor import Visitor

AT_ONCE: Final = 4


def register(url: str, count: int) -> list[dict[str, Any]]:
    """`count` accounts as they were answered, with their tokens; as the first the load script signs in."""

    def one(number: int) -> dict[str, Any]:
        name = USERNAME if number == 0 else f"user{number + 1:04}"
        told: dict[str, Any] = Visitor(url).register(
            name, PASSWORD, email=f"{name}@example.com", first_name="User", last_name=f"Number {number + 1}"
        )
        return told

    with ThreadPoolExecutor(AT_ONCE) as people:
        return [one(0), *people.map(one, range(1, count))]
