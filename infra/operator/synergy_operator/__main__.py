"""`synergy`: what an operator does to a SynergyOS that runs."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from synergy_operator import demo, forgetting
from synergy_operator.broker import SERVICES
from synergy_operator.configuration import configured
from synergy_operator.dispatch import errors, hand_to, hand_to_each
from synergy_operator.environments import NotConfigured
from synergy_operator.setting_up import set_up

app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_show_locals=False)
parked = typer.Typer(no_args_is_help=True, help="Events and work that could not be done and were set aside.")
app.add_typer(parked, name="parked")
second_factor = typer.Typer(no_args_is_help=True, help="Second factors of people who cannot sign in any more.")
app.add_typer(second_factor, name="second-factor")
webhooks = typer.Typer(no_args_is_help=True, help="Deliveries of webhooks.")
app.add_typer(webhooks, name="webhooks")
Services = Annotated[list[str] | None, typer.Argument(help="auth, projects, webhooks; all when there is none.")]
Seals = Annotated[
    str | None, typer.Option(metavar="PATH", help="A file of seals, or the folder of all; SEALS_FOLDER without it.")
]
PersonMeant = Annotated[
    str, typer.Argument(help="The user's id, name or e-mail address; id:17 or name:17 where digits are both.")
]
Jobs = Annotated[int | None, typer.Option(help="How many processes work at once; 2 if not given.")]
Json = Annotated[bool, typer.Option("--json", help="One line of JSON a service, without a progress bar.")]


@app.command()
def setup(
    databases: Annotated[
        bool, typer.Option("--databases", help="Leave the broker alone: it has its definitions.")
    ] = False,
) -> None:
    """Make roles, databases, broker users and permissions on servers of your own; a file .env here is read, too."""
    console = Console(highlight=False)
    try:
        set_up(
            configured(Path.cwd(), os.environ),
            lambda done: console.print(f"[green]✓[/] {done}"),
            databases_only=databases,
        )
    except NotConfigured as missing:
        errors.print(str(missing), markup=False)
        raise typer.Exit(2) from None


@app.command()
def migrate() -> None:
    """Bring every store to the newest revision."""
    raise typer.Exit(hand_to_each(SERVICES, "migrate", migration=True))


@app.command()
def rebuild(
    service: Services = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; name the rows that differ.")] = False,
    model: Annotated[str | None, typer.Option(help="Only this model: project, people, webhooks, memberships.")] = None,
    stream: Annotated[str | None, typer.Option(help="Only this stream, project-12 for example.")] = None,
    jobs: Jobs = None,
    anew: Annotated[bool, typer.Option("--anew", help="Begin anew where one was interrupted.")] = False,
    json: Json = False,
) -> None:
    """Make every row what the events say, while everything serves; go on where one was interrupted."""
    options = given(check=check, model=model, stream=stream, jobs=jobs, anew=anew, json=json)
    raise typer.Exit(hand_to_each(known(service), "rebuild", *options))


@app.command()
def verify(
    service: Services = None,
    stream: Annotated[str | None, typer.Option(help="Only this stream, project-12 for example.")] = None,
    seals: Seals = None,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Check that no stored event was changed, lost or added: the hash chain of every stream, and the seals."""
    options = given(stream=stream, seals=seals, jobs=jobs, json=json)
    raise typer.Exit(hand_to_each(known(service), "verify", *options))


@app.command()
def seal(service: Services = None, seals: Seals = None, json: Json = False) -> None:
    """Seal what is new in every log now, and copy the seals to their files."""
    raise typer.Exit(hand_to_each(known(service), "seal", *given(seals=seals, json=json)))


@app.command()
def reconcile(
    service: Services = None,
    wait: Annotated[float | None, typer.Option(help="Seconds for what is still under way; 10 without it.")] = None,
    json: Json = False,
) -> None:
    """Compare every relay and consumer with the stores; say OK, or what is missing."""
    raise typer.Exit(hand_to_each(known(service), "reconcile", *given(wait=wait, json=json)))


