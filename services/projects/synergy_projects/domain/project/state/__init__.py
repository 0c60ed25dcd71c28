"""What is known of a project at one version of it: one file an entity."""

from synergy_projects.domain.project.state.project import Project
from synergy_projects.domain.project.state.task import Task
from synergy_projects.domain.project.state.work import Comment, Subtask, TimeLog, Timer

__all__ = ["Comment", "Project", "Subtask", "Task", "TimeLog", "Timer"]
