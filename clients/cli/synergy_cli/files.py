"""`synergy export` and `synergy import`: projects as files."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from synergy_cli.asking import REFUSED, signed_in
from synergy_cli.showing import Json, done, errors, plain
from synergy_cli.showing import told as as_json

MOST_TOLD: Final = 20
"""Lines of a file of which is told what is wrong."""


class ExportFormat(StrEnum):
    """What an export writes."""

    json = "json"
    csv = "csv"


class ImportFormat(StrEnum):
    """What an import reads."""

    json = "json"
    csv = "csv"
    trello = "trello"
    github = "github"


def export(
    project: Annotated[int, typer.Argument(help="The project's id.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; without it, to the terminal.")] = None,
    format: Annotated[ExportFormat, typer.Option(help="json holds all of it, csv its tasks.")] = ExportFormat.json,
    json: Json = False,
) -> None:
    """Write a project to a file."""
    with signed_in() as synergy:
        if output is None:
            synergy.files.export_to(project, sys.stdout.buffer, format=format.value)
            return
        beside = output.with_name(f".{output.name}.part")
        try:
            with beside.open("wb") as file, _bar(shown=not json) as bar:
                task = bar.add_task("Exporting", total=None)
                size = synergy.files.export_to(
                    project, file, format=format.value, told=lambda written: bar.update(task, completed=written)
                )
            beside.replace(output)
        finally:
            beside.unlink(missing_ok=True)
    done(f"Project {project} is in {output}: {size:,} bytes.", as_json=json, value={"file": str(output), "bytes": size})


def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An export, CSV, Trello or GitHub JSON.")],
    name: Annotated[str | None, typer.Option(help="The project's name, instead of the file's.")] = None,
    format: Annotated[ImportFormat | None, typer.Option(help="Without it: what the file looks like.")] = None,
    json: Json = False,
) -> None:
    """Make a project of a file."""
    with signed_in() as synergy, _bar(shown=not json) as bar:
        task = bar.add_task("Sending", total=None)
        sent = synergy.files.send(file.read_bytes(), format=format.value if format else None, name=name)
        view = synergy.files.wait(sent["id"], told=lambda now: _told(bar, task, now))
    for fault in [*view["errors"], *view["warnings"]][:MOST_TOLD]:
        line = f"{file}:{fault['line']}: " if fault["line"] else ""
        errors.print(plain(f"{line}{fault['detail']}").replace(r"\[", "["), markup=False)
    if view["status"] == "failed":
        if json:
            as_json(view)
        errors.print("Nothing was imported.")
        raise typer.Exit(REFUSED)
    done(f"Project {view['project']} was made, with {view['done']:,} tasks.", as_json=json, value=view)


def _told(bar: Progress, task: TaskID, view: Any) -> None:
    bar.update(task, description=str(view["status"]).capitalize(), completed=view["done"], total=view["total"])


def _bar(*, shown: bool) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=errors, transient=True, disable=not shown or not errors.is_terminal)
