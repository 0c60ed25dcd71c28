"""Taking a command back: everything is as it was before it, or it is told what stands against it."""

from collections import Counter
from copy import deepcopy
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

import pytest
from examples import few
from hypothesis import given
from unit.projects.given import (
    CONTRIBUTOR,
    MANAGER,
    MEMBER,
    OUTSIDER,
    OWNER,
    ROOT,
    START,
    TEAM,
    VIEWER,
    state,
    task_created,
    task_moved,
)
from unit.projects.histories import PROJECT, Store, histories

from synergy_projects.domain.commands import Undo
from synergy_projects.domain.errors import CannotUndo, DomainError, NotAllowed, ProjectArchived, ProjectNotFound
from synergy_projects.domain.events import (
    STORED_AS,
    Event,
    MemberAdded,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
    ProgressChanged,
    ProjectCompleted,
    ProjectTransferred,
    ProjectUpdated,
    TaskCompleted,
    TaskDeleted,
    TaskReopened,
    TaskRestored,
    TaskUpdated,
)
from synergy_projects.domain.events import (
    ProjectArchived as Archived,
)
from synergy_projects.domain.project import Task, fold
from synergy_projects.domain.undoing import BACK, undo
from synergy_projects.projections import CODEC

NOW = START + timedelta(days=1)


def taken_back(before: list[Event], made: list[Event], after: list[Event], actor: Any = OWNER) -> list[Event]:
    """What follows from undoing `made`, which came after `before` and before `after`."""
    project = state(*before, *made, *after)
    versions = list(enumerate(made, start=len(before) + 1))
    return undo(project, Undo(actor=actor, project_id=12, version=versions[0][0]), versions, now=NOW)


RENAMED = ProjectUpdated(changes={"name": "Artemis"}, before={"name": "Apollo"})
TASK = task_created(impact=3000)
OTHER = task_created(10, number=2, impact=1000)
PROGRESS = ProgressChanged(
    was=0, progress=75, impact_done=3000, impact_total=4000, completed_task_count=1, task_count=2
)


@pytest.mark.parametrize(
    ("made", "then"),
    [
        pytest.param(
            [RENAMED], [ProjectUpdated(changes={"name": "Apollo"}, before={"name": "Artemis"})], id="project_renamed"
        ),
        pytest.param(
            [ProjectCompleted(was="active")],
            [ProjectUpdated(changes={"status": "active"}, before={"status": "completed"})],
            id="project_completed",
        ),
        pytest.param(
            [ProjectTransferred(owner_id=3, was=1, was_role="contributor")],
            [
                ProjectTransferred(owner_id=1, was=3, was_role="manager"),
                MemberRoleChanged(user_id=3, role="contributor", was="manager"),
            ],
            id="handed_over",
        ),
        pytest.param([MemberAdded(user_id=8, role="viewer")], [MemberRemoved(user_id=8, was="viewer")], id="joined"),
        pytest.param(
            [
                TaskUpdated(task_id=9, changes={"assignees": ()}, before={"assignees": (4,)}),
                MemberRemoved(user_id=4, was="member"),
            ],
            [
                MemberAdded(user_id=4, role="member"),
                TaskUpdated(task_id=9, changes={"assignees": (4,)}, before={"assignees": ()}),
            ],
            id="left_with_what_was_assigned",
        ),
        pytest.param(
            [
                TaskUpdated(task_id=9, changes={"title": "Ship"}, before={"title": "Build"}),
                TaskCompleted(task_id=9, was="todo", impact=3000),
                PROGRESS,
            ],
            [
                TaskReopened(task_id=9, status="todo", impact=3000),
                TaskUpdated(task_id=9, changes={"title": "Build"}, before={"title": "Ship"}),
                ProgressChanged(
                    was=75, progress=0, impact_done=0, impact_total=4000, completed_task_count=0, task_count=2
                ),
            ],
            id="task_renamed_and_done",
        ),
        pytest.param([task_created(11, number=3)], [TaskDeleted(task_id=11)], id="task_created"),
        pytest.param([TaskDeleted(task_id=9)], [TaskRestored(task_id=9)], id="task_deleted"),
        pytest.param(
            [TaskDeleted(task_id=9), TaskRestored(task_id=9)],
            [TaskDeleted(task_id=9), TaskRestored(task_id=9)],
            id="task_restored",
        ),
    ],
)
def test_a_command_is_taken_back_by_what_would_be_done_by_hand(made, then):
    before = [*TEAM, task_created(impact=3000, assignees=(4,)), OTHER]
    actor = CONTRIBUTOR if isinstance(made[0], ProjectTransferred) else OWNER

    assert then == taken_back(before, made, [], actor)
    assert then == taken_back(before, made, [MemberAdded(user_id=77, role="viewer")], actor), "what is beside it stays"


