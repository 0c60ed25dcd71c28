"""The doors: decode, one handler or question, encode. Their names are public. One file an entity, one base each."""

from synergy_projects.entrypoints.activity import ActivityDoors
from synergy_projects.entrypoints.comments import CommentDoors
from synergy_projects.entrypoints.documents import DocumentDoors
from synergy_projects.entrypoints.feed import FeedDoors
from synergy_projects.entrypoints.insights import InsightDoors
from synergy_projects.entrypoints.labels import LabelDoors
from synergy_projects.entrypoints.members import MemberDoors
from synergy_projects.entrypoints.milestones import MilestoneDoors
from synergy_projects.entrypoints.people import PeopleDoors
from synergy_projects.entrypoints.projects import ProjectDoors
from synergy_projects.entrypoints.search import SearchDoors
from synergy_projects.entrypoints.sprints import SprintDoors
from synergy_projects.entrypoints.store import StoreDoors
from synergy_projects.entrypoints.subtasks import SubtaskDoors
from synergy_projects.entrypoints.tasks import TaskDoors
from synergy_projects.entrypoints.time import TimeDoors


class ProjectsService(
    ProjectDoors,
    MemberDoors,
    TaskDoors,
    CommentDoors,
    SubtaskDoors,
    TimeDoors,
    SearchDoors,
    ActivityDoors,
    LabelDoors,
    MilestoneDoors,
    SprintDoors,
    InsightDoors,
    DocumentDoors,
    FeedDoors,
    PeopleDoors,
    StoreDoors,
):
    """Projects, members, tasks and their progress."""

    name = "projects"


__all__ = ["ProjectsService"]
