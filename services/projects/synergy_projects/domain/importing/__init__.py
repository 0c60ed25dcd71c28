"""
A project that comes from elsewhere, as the events of the commands that would have made it here.

`Survey` learns what must be known of all tasks before the first is made; `Making` then makes one after the other, and
keeps of each only what later ones need. Both go through the same tasks, in the same order.
"""

from synergy_projects.domain.importing.document import (
    ImportedComment,
    ImportedLabel,
    ImportedMember,
    ImportedMilestone,
    ImportedProject,
    ImportedSprint,
    ImportedSubtask,
    ImportedTask,
    ImportedTime,
)
from synergy_projects.domain.importing.ids import CountedIds, Ids, ReservedIds
from synergy_projects.domain.importing.making import Making
from synergy_projects.domain.importing.survey import MOST_TASKS, Fault, Faults, Survey

__all__ = [
    "MOST_TASKS",
    "CountedIds",
    "Fault",
    "Faults",
    "Ids",
    "ImportedComment",
    "ImportedLabel",
    "ImportedMember",
    "ImportedMilestone",
    "ImportedProject",
    "ImportedSprint",
    "ImportedSubtask",
    "ImportedTask",
    "ImportedTime",
    "Making",
    "ReservedIds",
    "Survey",
]
