"""`run`: start everything, show that it works, serve until told to stop, and leave nothing behind."""

import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from synergy_local import demo_data, journal
from synergy_local.account import private_folder, server_account
from synergy_local.credentials import Credentials
from synergy_local.door import require_door
from synergy_local.journey import Journey
from synergy_local.places import ROOT, data_home, require_space, room
from synergy_local.ports import LOOPBACK, free_ports
from synergy_local.prerequisites import require_programs
from synergy_local.processes import sweep, wait_until
from synergy_local.program import write_environment
from synergy_local.receiver import Receiver
from synergy_local.servers.errand import Errand, run_errand
from synergy_local.servers.together import Servers
from synergy_local.signals import Ending, ending_on_signals
from synergy_local.stack import Stack, address
from synergy_local.steps import stepping
from synergy_local.supervision import Supervisor
from synergy_local.trouble import Trouble, failed, told_plainly
from synergy_local.visitor import healthy
from synergy_operator.configuration import configured
from synergy_operator.environments import NotConfigured
from synergy_operator.outside import outside


def run(console: Console, *, host: str, port: int) -> None:
    """
    Run the stack with its door at `host`:`port` until SIGINT, SIGTERM or SIGHUP.

    Raises Trouble when it cannot start; then nothing of it is left running.
    """
    with ending_on_signals() as ending, told_plainly(), ExitStack() as stack:
        home = room()
        stack.enter_context(journal.alone(home))
        journal.note(home, url=address(host, port))
        private_folder(home / "logs")
        if swept := sweep(home):
            console.print(f"Ended what a killed run had left: {', '.join(swept)}")
        require_door(host, port)
        require_space(home)
        settings = told()
        with stepping(console, "Looking for PostgreSQL, RabbitMQ and Redis") as tell:
            require_programs(log=home / "logs" / "setup.log", progress=tell, without=outside(settings).names)
        (receiver_port,) = free_ports(1)
        with stepping(console, "Preparing the private servers"):
            parts = plan(home, settings, host=host, port=port, receiver_port=receiver_port)
        with ending.later():
            supervisor = Supervisor(home, parts.servers.programs(), parts.processes())
            stack.callback(stop, console, supervisor, ending)
        journal.note(home, url=parts.url, socket=supervisor.socket)
        start(console, parts, supervisor, home)
        show(console, parts, home, receiver_port)
        serve(console, parts, supervisor)


def told() -> dict[str, str]:
    """The settings, servers of one's own among them. Raises Trouble."""
    try:
        settings = configured(ROOT, os.environ)
        outside(settings)
    except NotConfigured as wrong:
        raise Trouble(str(wrong)) from None
    return settings


def plan(home: Path, settings: Mapping[str, str], *, host: str, port: int, receiver_port: int) -> Stack:
    """The stack of this clone with everything written that its start needs. Raises Trouble."""
    account = server_account()
    data = data_home(account)
    require_space(data)
    credentials = Credentials.kept_in(home / "credentials.json")
    servers = Servers(data, credentials, account=account, outside=outside(settings))
    servers.prepare()
    allow = ",".join(filter(None, (settings.get("WEBHOOK_ALLOW"), f"{LOOPBACK}:{receiver_port}")))
    seals = home / "seals"
    return Stack(servers=servers, host=host, port=port, webhook_allow=allow, seals=seals, options=settings)


def start(console: Console, parts: Stack, supervisor: Supervisor, home: Path) -> None:
    """Servers, databases, migrations, services, in this order. Raises Trouble."""
    with stepping(console, "Starting the private servers") as tell:
        supervisor.wait_ready()
        for server in parts.servers.all:
            tell(f"Starting the private servers: {type(server).__name__}")
            server.wait_ready(*supervisor.watched(server.programs()))
        console.print(f"[green]✓[/] {parts.servers.described()}")
        tell("Migrating the stores")
        parts.servers.make_databases()
        migrate(parts, home)
        console.print("[green]✓[/] The stores are migrated")
        tell("Starting the services")
        supervisor.start_services()
        wait_until(
            lambda: healthy(parts.url), seconds=60, what="/api/health/ answering healthy",
            children=supervisor.watched(parts.processes()),
        )  # fmt: skip
        console.print(f"[green]✓[/] All {len(parts.processes())} processes are up and healthy")


def migrate(parts: Stack, home: Path) -> None:
    """
    Bring all stores to the newest revision, all at once. Keeps the environments for `synergy migrate`. Raises Trouble.
    """
    for program in parts.migrations():
        write_environment(program, home)
    with ExitStack() as under_way:
        errands = [
            under_way.enter_context(Errand(program.argv, env=program.env, what=f"Migrating ({program.name})"))
            for program in parts.migrations()
        ]
        for errand in errands:
            errand.result(seconds=300)


def show(console: Console, parts: Stack, home: Path, receiver_port: int) -> None:
    """The demo data the first time, then the demo journey; what needs an open registration is left out without one."""
    account = None
    if parts.options.get("REGISTRATION", "open") == "open":
        make_demo_data(console, parts, home)
    elif demo_data.is_there(parts.url):
        account = (demo_data.USERNAME, demo_data.PASSWORD)
    else:
        console.print(
            "\nRegistration is closed and there is no demo user: the demo data and the demo journey are left out. "
            "`.venv/bin/synergy createsuperuser` makes a first account.",
            soft_wrap=True,
        )
        return
    console.print("\nThe demo journey" + (f", as {demo_data.USERNAME}: registration is closed" if account else ""))
    with Receiver(receiver_port) as receiver:
        Journey(parts.url, receiver, console, lambda: rebuild(home), account=account).play()


def make_demo_data(console: Console, parts: Stack, home: Path) -> None:
    """The demo user with projects, the first time. Raises Trouble."""
    with stepping(console, "Making the demo data") as tell:
        made = demo_data.make_once(
            parts.url,
            home / "demo-data-made",
            progress=lambda done, total: tell("Making the demo data", f"project {done} of {total}"),
        )
    if made:
        console.print(f"[green]✓[/] Demo data: {len(demo_data.PROJECTS)} projects of {demo_data.USERNAME}")


def rebuild(home: Path) -> None:
    """Run `synergy rebuild projects`, as an operator would. Raises Trouble."""
    run_errand(
        [sys.executable, "-m", "synergy_operator", "rebuild", "projects"],
        env={"SYNERGY_ROOM": str(home)}, what="synergy rebuild",
    )  # fmt: skip


def serve(console: Console, parts: Stack, supervisor: Supervisor) -> None:
    """Say where it is, and wait to be told to stop. Raises Trouble when the supervisor itself ends."""
    login = f"Demo login: [bold]{demo_data.USERNAME}[/] / [bold]{demo_data.PASSWORD}[/]   "
    console.print(
        f"\nSynergyOS serves at [bold]{parts.url}[/]\n"
        f"{login if demo_data.is_there(parts.url) else ''}API: {parts.url}/api/docs/\n"
        "Ctrl-C stops everything. `make logs`, `make status` and `make stop` work in another terminal.",
        soft_wrap=True,
    )
    supervisor.child.process.wait()
    raise failed("The supervisor ended. Its last words", supervisor.child.last_words())


def stop(console: Console, supervisor: Supervisor, ending: Ending) -> None:
    """Stop everything and make sure of it."""
    ending.hear_no_more()
    with stepping(console, "Stopping everything"):
        supervisor.stop()
        sweep(supervisor.room)
    console.print("Stopped.")