@pytest.mark.parametrize(
    ("made", "after", "why"),
    [
        pytest.param(
            [RENAMED],
            [ProjectUpdated(changes={"name": "Gemini"}, before={"name": "Artemis"})],
            "The name of the project was changed since",
            id="field_changed_since",
        ),
        pytest.param(
            [TaskUpdated(task_id=9, changes={"title": "Ship"}, before={"title": "Build"})],
            [TaskDeleted(task_id=9)],
            "Task 9 is not in this project any more",
            id="task_in_the_trash",
        ),
        pytest.param(
            [TaskUpdated(task_id=9, changes={"rank": "a5"}, before={"rank": "a0"})],
            [TaskUpdated(task_id=10, changes={"rank": "a0"}, before={"rank": "a1"})],
            "Task 10 stands now where task 9 stood",
            id="place_taken_since",
        ),
        pytest.param(
            [task_created(11, number=3)],
            [TaskUpdated(task_id=11, changes={"title": "Ship"}, before={"title": "Build"})],
            "Task 11 was changed since",
            id="new_task_changed_since",
        ),
        pytest.param(
            [TaskCompleted(task_id=9, was="todo", impact=3000)],
            [TaskReopened(task_id=9, status="todo", impact=3000)],
            "The status of task 9 was changed since",
            id="reopened_since",
        ),
        pytest.param(
            [MemberAdded(user_id=8, role="viewer")],
            [TaskUpdated(task_id=9, changes={"assignees": (8,)}, before={"assignees": ()})],
            "User 8 is assigned to tasks since, #1",
            id="new_member_assigned_since",
        ),
        pytest.param(
            [MemberRoleChanged(user_id=4, role="viewer", was="member")],
            [MemberRemoved(user_id=4, was="viewer")],
            "User 4 is not viewer in this project any more",
            id="member_gone",
        ),
        pytest.param(
            [MemberRemoved(user_id=4, was="member")],
            [MemberAdded(user_id=4, role="viewer")],
            "User 4 is a member of this project already",
            id="member_again",
        ),
        pytest.param(
            [ProjectTransferred(owner_id=3, was=1, was_role="viewer")],
            [MemberRemoved(user_id=1, was="manager")],
            "The owner, or the role of the owner of before",
            id="owner_of_before_gone",
        ),
        pytest.param(
            [TaskUpdated(task_id=9, changes={"assignees": ()}, before={"assignees": (4,)})],
            [MemberRemoved(user_id=4, was="member")],
            "Only members can be assigned",
            id="what_was_is_not_possible_any_more",
        ),
    ],
)
def test_what_something_later_stands_on_is_not_taken_back(made, after, why):
    actor = ROOT if isinstance(made[0], ProjectTransferred) else OWNER
    with pytest.raises(CannotUndo, match=why):
        taken_back([*TEAM, TASK, OTHER], made, after, actor)


def test_it_needs_the_right_to_do_the_reverse_by_hand():
    done: list[Event] = [TaskCompleted(task_id=9, was="todo", impact=3000)]
    before = [*TEAM, TASK]
    for actor in (OWNER, MANAGER, CONTRIBUTOR, MEMBER, ROOT):
        assert taken_back(before, done, [], actor)
    for actor, made, error in (
        (VIEWER, done, NotAllowed),
        (OUTSIDER, done, ProjectNotFound),
        (MEMBER, [RENAMED], NotAllowed),
        (OWNER, [MemberInvited(invitation_id=CODEC_ID, role="viewer")], CannotUndo),
        (MEMBER, [TaskDeleted(task_id=9)], NotAllowed),
        (OWNER, [task_moved()], CannotUndo),
    ):
        with pytest.raises(error):
            taken_back(before, made, [], actor)
    with pytest.raises(CannotUndo, match="delete it instead"):
        taken_back([], [TEAM[0]], [])
    with pytest.raises(ProjectArchived):
        taken_back(before, done, [Archived()])


CODEC_ID: Any = "00000000-0000-0000-0000-000000000001"


def test_every_type_of_event_says_how_it_is_taken_back():
    assert set(STORED_AS.values()) == BACK.keys()


WHEN = ("version", "revision", "created_at", "updated_at", "next_number", "next_rank", "rank")
WHETHER = ("completed_at", "archived_at", "trashed_at", "started_at")


def visible(value: Any) -> Any:
    """What is seen of the state, but for when: fields, members, live tasks, and what else is in it."""
    if isinstance(value, dict):
        return {key: visible(one) for key, one in value.items() if not (isinstance(one, Task) and one.trashed_at)}
    if not is_dataclass(value):
        return value
    shown = {field.name: visible(getattr(value, field.name)) for field in fields(value) if field.name not in WHEN}
    return shown | {name: shown[name] is not None for name in WHETHER if name in shown}


def commands(store: Store) -> list[list[tuple[int, Event]]]:
    """The events of each command, with their versions."""
    found: dict[str, list[tuple[int, Event]]] = {}
    for stored in store.events:
        found.setdefault(stored.meta["command_id"], []).append((stored.version, CODEC.decode(stored)))
    return list(found.values())


def test_a_command_and_its_undoing_leave_what_was_visible():
    undone: Counter[type] = Counter()

    @few(80)
    @given(histories())
    def whatever_was_last(store: Store) -> None:
        last = commands(store)[-1]
        history = [(CODEC.decode(event), event.version, event.recorded_at) for event in store.events]
        before, now = fold(history[: last[0][0] - 1]), fold(history)
        assert now is not None
        untouched = deepcopy(now)
        try:
            back = undo(now, Undo(actor=ROOT, project_id=PROJECT, version=last[0][0]), last, now=NOW)
        except DomainError:
            return
        assert untouched == now, "what it is tried on is not changed"
        undone.update(type(event) for _, event in last)
        after = fold(((event, now.version + number, NOW) for number, event in enumerate(back, 1)), start=now)
        assert before is not None
        assert after is not None
        assert visible(before) == visible(after)

    whatever_was_last()

    assert len(undone) >= 8
