"""`python -m bench.every`: the benchmarks beside bench.http, one after the other, each kept as JSON for the page."""

import subprocess
import sys
from importlib.util import find_spec
from typing import Final

from bench.environment import ROOT

PROGRAMS: Final = ("store", "webhooks", "streams", "auth")
FOLDER: Final = ROOT / "docs" / "benchmarks"


def main() -> int:
    """Run those that are there; 1 when one fails."""
    failed = 0
    for name in PROGRAMS:
        if find_spec(f"bench.{name}") is None:
            continue
        print(f"bench.{name}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", f"bench.{name}", "--json"]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            failed = 1
        else:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / f"{name}.json").write_text(done.stdout, "utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(main())
