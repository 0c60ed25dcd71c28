"""The rows are what the events say; where they are not, a rebuild makes them so."""

import pytest
from sqlalchemy import text

from synergy_chassis.clock import new_id
from synergy_chassis.store import CommandContext, NewEvent
from synergy_chassis.store.rebuild import rebuild
from synergy_chassis.store.verify import verify
from synergy_projects.projections import ProjectModel

MODEL = ProjectModel()


pytestmark = pytest.mark.usefixtures("emptied")  # a rebuild reads all of it


@pytest.fixture
def project(world, ann, bob):
    project = world.project(ann, (bob, "contributor"))
    first = world.task(ann, project, impact=5000, assignees=(bob.user_id,))["id"]
    world.task(bob, project, impact=2500, status="done")
    gone = world.task(bob, project, impact=2500)["id"]
    world.do("update_task", bob, task_id=first, changes={"status": "done", "title": "Ship", "actual_hours": 75})
    world.do("update_task", ann, task_id=first, changes={"status": "review"})
    for task in (first, gone):
        comment = world.do("create_comment", ann, task_id=task, content=f"<@{bob.user_id}> look")["id"]
        world.do("update_comment", ann, task_id=task, comment_id=comment, content="Look")
        world.do("create_subtask", bob, task_id=task, title="Sketch", is_completed=True)
        world.do("start_timer", bob, task_id=task)
        world.do("log_time", bob, task_id=task, minutes=5)
    world.do("delete_task", bob, task_id=gone)
    world.do("change_member_role", ann, project_id=project, user_id=bob.user_id, role="viewer")
    world.do("update_project", ann, project_id=project, changes={"status": "completed", "description": "Done"})
    return project


def shown(world, actor, project, task):
    lists = [world.ask(f"list_{what}", actor, task) for what in ("comments", "time_logs")]
    return world.ask("read_project", actor, project), world.ask("list_tasks", actor, project=project), lists


DAMAGES = [
    "UPDATE projects SET progress = 99, impact_done = 1 WHERE id = :id",
    "DELETE FROM tasks WHERE project_id = :id",
    "DELETE FROM members WHERE project_id = :id AND role <> 'owner'",
    "INSERT INTO members VALUES (:id, 999999, 'owner')",
    "DELETE FROM projects WHERE id = :id",
    "UPDATE subtasks SET is_completed = false WHERE project_id = :id",
    "UPDATE comments SET mentions = '{7}', content = 'Mine' WHERE project_id = :id",
    "DELETE FROM time_logs WHERE project_id = :id",
    "DELETE FROM timers WHERE project_id = :id",
    "UPDATE tasks SET comment_count = 9, time_logged_minutes = 9 WHERE project_id = :id",
    "UPDATE tasks SET assignees = '{1,2,3}', status = 'todo' WHERE project_id = :id",
]


def test_live_rows_equal_the_fold_of_the_events_and_damaged_ones_are_found_and_made_right(
    world, ann, projects_engine, project
):
    task = world.ask("list_tasks", ann, project=project)["results"][0]["id"]
    before = shown(world, ann, project, task)
    report = rebuild(projects_engine, MODEL, check=True)
    assert report.ok, report.differences
    assert report.streams >= 1

    for damage in DAMAGES:
        with world.uow.writing() as connection:
            connection.execute(text(damage), {"id": project})
        found = rebuild(projects_engine, MODEL, check=True)
        repaired = rebuild(projects_engine, MODEL)

        assert not found.ok, damage
        assert found.count == repaired.count, damage
        assert before == shown(world, ann, project, task), damage
    assert rebuild(projects_engine, MODEL, check=True).ok
    report = verify(projects_engine, stream=f"project-{project}")
    assert report.ok, report.findings


def test_a_stream_with_an_event_that_is_not_known_here_is_parked_and_goes_on_serving(world, ann, projects_engine):
    strange = world.project(ann)
    sound = world.project(ann)
    with world.uow.stream(f"project-{strange}", CommandContext(command_id=new_id(), actor_id=1, request_id=None)) as it:
        unknown = NewEvent(type="project.painted", schema_version=1, entity="project", data={"colour": "red"})
        it.append([unknown], outcome={}, rows=lambda recorded, writer: None)
    before = world.ask("read_project", ann, strange)
    with world.uow.writing() as connection:
        connection.execute(text("UPDATE projects SET name = 'Wrong' WHERE id = :id"), {"id": sound})

    report = rebuild(projects_engine, MODEL)

    assert [(f"project-{strange}", 2, "project.painted")] == [(at.stream, at.version, at.type) for at in report.parked]
    assert "UnknownEvent" in report.parked[0].error
    assert world.ask("read_project", ann, strange) == before
    assert world.ask("read_project", ann, sound)["name"] == "Apollo"
    assert world.task(ann, strange)["number"] == 1


def test_a_project_that_moves_on_between_the_look_and_the_repair_is_folded_again(world, ann, projects_engine):
    project = world.project(ann)
    with world.uow.writing() as connection:
        connection.execute(text("UPDATE projects SET name = 'Wrong' WHERE id = :id"), {"id": project})

    class Meanwhile(ProjectModel):
        moved = False

        def fold(self, facts):
            rows = super().fold(facts)
            if not self.moved:
                self.moved = True
                world.task(ann, project, impact=100, status="done")
            return rows

    assert rebuild(projects_engine, Meanwhile(), stream=f"project-{project}").count >= 1
    assert rebuild(projects_engine, MODEL, check=True, stream=f"project-{project}").ok
    view = world.ask("read_project", ann, project)
    assert (view["name"], view["task_count"], view["progress"]) == ("Apollo", 1, 100)
