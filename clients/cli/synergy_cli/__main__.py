"""The command line of people; operators' verbs stand beside theirs where they are installed."""

import sys
from importlib.metadata import entry_points
from typing import Final

import typer

from synergy_cli import accounts, files, live, projects, tasks

PLUGINS: Final = "synergy.verbs"
"""Entry points of this group are Typer applications whose verbs are `synergy`'s as well."""
OPERATING: Final = "For operators"

app = typer.Typer(no_args_is_help=True, help="SynergyOS on the command line.", pretty_exceptions_enable=False)
for verb in (accounts.login, accounts.logout, accounts.whoami, live.tail, files.export):
    app.command()(verb)
app.command("import")(files.import_)
app.add_typer(projects.app, name="projects")
app.add_typer(tasks.app, name="tasks")


def own_verbs() -> set[str]:
    """What is done without anything else installed."""
    commands = {info.name or getattr(info.callback, "__name__", "") for info in app.registered_commands}
    return commands | {str(group.name) for group in app.registered_groups}


def main() -> None:
    """The command line. What operators do is loaded only where it may be meant."""
    if not own_verbs().intersection(sys.argv[1:2]):
        for plugin in entry_points(group=PLUGINS):
            operating: typer.Typer = plugin.load()
            for command in operating.registered_commands:
                command.rich_help_panel = OPERATING
            for group in operating.registered_groups:
                group.rich_help_panel = OPERATING
            app.add_typer(operating)
    try:
        app(prog_name="synergy")
    except BrokenPipeError:  # whoever read has enough
        sys.stderr.close()
        sys.exit(141)


if __name__ == "__main__":
    main()
