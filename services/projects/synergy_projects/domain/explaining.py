"""Why progress is what it is: the events that changed what it is made of."""

from datetime import datetime
from typing import NamedTuple

from synergy_projects.domain.events import Event
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import Project, evolve


class Change(NamedTuple):
    """The counters before and after an event, which differ."""

    before: Counters
    after: Counters


def step(project: Project | None, event: Event, *, version: int, at: datetime) -> tuple[Project, Change | None]:
    """The project after the event, and what the event changed of its counters, if it did."""
    before = project.counters if project else Counters()
    project = evolve(project, event, version=version, at=at)
    return project, None if project.counters == before else Change(before, project.counters)
