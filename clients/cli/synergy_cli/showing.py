"""How answers are shown: tables and sentences for people, JSON for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, TypeAlias

import typer
from rich.console import Console
from rich.table import Table

Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]

errors = Console(stderr=True, highlight=False, soft_wrap=True)


def listed(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """A table of these columns, or the whole rows."""
    if as_json:
        told(list(rows))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(text(row.get(column)) for column in columns))
    _console().print(table)


def shown(item: Mapping[str, Any], fields: Sequence[str], *, as_json: bool) -> None:
    """One thing, a line a field that has a value; or all of it."""
    if as_json:
        told(item)
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for field in fields:
        if (value := text(item.get(field))) != "":
            table.add_row(f"[dim]{field.replace('_', ' ')}[/]", value)
    _console().print(table)


def done(sentence: str, *, as_json: bool, value: Any = None) -> None:
    """What was done."""
    if as_json:
        told(value)
    else:
        _console().print(sentence, markup=False)


def told(value: Any) -> None:
    """A JSON document on a line."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def text(value: Any) -> str:
    """A value in a table; what is sent by others means nothing to the terminal."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case {"username": str(name)}:
            return plain(name)
        case list():
            return ", ".join(text(one) for one in value)
        case {"user": user, "role": role}:
            return f"{text(user)} ({role})"
        case float():
            return f"{value:g}"
    return plain(str(value))


def plain(words: str) -> str:
    """Without characters that steer a terminal, and without what would be taken for style."""
    return "".join(one if one.isprintable() or one == "\n" else "�" for one in words).replace("[", r"\[")


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)
