"""`synergy tasks …`."""

from typing import Annotated, Any, Final

import typer

from synergy_cli.asking import given, signed_in
from synergy_cli.choices import Priority, TaskStatus
from synergy_cli.showing import Json, done, listed, shown

app = typer.Typer(no_args_is_help=True, help="Tasks.")
COLUMNS: Final = ("id", "project", "number", "title", "status", "priority", "impact", "assignees", "due_date")
FIELDS: Final = (
    "id", "project", "number", "title", "description", "status", "priority", "impact", "assignees", "labels",
    "start_date", "due_date", "estimated_hours", "actual_hours", "story_points", "depends_on", "milestone", "sprint",
    "completed_at", "created_at", "updated_at",
)  # fmt: skip
Id = Annotated[int, typer.Argument(help="The task's id.")]
Impact = Annotated[float | None, typer.Option(help="Its weight in the project's progress, 0 to 100.")]
Assignees = Annotated[list[int] | None, typer.Option("--assignee", help="A user's id; may be given again.")]
Date = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="A date.")]


@app.command("list")
def list_tasks(
    project: Annotated[int | None, typer.Option(help="Only of this project.")] = None,
    status: Annotated[TaskStatus | None, typer.Option(help="Only of this status.")] = None,
    priority: Annotated[Priority | None, typer.Option(help="Only of this priority.")] = None,
    assignee: Annotated[int | None, typer.Option(help="Only of this user.")] = None,
    due_before: Date = None,
    due_after: Date = None,
    search: Annotated[str | None, typer.Option(help="Only with these words.")] = None,
    json: Json = False,
) -> None:
    """List tasks of your projects."""
    query: dict[str, Any] = given(
        project=project, status=status, priority=priority, assignee=assignee, due_before=due_before,
        due_after=due_after, search=search,
    )  # fmt: skip
    with signed_in() as synergy:
        listed(synergy.tasks.iter_tasks(**query), COLUMNS, as_json=json)


@app.command()
def show(task: Id, json: Json = False) -> None:
    """Show a task."""
    with signed_in() as synergy:
        shown(synergy.tasks.read_task(task), FIELDS, as_json=json)


@app.command()
def create(
    project: Annotated[int, typer.Argument(help="The project's id.")],
    title: str,
    description: Annotated[str | None, typer.Option(help="What is to be done.")] = None,
    status: Annotated[TaskStatus | None, typer.Option(help="Without it: todo.")] = None,
    priority: Annotated[Priority | None, typer.Option(help="Without it: medium.")] = None,
    impact: Impact = None,
    assignees: Assignees = None,
    start_date: Date = None,
    due_date: Date = None,
    json: Json = False,
) -> None:
    """Add a task to a project."""
    fields: dict[str, Any] = given(
        description=description, status=status, priority=priority, impact=impact, assignees=assignees or None,
        start_date=start_date, due_date=due_date,
    )  # fmt: skip
    with signed_in() as synergy:
        made = synergy.tasks.create_task(project=project, title=title, **fields)
    done(f"Task {made['id']} (#{made['number']}) was added.", as_json=json, value=made)


@app.command()
def update(
    task: Id,
    title: Annotated[str | None, typer.Option(help="Its title.")] = None,
    description: Annotated[str | None, typer.Option(help="What is to be done.")] = None,
    status: Annotated[TaskStatus | None, typer.Option(help="Its status.")] = None,
    priority: Annotated[Priority | None, typer.Option(help="Its priority.")] = None,
    impact: Impact = None,
    assignees: Assignees = None,
    start_date: Date = None,
    due_date: Date = None,
    json: Json = False,
) -> None:
    """Change the fields that are given."""
    fields: dict[str, Any] = given(
        title=title, description=description, status=status, priority=priority, impact=impact,
        assignees=assignees or None, start_date=start_date, due_date=due_date,
    )  # fmt: skip
    with signed_in() as synergy:
        shown(synergy.tasks.update_task(task, **fields), FIELDS, as_json=json)


@app.command("done")
def complete(task: Id, json: Json = False) -> None:
    """Say that a task is done."""
    with signed_in() as synergy:
        changed = synergy.tasks.update_task(task, status="done")
    done(f"Task {task} is done.", as_json=json, value=changed)


@app.command()
def delete(task: Id, json: Json = False) -> None:
    """Delete a task."""
    with signed_in() as synergy:
        synergy.tasks.delete_task(task)
    done(f"Task {task} was deleted.", as_json=json)
