"""Progress and what it is made of, as clients see it."""

from synergy_chassis.store import RecordedEvent
from synergy_projects.domain.explaining import Change
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import Project
from synergy_projects.queries.views.events import actor_of
from synergy_projects.queries.views.shared import People, View, decimal


def progress(state: Project) -> View:
    """Progress and what it is made of; impacts with two decimals."""
    return {"project": state.id} | counts(state.counters) | {"version": state.version}


def counts(counters: Counters) -> View:
    """What progress is made of; impacts with two decimals."""
    return {
        "progress": counters.progress,
        "impact_done": decimal(counters.impact_done),
        "impact_total": decimal(counters.impact_total),
        "completed_task_count": counters.completed_task_count,
        "task_count": counters.task_count,
    }


def contribution(stored: RecordedEvent, change: Change, people: People) -> View:
    """An event that changed what progress is made of, and how."""
    return {
        "version": stored.version,
        "position": stored.position,
        "type": stored.type,
        "actor": actor_of(stored, people),
        "time": stored.recorded_at,
        "task": int(stored.entity.removeprefix("task-")),  # only events of tasks change the counters
        "before": counts(change.before),
        "after": counts(change.after),
    }