@app.command()
def follow_anew(
    service: Annotated[list[str], typer.Argument(help="auth, projects, webhooks.")],
    json: Json = False,
) -> None:
    """Let a consumer take every event again, when `reconcile` finds that some were passed over."""
    raise typer.Exit(hand_to_each(known(service), "follow-anew", *given(json=json)))


@app.command()
def erase(
    person: PersonMeant,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; tell what would be done.")] = False,
    json: Json = False,
) -> None:
    """Forget a person: erase what names them everywhere, and prove that every hash is still valid."""
    try:
        raise typer.Exit(forgetting.erase(person, *given(**{"dry-run": dry_run, "json": json})))
    except NotConfigured as missing:
        errors.print(str(missing), markup=False)
        raise typer.Exit(2) from None


@webhooks.command()
def rederive(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; tell how many are missing.")] = False,
    json: Json = False,
) -> None:
    """Make deliveries that are lost again, as the logs say; only what has no recorded success is sent (again)."""
    raise typer.Exit(hand_to("webhooks", "rederive", *given(check=check, json=json)))


@app.command()
def restored(
    service: Annotated[list[str], typer.Argument(help="auth, projects, webhooks: whose database was restored.")],
    json: Json = False,
) -> None:
    """Begin a new epoch in a database that was restored to an earlier time, before the services start again."""
    raise typer.Exit(hand_to_each(known(service), "restored", *given(json=json), migration=True))


@app.command("demo")
def demo_data(
    size: Annotated[Literal["seed", "large"], typer.Option(help="10,000 or 1,000,000 tasks, of 100 people.")] = "seed",
    json: Json = False,
) -> None:
    """Make people, projects and tasks for trying out; not where people work."""
    try:
        raise typer.Exit(demo.fill(size, *given(json=json)))
    except NotConfigured as missing:
        errors.print(str(missing), markup=False)
        raise typer.Exit(2) from None


@app.command()
def createsuperuser() -> None:
    """Make an account that may do everything."""
    raise typer.Exit(hand_to("auth", "createsuperuser"))


@second_factor.command("remove")
def remove_second_factor(
    person: PersonMeant,
) -> None:
    """Let somebody who lost it sign in with the password alone; all sessions end, and the owner is told by mail."""
    raise typer.Exit(hand_to("auth", "remove-second-factor", person))


@second_factor.callback()
def about_second_factors() -> None:
    """Second factors of people who cannot sign in any more."""


@parked.command("list")
def list_parked(service: Services = None, json: Json = False) -> None:
    """Show the events and the work that were set aside, by service."""
    raise typer.Exit(hand_to_each(known(service), "parked", *given(json=json)))


@parked.command("replay")
def replay_parked(
    service: Services = None,
    stream: Annotated[str | None, typer.Option(help="Only this stream, project-12 for example.")] = None,
    json: Json = False,
) -> None:
    """Try what was set aside again, once the cause is mended."""
    raise typer.Exit(hand_to_each(known(service), "replay", *given(stream=stream, json=json)))


@parked.callback()
def about_parked() -> None:
    """Events and work that could not be done and were set aside."""


def known(services: list[str] | None) -> Sequence[str]:
    """The services named, all when none is. Exits 2 when there is none of a name."""
    unknown = set(services or ()) - set(SERVICES)
    if unknown:
        errors.print(f"There is no store of {', '.join(sorted(unknown))}; there are {', '.join(SERVICES)}.")
        raise typer.Exit(2)
    return services or SERVICES


def given(**options: bool | str | float | None) -> list[str]:
    """The options to hand on: those that are set, with their values."""
    handed: list[str] = []
    for name, value in options.items():
        if value is True:
            handed.append(f"--{name}")
        elif value is not None and value is not False:
            handed += [f"--{name}", f"{value}"]
    return handed


def main() -> None:
    """The command line."""
    app(prog_name="synergy")


if __name__ == "__main__":
    main()
