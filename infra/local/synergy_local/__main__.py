"""`python -m synergy_local run | install | demo | stop | status | logs | clean`."""

import logging
import sys
from typing import Annotated

import typer
from rich.console import Console

from synergy_local import commands, ending, serving, showing
from synergy_local.trouble import Trouble, told_plainly

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_show_locals=False)
console = Console(highlight=False)


@app.command()
def run(
    host: Annotated[str, typer.Option(envvar="HOST", help="The address the door listens on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65_535, help="The port of the door.")] = 8000,
) -> None:
    """Start everything, play the demo journey, serve until Ctrl-C."""
    serving.run(console, host=host, port=port)


@app.command()
def install() -> None:
    """Bring the programs that private servers need; nothing is started."""
    commands.install(console)


@app.command()
def demo(url: Annotated[str, typer.Argument(help="Where SynergyOS answers.")] = "http://127.0.0.1:8000") -> None:
    """Make the demo user and its projects, or what is missing of them."""
    showing.make(console, url.rstrip("/"))


@app.command(hidden=True)
def ready_for_load(url: str) -> None:
    """Look whether the original's load script would find at `url` what it asks for; used by `make load`."""
    showing.require(url.rstrip("/"))


@app.command()
def stop() -> None:
    """Stop what `run` started."""
    ending.stop()


@app.command()
def clean() -> None:
    """Stop, and delete all data."""
    ending.clean()


@app.command()
def status() -> None:
    """Show what runs; the exit code is 1 when nothing does."""
    if not commands.status(console):
        raise typer.Exit(1)


@app.command()
def logs() -> None:
    """Follow the logs of every part."""
    try:
        commands.follow_logs(console)
    except KeyboardInterrupt:
        raise typer.Exit from None


def main() -> None:
    """The command line; Trouble is told in its own words."""
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    try:
        with told_plainly():
            app()
    except Trouble as trouble:
        Console(stderr=True, highlight=False).print(f"✗ {trouble}", markup=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
