"""What is known of a project at one version of it: one file an entity."""

from synergy_projects.domain.project.state.project import Project
from synergy_projects.domain.project.state.task import Task

__all__ = ["Project", "Task"]
