"""The read model: rows that are written with the events and always equal to their fold."""

from synergy_projects.tables.members import members
from synergy_projects.tables.metadata import metadata
from synergy_projects.tables.people import leaving, people
from synergy_projects.tables.projects import project_ids, projects
from synergy_projects.tables.tasks import task_ids, tasks

__all__ = ["leaving", "members", "metadata", "people", "project_ids", "projects", "task_ids", "tasks"]
