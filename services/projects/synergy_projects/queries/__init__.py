"""One function a question. Each answers plain values in the shape of its view, in a constant number of statements."""

from synergy_projects.queries.activity import Activities
from synergy_projects.queries.comments import list_comments
from synergy_projects.queries.exports import Exports
from synergy_projects.queries.feed import Feed
from synergy_projects.queries.history import Histories
from synergy_projects.queries.imports import read_import
from synergy_projects.queries.insights import Insights
from synergy_projects.queries.members import list_members
from synergy_projects.queries.past import Past, read_history, read_task_history
from synergy_projects.queries.planning import (
    list_labels,
    list_milestones,
    list_sprints,
    read_label,
    read_milestone,
    read_sprint,
)
from synergy_projects.queries.projects import list_projects, read_progress, read_project
from synergy_projects.queries.render import Renderer
from synergy_projects.queries.search import search
from synergy_projects.queries.subtasks import list_subtasks
from synergy_projects.queries.tasks import list_tasks, project_of_task, read_task
from synergy_projects.queries.time_logs import list_time_logs, read_timer
from synergy_projects.queries.trash import list_trash
from synergy_projects.queries.versions import of_import, of_listed, of_memberships, of_project

__all__ = [
    "Activities",
    "Exports",
    "Feed",
    "Histories",
    "Insights",
    "Past",
    "Renderer",
    "list_comments",
    "list_labels",
    "list_members",
    "list_milestones",
    "list_projects",
    "list_sprints",
    "list_subtasks",
    "list_tasks",
    "list_time_logs",
    "list_trash",
    "of_import",
    "of_listed",
    "of_memberships",
    "of_project",
    "project_of_task",
    "read_history",
    "read_import",
    "read_label",
    "read_milestone",
    "read_progress",
    "read_project",
    "read_sprint",
    "read_task",
    "read_task_history",
    "read_timer",
    "search",
]
