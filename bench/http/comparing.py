"""Whether the twin has the same data: checked before anything is measured beside it."""

from collections.abc import Mapping
from typing import Any, Final

import requests

from synergy_local.visitor import direct_session

PROJECT: Final = ("id", "name", "description", "status", "priority", "start_date", "end_date", "budget", "owner",
                  "progress", "task_count", "completed_task_count", "created_at", "updated_at")  # fmt: skip
TASK: Final = ("id", "project", "title", "description", "status", "priority", "assignees", "start_date", "due_date",
               "story_points", "completed_at", "created_at", "updated_at")  # fmt: skip
NUMBERS: Final = ("impact", "estimated_hours", "actual_hours")
PAGES: Final = ("/api/projects/", "/api/tasks/", "/api/tasks/?project=7", "/api/projects/7/")


class OtherData(Exception):
    """The twin answers something else; the text says where."""


def compare(ours: str, our_token: str, theirs: str, their_token: str) -> int:
    """
    Ask both the same, and compare every field that both have; how many objects were compared.

    Raises OtherData. Of lists the objects are compared, not their order: that of two made at the same moment is free.
    """
    compared = 0
    for path in PAGES:
        mine, its = _asked(ours + path, our_token), _asked(theirs + path, their_token)
        if "results" not in mine:
            mine, its = {"count": 1, "results": [mine]}, {"count": 1, "results": [its]}
        if mine["count"] != its["count"]:
            raise OtherData(f"{path}: {mine['count']} beside {its['count']} objects")
        known = {one["id"]: one for one in its["results"]}
        for one in mine["results"]:
            if one["id"] in known:
                compared += 1
                same(path, essence(one), essence(known[one["id"]]))
    return compared


def _asked(url: str, token: str) -> dict[str, Any]:
    with direct_session() as session:
        answer: requests.Response = session.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told


def essence(told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are compared, numbers as numbers and teams as ids."""
    names = TASK if "title" in told else PROJECT
    found = {name: told[name] for name in names}
    for name in NUMBERS if "title" in told else ():
        found[name] = None if told[name] is None else float(told[name])
    if "team_members" in told:
        found["team_members"] = sorted(one.get("user", one)["id"] for one in told["team_members"])
    return found


def same(path: str, mine: Mapping[str, Any], its: Mapping[str, Any]) -> None:
    for name, value in mine.items():
        if value != its[name]:
            raise OtherData(f"{path}, id {mine['id']}: {name} is {value!r} here and {its[name]!r} there")
