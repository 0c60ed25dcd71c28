"""What follows from commands on comments, subtasks and time; who may is in test_roles."""

from datetime import date, timedelta

import pytest
from unit.projects.given import CONTRIBUTOR, MEMBER, OWNER, START, TEAM, given, state, task_created

from synergy_projects.domain import decide, mentions
from synergy_projects.domain.commands import (
    CreateComment,
    CreateSubtask,
    DeleteComment,
    DeleteSubtask,
    LogTime,
    StartTimer,
    StopTimer,
    UpdateComment,
    UpdateSubtask,
    UpdateTimeLog,
)
from synergy_projects.domain.decide.subtasks import MOST_SUBTASKS
from synergy_projects.domain.decide.time import MOST_MINUTES
from synergy_projects.domain.errors import (
    CommentNotFound,
    InvalidValue,
    SubtaskNotFound,
    TaskNotFound,
    TimeLogNotFound,
    TimerNotRunning,
)
from synergy_projects.domain.events import (
    CommentCreated,
    CommentDeleted,
    CommentUpdated,
    MemberRemoved,
    SubtaskCreated,
    SubtaskDeleted,
    SubtaskUpdated,
    TaskDeleted,
    TimeLogged,
    TimeLogUpdated,
    TimerStarted,
)

WORK = [*TEAM, task_created(9), task_created(10, number=2)]
NAMED = {"ann": 1, "bob": 2, "b.o@x.org": 3}
TODAY = {1: "Anna", 2: "Robert", 3: "b.o@x.org", 4: "Dora"}


def commented(content="Hi", mentions=(), **fields):
    values = {"comment_id": 31, "task_id": 9, "author_id": MEMBER.user_id, "content": content, "mentions": mentions}
    return CommentCreated(**values | fields)


def logged(**fields):
    values = {"time_log_id": 51, "task_id": 9, "user_id": MEMBER.user_id, "minutes": 5, "spent_on": date(2026, 1, 5)}
    return TimeLogged(**values | {"note": "", "started_at": None} | fields)


@pytest.mark.parametrize(
    ("written", "kept", "mentioned", "shown"),
    [
        pytest.param("Hi @ann", "Hi <@1>", (1,), "Hi @Anna", id="a_name"),
        pytest.param("@Bob, @ANN: @bob!", "<@2>, <@1>: <@2>!", (2, 1), "@Robert, @Anna: @Robert!", id="each_once"),
        pytest.param("ask @ann.", "ask <@1>.", (1,), "ask @Anna.", id="a_sentence_may_end_after_it"),
        pytest.param("@b.o@x.org.", "<@3>.", (3,), "@b.o@x.org.", id="names_hold_dots_and_at_signs"),
        pytest.param("@ann@home", "<@1>@home", (1,), "@Anna@home", id="what_follows_stays"),
        pytest.param("mail ann@ann.org", "mail ann@ann.org", (), "mail ann@ann.org", id="an_address_is_none"),
        pytest.param("@nobody <@99>", "@nobody <@99>", (), "@nobody <@99>", id="strangers_stay_text"),
        pytest.param("<@4> <@99> @ann", "<@4> <@99> <@1>", (4, 1), "@Dora <@99> @Anna", id="ids_of_members_count"),
        pytest.param("@anna", "@anna", (), "@anna", id="a_longer_name_is_another"),
    ],
)
def test_a_comment_keeps_ids_for_names_and_shows_the_names_of_today(written, kept, mentioned, shown):
    named = {name: NAMED[name] for name in mentions.candidates(written) & NAMED.keys()}
    found = mentions.kept(written, named=named, members={1, 2, 3, 4})

    assert (kept, mentioned) == found
    assert shown == mentions.shown(found.content, found.mentions, TODAY.__getitem__)


