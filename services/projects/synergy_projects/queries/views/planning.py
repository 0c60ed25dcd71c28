"""Labels, milestones and sprints as clients see them, each with its own progress."""

from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import Label, Milestone, Sprint
from synergy_projects.queries.views.shared import View


def label(state: Label, project_id: int, counters: Counters) -> View:
    """A label, and how far the tasks are that have it."""
    return {
        "id": state.id,
        "project": project_id,
        "name": state.name,
        "color": state.color,
        **_progress(counters),
        "version": state.version,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
    }


def milestone(state: Milestone, project_id: int, counters: Counters) -> View:
    """A milestone, and how far its tasks are."""
    return {
        "id": state.id,
        "project": project_id,
        "name": state.name,
        "description": state.description,
        "due_date": state.due_date,
        "status": state.status,
        **_progress(counters),
        "completed_at": state.completed_at,
        "version": state.version,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
    }


def sprint(state: Sprint, project_id: int, counters: Counters) -> View:
    """A sprint, and how far its tasks are."""
    return {
        "id": state.id,
        "project": project_id,
        "name": state.name,
        "goal": state.goal,
        "start_date": state.start_date,
        "end_date": state.end_date,
        "status": state.status,
        **_progress(counters),
        "started_at": state.started_at,
        "completed_at": state.completed_at,
        "version": state.version,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
    }


def _progress(counters: Counters) -> View:
    return {
        "progress": counters.progress,
        "task_count": counters.task_count,
        "completed_task_count": counters.completed_task_count,
    }
