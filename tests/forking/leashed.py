"""Programs of a whole stack, forked where that is possible, and otherwise as `make run` starts them."""

import sys
from pathlib import Path
from typing import Final

from forking.starting import start
from synergy_local import leash
from synergy_local.account import private_folder
from synergy_local.processes import Process, on_a_leash
from synergy_local.program import Program, environment

WITH_PROCESSES_OF_ITS_OWN: Final = "synergy_gateway"


def begin(program: Program, room: Path, out: int) -> Process:
    """What `on_a_leash` does; its pid is in `<room>/pids/<name>` too."""
    interpreter, *arguments = program.argv
    ours = arguments[:1] == ["-m"] and arguments[1].startswith("synergy_")
    if interpreter != sys.executable or not ours or arguments[1] == WITH_PROCESSES_OF_ITS_OWN or program.account:
        return on_a_leash(program, room, out)
    forked = start(arguments, env=environment(program), out=out, session=True, cwd="/", umask=0o077)
    told = f"{forked.pid} {leash.start_time(forked.pid)} {int(program.stop_signal)}\n"
    (private_folder(room / "pids") / program.name).write_text(told, "ascii")
    return forked