def test_a_comment_is_written_changed_and_taken_back():
    create = CreateComment(actor=MEMBER, task_id=9, content="Hi @Ann\n\tnew line")
    kept = commented("Hi <@1>\n\tnew line", (1,))
    given(WORK).when(decide.create_comment, create, comment_id=31, named={"ann": 1}).then(kept)

    update = UpdateComment(actor=MEMBER, task_id=9, comment_id=31, content="Hi")
    changed = CommentUpdated(
        comment_id=31,
        task_id=9,
        changes={"content": "Hi", "mentions": ()},
        before={"content": kept.content, "mentions": (1,)},
    )
    given(WORK, kept).when(decide.update_comment, update, named={}).then(changed)
    given(WORK, kept, changed).when(decide.update_comment, update, named={}).then()

    gone = CommentDeleted(comment_id=31, task_id=9, author_id=MEMBER.user_id, content="Hi", mentions=())
    delete = DeleteComment(actor=MEMBER, task_id=9, comment_id=31)
    given(WORK, kept, changed).when(decide.delete_comment, delete).then(gone)
    given(WORK, kept, changed, gone).when(decide.delete_comment, delete).refused(CommentNotFound)


def test_whoever_was_mentioned_and_has_left_stays_mentioned_while_the_author_edits():
    history = [*WORK, commented("<@5>", (5,)), MemberRemoved(user_id=5, was="viewer")]
    update = UpdateComment(actor=MEMBER, task_id=9, comment_id=31, content="@vic!")
    after = CommentUpdated(comment_id=31, task_id=9, changes={"content": "<@5>!"}, before={"content": "<@5>"})

    given(history).when(decide.update_comment, update, named={"vic": 5}).then(after)


@pytest.mark.parametrize("content", ["", " \n ", "a\x00b", "a\x1b[31m", "\u202eabc"])
def test_a_comment_is_readable_text(content):
    command = CreateComment(actor=MEMBER, task_id=9, content=content)
    given(WORK).when(decide.create_comment, command, comment_id=31, named={}).refused(InvalidValue, pointer="/content")


def test_an_item_is_on_its_own_task_and_on_no_task_in_the_trash():
    elsewhere = UpdateComment(actor=MEMBER, task_id=10, comment_id=31, content="x")
    given(WORK, commented()).when(decide.update_comment, elsewhere, named={}).refused(CommentNotFound)
    stray = UpdateTimeLog(actor=MEMBER, task_id=10, time_log_id=51, changes={"minutes": 1})
    given(WORK, logged()).when(decide.update_time_log, stray, now=START).refused(TimeLogNotFound)
    here = UpdateComment(actor=MEMBER, task_id=9, comment_id=31, content="x")
    given(WORK, commented(), TaskDeleted(task_id=9)).when(decide.update_comment, here, named={}).refused(TaskNotFound)


def test_what_hangs_on_a_task_is_counted_there_and_leaves_its_version_alone():
    project = state(*WORK, commented(), commented(comment_id=32), logged(), logged(time_log_id=52, minutes=90))
    task = project.tasks[9]

    assert (2, 95, 6, 11) == (task.comment_count, task.time_logged_minutes, task.version, project.version)


def test_subtasks_are_added_completed_and_taken_away():
    made = SubtaskCreated(subtask_id=41, task_id=9, title="Sketch", is_completed=False)
    create = CreateSubtask(actor=CONTRIBUTOR, task_id=9, title="Sketch")
    given(WORK).when(decide.create_subtask, create, subtask_id=41).then(made)

    complete = UpdateSubtask(actor=MEMBER, task_id=9, subtask_id=41, changes={"is_completed": True, "title": "Sketch"})
    completed = SubtaskUpdated(subtask_id=41, task_id=9, changes={"is_completed": True}, before={"is_completed": False})
    given(WORK, made).when(decide.update_subtask, complete).then(completed)
    given(WORK, made, completed).when(decide.update_subtask, complete).then()
    blank = UpdateSubtask(actor=CONTRIBUTOR, task_id=9, subtask_id=41, changes={"title": " "})
    given(WORK, made).when(decide.update_subtask, blank).refused(InvalidValue, pointer="/title")

    delete = DeleteSubtask(actor=CONTRIBUTOR, task_id=9, subtask_id=41)
    gone = SubtaskDeleted(subtask_id=41, task_id=9, title="Sketch", is_completed=True)
    given(WORK, made, completed).when(decide.delete_subtask, delete).then(gone)
    given(WORK, made, gone).when(decide.delete_subtask, delete).refused(SubtaskNotFound)


