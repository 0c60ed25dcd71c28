"""Many writers on one project: each has his effect, none disturbs the order."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

from synergy_chassis.clock import new_id
from synergy_chassis.store.rebuild import rebuild
from synergy_projects.domain.errors import DomainError
from synergy_projects.projections import ProjectModel

WRITERS = 16


def at_once(work, items, writers=WRITERS):
    with ThreadPoolExecutor(writers) as threads:
        return list(threads.map(work, items))


def test_parallel_creates_number_tasks_without_gap_or_duplicate(world, ann):
    project = world.do("create_project", ann, name="Apollo")["id"]

    made = at_once(lambda number: world.task(ann, project, impact=number), range(200))

    stored = list(world.log.stream(f"project-{project}"))
    progress = world.ask("read_progress", ann, project)
    assert list(range(1, 201)) == sorted(task["number"] for task in made)
    assert list(range(1, len(stored) + 1)) == [event.version for event in stored]
    assert (200, sum(range(200)) / 100) == (progress["task_count"], progress["impact_total"])
    assert progress["version"] == len(stored)


def test_of_a_hundred_writers_at_once_each_has_an_effect_once_though_some_ask_twice(world, ann, bob):
    project = world.project(ann, (bob, "manager"))
    task = world.task(ann, project)["id"]
    ids = [new_id() for _ in range(100)]
    at_the_start = Barrier(100, timeout=30)

    def write(number):
        at_the_start.wait()
        asked = {"command_id": ids[number], "task_id": task}
        kinds = [
            lambda: world.do("create_comment", bob, **asked, content=f"Comment {number}"),
            lambda: world.do("create_subtask", ann, **asked, title=f"Step {number}"),
            lambda: world.do("log_time", bob, **asked, minutes=number + 1),
            lambda: world.do("create_task", ann, command_id=ids[number], project_id=project, title=f"Task {number}"),
        ]
        first = kinds[number % 4]()
        again = kinds[number % 4]() if number % 5 == 0 else first
        return number, first["id"], again["id"]

    made = at_once(write, range(100), writers=100)

    assert all(first == again for _, first, again in made)
    told = world.ask("read_task", ann, task)
    spent = sum(number + 1 for number in range(2, 100, 4))
    assert (25, 25, spent) == (told["comment_count"], len(told["subtasks"]), told["time_logged_minutes"])
    assert 26 == world.ask("list_tasks", ann, project=project)["count"]
    versions = [event.version for event in world.log.stream(f"project-{project}")]
    assert list(range(1, len(versions) + 1)) == versions


def test_after_a_scramble_of_commands_rows_equal_their_events(world, projects_engine, ann, bob):
    project = world.project(ann, (bob, "manager"))
    tasks = [world.task(ann, project, impact=100)["id"] for _ in range(5)]

    def scramble(seed):
        random = Random(seed)
        task_id = random.choice(tasks)
        try:
            match random.randrange(6):
                case 0:
                    world.task(bob, project, impact=random.randrange(500), assignees=(bob.user_id,))
                case 1 | 2:
                    world.do("update_task", bob, task_id=task_id, changes={"status": random.choice(["todo", "done"])})
                case 3:
                    world.do("update_task", ann, task_id=task_id, changes={"assignees": (bob.user_id,), "impact": seed})
                case 4:
                    world.do("remove_member", ann, project_id=project, user_id=bob.user_id)
                case _:
                    world.do("add_member", ann, project_id=project, user_id=bob.user_id, role="manager")
        except DomainError:
            return 0
        return 1

    done = at_once(scramble, range(150))

    assert sum(done) > 30
    report = rebuild(projects_engine, ProjectModel(), check=True, stream=f"project-{project}")
    assert report.ok, report.differences


def test_one_command_sent_by_many_at_once_has_one_effect(world, ann):
    project = world.project(ann)
    task_command, project_command = new_id(), new_id()

    tasks = at_once(
        lambda _: world.do("create_task", ann, command_id=task_command, project_id=project, title="x"), range(8)
    )
    projects = at_once(lambda _: world.do("create_project", ann, command_id=project_command, name="Once"), range(8))

    assert len({task["id"] for task in tasks}) == 1
    assert len({one["id"] for one in projects}) == 1
    assert world.ask("list_tasks", ann)["count"] == 1
    assert world.ask("list_projects", ann)["count"] == 2
