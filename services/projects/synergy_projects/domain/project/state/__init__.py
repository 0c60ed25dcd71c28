"""What is known of a project at one version of it: one file an entity."""

from synergy_projects.domain.project.state.label import Label, folded
from synergy_projects.domain.project.state.milestone import Milestone
from synergy_projects.domain.project.state.project import Project
from synergy_projects.domain.project.state.sprint import Sprint
from synergy_projects.domain.project.state.task import Task
from synergy_projects.domain.project.state.work import Comment, Subtask, TimeLog, Timer

__all__ = ["Comment", "Label", "Milestone", "Project", "Sprint", "Subtask", "Task", "TimeLog", "Timer", "folded"]