def test_a_task_has_no_more_subtasks_than_one_can_show():
    full = [SubtaskCreated(subtask_id=n, task_id=9, title="x", is_completed=False) for n in range(MOST_SUBTASKS)]
    create = CreateSubtask(actor=OWNER, task_id=9, title="One more")
    given(WORK, full[1:]).when(decide.create_subtask, create, subtask_id=999).then(
        SubtaskCreated(subtask_id=999, task_id=9, title="One more", is_completed=False)
    )
    given(WORK, full).when(decide.create_subtask, create, subtask_id=999).refused(InvalidValue, pointer="/title")


def test_time_is_of_today_unless_a_day_is_named_and_never_of_the_future():
    facts = {"time_log_id": 51, "now": START}
    given(WORK).when(decide.log_time, LogTime(actor=MEMBER, task_id=9, minutes=5), **facts).then(logged())
    tomorrow = LogTime(actor=MEMBER, task_id=9, minutes=5, spent_on=date(2026, 1, 6))  # has begun in New Zealand
    given(WORK).when(decide.log_time, tomorrow, **facts).then(logged(spent_on=date(2026, 1, 6)))
    later = LogTime(actor=MEMBER, task_id=9, minutes=5, spent_on=date(2026, 1, 7))
    given(WORK).when(decide.log_time, later, **facts).refused(InvalidValue, pointer="/spent_on")
    correction = UpdateTimeLog(actor=MEMBER, task_id=9, time_log_id=51, changes={"minutes": 5, "note": "Sketch"})
    corrected = TimeLogUpdated(time_log_id=51, task_id=9, changes={"note": "Sketch"}, before={"note": ""})
    given(WORK, logged()).when(decide.update_time_log, correction, now=START).then(corrected)


STARTED = START + timedelta(minutes=len(WORK) + 1)
"""When the event after WORK is recorded."""


@pytest.mark.parametrize(
    ("ran", "minutes"),
    [
        pytest.param(timedelta(seconds=1), 1, id="a_moment_is_a_minute"),
        pytest.param(timedelta(minutes=2, seconds=29), 2, id="rounded_down"),
        pytest.param(timedelta(minutes=2, seconds=31), 3, id="rounded_up"),
        pytest.param(timedelta(days=700), MOST_MINUTES, id="forgotten"),
        pytest.param(timedelta(seconds=-5), 1, id="a_clock_that_went_back"),
    ],
)
def test_a_timer_becomes_an_entry_when_it_is_stopped(ran, minutes):
    running = TimerStarted(task_id=9, user_id=MEMBER.user_id)
    stop = StopTimer(actor=MEMBER, task_id=9, note="Sketch")
    entry = logged(minutes=minutes, note="Sketch", started_at=STARTED)

    given(WORK, running).when(decide.stop_timer, stop, time_log_id=51, now=STARTED + ran).then(entry)
    given(WORK, running, entry).when(decide.stop_timer, stop, time_log_id=52, now=STARTED).refused(TimerNotRunning)
    trashed = [running, TaskDeleted(task_id=9)]
    given(WORK, trashed).when(decide.stop_timer, stop, time_log_id=51, now=STARTED + ran).then(entry)


def test_one_timer_a_person_starting_another_stops_the_first():
    running = TimerStarted(task_id=9, user_id=MEMBER.user_id)
    facts = {"time_log_id": 51, "now": STARTED + timedelta(minutes=5)}

    given(WORK, running).when(decide.start_timer, StartTimer(actor=MEMBER, task_id=9), **facts).then()
    given(WORK, running).when(decide.start_timer, StartTimer(actor=MEMBER, task_id=10), **facts).then(
        logged(started_at=STARTED), TimerStarted(task_id=10, user_id=MEMBER.user_id)
    )
    given(WORK, running).when(decide.start_timer, StartTimer(actor=OWNER, task_id=9), **facts).then(
        TimerStarted(task_id=9, user_id=OWNER.user_id)
    )
    gone = [running, MemberRemoved(user_id=MEMBER.user_id, was="member")]
    assert {} == state(*WORK, *gone).timers
