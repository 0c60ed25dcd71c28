"""What can be asked beside `run`, `stop` and `clean`: install, and of a stack in another terminal status and logs."""

import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from synergy_local import journal
from synergy_local.account import private_folder, server_account
from synergy_local.following import Logs
from synergy_local.places import ROOM, room
from synergy_local.prerequisites import require_programs
from synergy_local.processes import BLINK
from synergy_local.steps import stepping
from synergy_local.supervision import states
from synergy_local.trouble import Trouble


def install(console: Console) -> None:
    """Bring what private servers need: their programs, and the user they run as under root. Raises Trouble."""
    logs = private_folder(room() / "logs")
    with stepping(console, "Looking for PostgreSQL, RabbitMQ and Redis") as tell:
        require_programs(log=logs / "setup.log", progress=tell)
    server_account()


def status(console: Console) -> bool:
    """Show every process. Whether the stack runs."""
    running = journal.noted(ROOM)
    if running is None:
        console.print("SynergyOS does not run here. `make run` starts it.")
        return False
    if not running.socket:
        console.print(f"SynergyOS is starting (process {running.pid}); it will be at {running.url}")
        return True
    table = Table("process", "state", "since")
    for state in states(Path(running.socket)):
        table.add_row(str(state["name"]), str(state["statename"]).lower(), str(state["description"]))
    console.print(f"SynergyOS runs at {running.url} (process {running.pid})")
    console.print(table)
    return True


def follow_logs(console: Console, *, lines: int = 5) -> None:
    """Print the last `lines` of every log, then what is added, until Ctrl-C. Rotated files are followed by name."""
    folder = ROOM / "logs"
    if not folder.exists():
        raise Trouble("No logs: SynergyOS was never started here.")
    logs = Logs(folder)
    told = logs.last(lines)
    while True:
        for name, line in told:
            console.print(f"[cyan]{name:>16}[/] | ", end="")
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        time.sleep(BLINK * 6)
        told = logs.more()
