"""The read model: rows that are written with the events and always equal to their fold."""

from synergy_projects.tables.comments import comment_ids, comments
from synergy_projects.tables.imports import import_parts, imports
from synergy_projects.tables.labels import label_ids, labels
from synergy_projects.tables.members import members
from synergy_projects.tables.metadata import metadata
from synergy_projects.tables.milestones import milestone_ids, milestones
from synergy_projects.tables.people import leaving, people
from synergy_projects.tables.projects import project_ids, projects
from synergy_projects.tables.sprints import sprint_ids, sprints
from synergy_projects.tables.subtasks import subtask_ids, subtasks
from synergy_projects.tables.tasks import task_ids, tasks
from synergy_projects.tables.time_logs import time_log_ids, time_logs, timers

__all__ = [
    "comment_ids",
    "comments",
    "import_parts",
    "imports",
    "label_ids",
    "labels",
    "leaving",
    "members",
    "metadata",
    "milestone_ids",
    "milestones",
    "people",
    "project_ids",
    "projects",
    "sprint_ids",
    "sprints",
    "subtask_ids",
    "subtasks",
    "task_ids",
    "tasks",
    "time_log_ids",
    "time_logs",
    "timers",
]
