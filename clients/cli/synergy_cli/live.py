"""`synergy tail`: what happens, as it happens."""

from typing import Annotated, Any

import typer

from synergy_cli.asking import signed_in
from synergy_cli.showing import Json, plain, told


def tail(
    project: Annotated[int | None, typer.Option(help="Only of this project.")] = None,
    type: Annotated[
        list[str] | None,
        typer.Option(help="Only of this type, task.created or task.* for example; may be given again."),
    ] = None,
    after: Annotated[int | None, typer.Option(help="From after this position on, 0 for everything.")] = None,
    most: Annotated[int | None, typer.Option("--most", "-n", min=1, help="End after so many events.")] = None,
    json: Json = False,
) -> None:
    """Show events of your projects as they happen, until Ctrl-C."""
    with signed_in() as synergy:
        following = synergy.follow(after=after, types=type or None, project=project)
        for count, event in enumerate(following, start=1):
            if json:
                told(event)
            else:
                typer.echo(line(event))
            if count == most:
                break


def line(event: dict[str, Any]) -> str:
    """An event on a line: when, what, whose."""
    moment = str(event.get("timestamp") or event.get("recorded_at") or event.get("time") or "")
    data: dict[str, Any] = event.get("data") or {}
    about = data.get("title") or data.get("name") or ""
    actor = event.get("actor") or {}
    who = actor.get("username", "") if isinstance(actor, dict) else ""
    parts = (moment, str(event.get("position", "")), str(event.get("type", "")), str(about), who and f"by {who}")
    return plain("  ".join(part for part in parts if part)).replace(r"\[", "[")
