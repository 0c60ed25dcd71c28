"""Long steps are seen off a terminal too: each once, with how far it is now and then."""

import io

from rich.console import Console

from synergy_local.steps import stepping


def test_off_a_terminal_each_step_is_a_line_when_it_begins():
    console = Console(file=io.StringIO())

    with stepping(console, "Looking") as tell:
        seen = [console.file.getvalue()]
        for step in ("Starting [servers]", "Starting [servers]", "Migrating"):
            tell(step)
            seen.append(console.file.getvalue())

    assert ["Looking\n", "Looking\nStarting [servers]\n"] == seen[:2]
    assert seen[1] == seen[2]
    assert "Looking\nStarting [servers]\nMigrating\n" == seen[3]


def test_off_a_terminal_details_are_told_every_five_seconds():
    console, time = Console(file=io.StringIO()), iter([0, 0, 0, 1, 5, 5, 6, 11, 11]).__next__

    with stepping(console, "Looking", now=time) as tell:
        tell("Installing", "1 %")
        for percent in (2, 50, 60, 99):
            tell("Installing", f"{percent} %")

    assert ["Looking", "Installing: 1 %", "Installing: 50 %", "Installing: 99 %"] == (
        console.file.getvalue().splitlines()
    )


def test_at_a_terminal_a_line_is_rewritten():
    console = Console(file=io.StringIO(), force_terminal=True, width=60)

    with stepping(console, "Looking") as tell:
        tell("Installing", "7 %")

    assert console.file.getvalue().endswith("\x1b[2K")
