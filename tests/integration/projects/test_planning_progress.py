"""The progress of milestones and sprints is its definition, whatever their tasks went through."""

from random import Random

from unit.projects.test_progress import reference


def test_of_any_tasks_the_progress_of_milestones_and_sprints_is_what_the_definition_says(world, ann):
    random, project = Random(7), world.project(ann)
    plans = {
        kind: [world.do(f"create_{kind}", ann, project_id=project, name=f"{kind} {n}")["id"] for n in range(3)]
        for kind in ("milestone", "sprint")
    }
    tasks = []
    for _ in range(24):
        fields = {kind: random.choice([None, *ids]) for kind, ids in plans.items()}
        fields |= {"impact": random.choice([0, 1, 3333, 10_000]), "status": random.choice(["todo", "done"])}
        tasks.append(world.task(ann, project, **fields)["id"])
    for task in tasks[::5]:
        world.do("delete_task", ann, task_id=task)
    live = world.ask("list_tasks", ann, project=project, page_size=200)["results"]

    for kind in plans:
        for told in world.ask(f"list_{kind}s", ann, project=project)["results"]:
            theirs = [(round(one["impact"] * 100), one["status"] == "done") for one in live if one[kind] == told["id"]]
            assert (reference(theirs), len(theirs)) == (told["progress"], told["task_count"])
