"""What happened, in words: one sentence for every event there is."""

from datetime import date

import pytest
from unit.projects.test_events import GOLDEN

from synergy_projects.domain import events
from synergy_projects.domain.telling import Names, words

NAMES = Names(
    actor="Ann Lee",
    person={1: "Ann Lee", 3: "Bob", 7: "Eve"}.get,  # type: ignore[arg-type]
    username={2: "dora"}.get,  # type: ignore[arg-type]
    task=lambda task_id: f"#{task_id} “Build”",
    milestone=lambda number: f"“M{number}”",
    sprint=lambda number: f"“S{number}”",
    label=lambda number: f"“L{number}”",
)


def updated(**changes):
    before = {name: old for name, (old, _) in changes.items()}
    return events.TaskUpdated(task_id=9, changes={name: new for name, (_, new) in changes.items()}, before=before)


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (updated(title=("A", "B")), "Ann Lee changed the title from “A” to “B” of #9 “Build”"),
        (
            updated(status=("todo", "in_progress"), description=("", "x"), due_date=(None, date(2026, 2, 1))),
            "Ann Lee changed the status from todo to in progress, the description and the due date from none to "
            "2026-02-01 of #9 “Build”",
        ),
        (
            updated(assignees=((), (1, 3)), impact=(0, 1250), depends_on=((4,), ())),
            "Ann Lee changed the assignees from none to Ann Lee and Bob, the impact from 0 to 12.5 and the "
            "dependencies from #4 “Build” to none of #9 “Build”",
        ),
        (
            updated(sprint=(None, 5), rank=("a", "b")),
            "Ann Lee changed the sprint from none to “S5” and its place on the board of #9 “Build”",
        ),
        (
            events.TaskCompleted(task_id=9, was="in_progress", impact=0),
            "Ann Lee completed #9 “Build”, which was in progress",
        ),
        (
            events.CommentCreated(comment_id=1, task_id=9, author_id=1, content="Hi <@2>,\n look", mentions=(2,)),
            "Ann Lee commented on #9 “Build”: “Hi @dora, look”",
        ),
        (
            events.SubtaskUpdated(
                subtask_id=1, task_id=9, changes={"is_completed": True}, before={"is_completed": False}
            ),
            "Ann Lee completed a subtask of #9 “Build”",
        ),
        (
            events.TimeLogged(
                time_log_id=1, task_id=9, user_id=3, minutes=90, spent_on=date(2026, 1, 5), note="", started_at=None
            ),
            "Bob spent 1 h 30 min on #9 “Build”",
        ),
        (events.MemberAdded(user_id=7, role="viewer"), "Eve joined as viewer"),
        (events.SprintStarted(sprint_id=5), "Ann Lee started the sprint “S5”"),
    ],
)
def test_a_sentence_says_who_did_what_to_what_and_what_changed(event, sentence):
    assert sentence == words(event, NAMES)


@pytest.mark.parametrize("kind", events.STORED_AS)
def test_there_is_a_sentence_for_every_event(kind):
    event, _, _ = GOLDEN[kind]
    sentence = words(event, NAMES)

    assert sentence[0].isupper()
    assert "\n" not in sentence
    assert "{" not in sentence
