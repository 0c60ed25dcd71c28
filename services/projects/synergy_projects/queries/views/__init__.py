"""State as clients see it: hundredths become numbers, ids of people become people."""

from synergy_projects.queries.views.events import actor_of, past_event
from synergy_projects.queries.views.members import in_order, membership
from synergy_projects.queries.views.planning import label, milestone, sprint
from synergy_projects.queries.views.progress import contribution, counts, progress
from synergy_projects.queries.views.projects import everyone, for_caller, project
from synergy_projects.queries.views.shared import People, View, decimal, person
from synergy_projects.queries.views.tasks import listed_task, task
from synergy_projects.queries.views.work import comment, in_comments, subtask, subtask_progress, time_log, timer

__all__ = [
    "People",
    "View",
    "actor_of",
    "comment",
    "contribution",
    "counts",
    "decimal",
    "everyone",
    "for_caller",
    "in_comments",
    "in_order",
    "label",
    "listed_task",
    "membership",
    "milestone",
    "past_event",
    "person",
    "progress",
    "project",
    "sprint",
    "subtask",
    "subtask_progress",
    "task",
    "time_log",
    "timer",
]
