"""The demo account and its projects, made through HTTP: at the first `make run`, elsewhere when asked."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from synergy_local.visitor import Visitor

USERNAME: Final = "testuser"
PASSWORD: Final = "testpass123"  # noqa: S105 - shown to everybody at the start
EMAIL: Final = "test@example.com"
PROJECTS: Final = (
    "Website relaunch", "Mobile app", "Customer portal", "Data warehouse", "Security audit",
    "Office move", "Hiring plan", "Product launch", "Partner API", "Annual report",
)  # fmt: skip
TASKS: Final = (("Plan it", 20, "done"), ("Build it", 50, "in_progress"), ("Try it out", 30, "todo"))
"""Title, impact in percent, status."""


def is_there(url: str) -> bool:
    """Whether somebody can sign in as the demo user. Raises Trouble when the door does not answer."""
    return Visitor(url).knows(USERNAME, PASSWORD)


def make_once(url: str, marker: Path, *, progress: Callable[[int, int], None]) -> bool:
    """Make the demo data, unless `marker` tells it was done. Whether it was made. Raises Trouble."""
    if marker.exists():
        return False
    make(url, progress=progress)
    marker.touch(mode=0o600)
    return True


def make(url: str, *, progress: Callable[[int, int], None]) -> None:
    """
    Make the demo account with ten projects of three tasks each.

    A half-made attempt is completed: projects that are there by name are left alone. Raises Trouble.
    """
    visitor = Visitor(url)
    if visitor.knows(USERNAME, PASSWORD):
        visitor.sign_in(USERNAME, PASSWORD)
    else:
        visitor.register(USERNAME, PASSWORD, email=EMAIL, first_name="Test", last_name="User")
    there = {project["name"] for project in visitor.ask("GET", "/api/projects/?page_size=200")["results"]}
    for count, name in enumerate(PROJECTS, 1):
        if name not in there:
            make_project(visitor, name)
        progress(count, len(PROJECTS))


def make_project(visitor: Visitor, name: str) -> None:
    """One project with its tasks."""
    described = {"name": name, "description": f"A demo project: {name.lower()}.", "status": "active"}
    project = visitor.ask("POST", "/api/projects/", described, expect=201)
    for title, impact, status in TASKS:
        task = {"project": project["id"], "title": title, "impact": impact, "status": status}
        visitor.ask("POST", "/api/tasks/", task, expect=201)
