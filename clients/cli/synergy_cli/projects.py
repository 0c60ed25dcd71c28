"""`synergy projects …`."""

from typing import Annotated, Any, Final

import typer

from synergy_cli.asking import given, signed_in
from synergy_cli.choices import Priority, ProjectStatus
from synergy_cli.showing import Json, done, listed, shown

app = typer.Typer(no_args_is_help=True, help="Projects.")
COLUMNS: Final = ("id", "name", "status", "priority", "progress", "task_count", "role", "owner")
FIELDS: Final = (
    "id", "name", "description", "status", "priority", "start_date", "end_date", "budget", "owner", "team_members",
    "progress", "task_count", "completed_task_count", "created_at", "updated_at",
)  # fmt: skip
Id = Annotated[int, typer.Argument(help="The project's id.")]
Description = Annotated[str | None, typer.Option(help="What it is about.")]
Date = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="A date.")]


@app.command("list")
def list_projects(
    status: Annotated[ProjectStatus | None, typer.Option(help="Only of this status.")] = None,
    priority: Annotated[Priority | None, typer.Option(help="Only of this priority.")] = None,
    search: Annotated[str | None, typer.Option(help="Only with these words.")] = None,
    json: Json = False,
) -> None:
    """List your projects."""
    query: dict[str, Any] = given(status=status, priority=priority, search=search)
    with signed_in() as synergy:
        listed(synergy.projects.iter_projects(**query), COLUMNS, as_json=json)


@app.command()
def show(project: Id, json: Json = False) -> None:
    """Show a project."""
    with signed_in() as synergy:
        shown(synergy.projects.read_project(project), FIELDS, as_json=json)


@app.command()
def create(
    name: str,
    description: Description = None,
    status: Annotated[ProjectStatus | None, typer.Option(help="Without it: planning.")] = None,
    priority: Annotated[Priority | None, typer.Option(help="Without it: medium.")] = None,
    start_date: Date = None,
    end_date: Date = None,
    budget: Annotated[str | None, typer.Option(help="An amount: 1200.50")] = None,
    json: Json = False,
) -> None:
    """Start a project."""
    fields: dict[str, Any] = given(
        description=description, status=status, priority=priority, start_date=start_date, end_date=end_date,
        budget=budget,
    )  # fmt: skip
    with signed_in() as synergy:
        made = synergy.projects.create_project(name=name, **fields)
    done(f"Project {made['id']} was started.", as_json=json, value=made)


@app.command()
def update(
    project: Id,
    name: Annotated[str | None, typer.Option(help="Its name.")] = None,
    description: Description = None,
    status: Annotated[ProjectStatus | None, typer.Option(help="Its status.")] = None,
    priority: Annotated[Priority | None, typer.Option(help="Its priority.")] = None,
    start_date: Date = None,
    end_date: Date = None,
    budget: Annotated[str | None, typer.Option(help="An amount: 1200.50")] = None,
    json: Json = False,
) -> None:
    """Change the fields that are given."""
    fields: dict[str, Any] = given(
        name=name, description=description, status=status, priority=priority, start_date=start_date,
        end_date=end_date, budget=budget,
    )  # fmt: skip
    with signed_in() as synergy:
        shown(synergy.projects.update_project(project, **fields), FIELDS, as_json=json)


@app.command()
def delete(
    project: Id, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False, json: Json = False
) -> None:
    """Put a project into the trash."""
    with signed_in() as synergy:
        name = synergy.projects.read_project(project)["name"]
        if not yes and not json:
            typer.confirm(f"Delete “{name}”?", abort=True, err=True)
        synergy.projects.delete_project(project)
    done(f"Project {project} was deleted.", as_json=json)


@app.command()
def progress(project: Id, json: Json = False) -> None:
    """Show how far a project is, and by how much impact."""
    with signed_in() as synergy:
        told = synergy.projects.read_progress(project)
    shown(
        told, ("progress", "impact_done", "impact_total", "task_count", "completed_task_count", "version"), as_json=json
    )


@app.command()
def members(project: Id, json: Json = False) -> None:
    """List who is in a project."""
    with signed_in() as synergy:
        listed(synergy.projects.iter_members(project), ("user", "role"), as_json=json)


@app.command()
def history(project: Id, json: Json = False) -> None:
    """List what happened in a project."""
    with signed_in() as synergy:
        listed(synergy.projects.iter_history(project), ("version", "type", "actor", "time"), as_json=json)
