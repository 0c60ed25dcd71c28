"""`python -m bench.http [part …]`: everything, or the parts that are named. `--help` tells the rest."""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from bench.environment import environment
from bench.http.ground import LIMITS, Ground, ground
from bench.http.options import Options
from bench.http.parts import PARTS
from bench.http.twin import installed
from bench.page.ratios import better, fallen, ratios
from bench.report import Grid, Section, missed, sentence, show
from bench.telling import FAILED

DEFAULT: Final = Options()
WIDE: Final = 150


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.http", description="What is answered over HTTP, and how fast."
    )
    parser.add_argument("parts", nargs="*", metavar="part", help=f"some of: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="little data, short rounds")
    parser.add_argument("--projects", type=int, help="how many there are (1,000)")
    parser.add_argument("--tasks", type=int, help="how many there are (10,000)")
    parser.add_argument("--requests", type=int, help="to each endpoint of the latency table in a run (1,000)")
    parser.add_argument("--rounds", type=int, help="runs of each contestant, in random order (3)")
    parser.add_argument("--runs", type=int, help="runs of each endpoint of the latency table (5)")
    parser.add_argument("--seconds", type=float, help="of each timed run (5)")
    parser.add_argument("--crowds", type=int, nargs="+", metavar="USERS", help="rows of the load table (10 … 1,000)")
    parser.add_argument("--crowd-seconds", type=float, help="of each run of the load table (30)")
    parser.add_argument("--no-twin", action="store_true", help="without the twin of the original")
    parser.add_argument("--wait", action="store_true", help="when all is ready, wait for Enter before measuring")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write each part's figures there, as JSON")
    parser.add_argument("--against", type=Path, metavar="FILE", help="exit 1 when a ratio fell far below this file's")
    parser.add_argument("--renew", type=Path, metavar="FILE", help="write the ratios there, to be compared with")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--check", action="store_true", help="exit 1 when a number is not held")
    given = parser.parse_args()
    if strangers := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(strangers))}; parts: {', '.join(PARTS)}")
    return given


def options(given: argparse.Namespace) -> Options:
    """The sizes that were asked for."""
    chosen = DEFAULT.quick() if given.quick else DEFAULT
    named = ("projects", "tasks", "requests", "rounds", "runs", "seconds", "crowds", "crowd_seconds")
    told = {name: getattr(given, name) for name in named if getattr(given, name) is not None}
    if "crowds" in told:
        told["crowds"] = tuple(told["crowds"])
    return replace(chosen, **told)


def main() -> int:
    """Measure, print, and answer with the exit code."""
    given = arguments()
    talk = Console(stderr=True)
    twin = not given.no_twin
    if twin and not installed():
        talk.print("The twin of the original is not installed: `make bench` does that. Going on without it.")
        twin = False
    if given.against and not given.against.exists():
        talk.print(f"There is no {given.against} to compare with: `make bench-quick QUICK=renew` writes it.")
        return FAILED
    talk.print("Starting everything")
    with ground(options(given), told=lambda line: talk.print(f"  {line}", highlight=False), twin=twin) as place:
        if given.wait:
            place.ready = lambda: enter(talk)
            place.twin()
            place.uncached  # noqa: B018 - started before anything is measured
            place.ready()
        around = environment(place.admin_url) | {"limits": LIMITS, "options": asdict(place.options)}
        run = Run(place, given, around, talk)
        sections = run.parts()
        fell = run.compared(sections)
    if given.json:
        print(json.dumps({"environment": around, "sections": [section.as_json() for section in sections]}, indent=2))
    failures = missed(sections)
    for hold in failures:
        talk.print(sentence(hold), style="bold red")
    return FAILED if fell or (failures and given.check) else 0


def enter(talk: Console) -> None:
    """Wait for the key."""
    talk.print("[bold]Ready. Enter begins to measure.[/bold]")
    sys.stdin.readline()


@dataclass(frozen=True, slots=True)
class Run:
    """One run of what was asked for."""

    place: Ground
    given: argparse.Namespace
    around: Mapping[str, Any]
    talk: Console

    def parts(self) -> list[Section | Grid]:
        """Measure part by part, show and keep each."""
        screen, sections = Console(width=WIDE), []
        for name in self.given.parts or PARTS:
            self.talk.print(f"[bold]{name}[/bold]")
            found = []
            for section in PARTS[name](self.place):
                found.append(section)
                if not self.given.json:
                    show(section, screen)
            sections += found
            if self.given.keep:
                keep(self.given.keep / f"http-{name}.json", self.around, found)
        return sections

    def compared(self, sections: list[Section | Grid]) -> bool:
        """
        Whether a ratio fell. What fell is measured once more before it is said: the better of two counts, for now and
        then a machine does something else.
        """
        now = ratios(section.as_json() for section in sections)
        if self.given.renew:
            told = json.dumps({"environment": self.around, "ratios": now}, indent=1, ensure_ascii=False)
            self.given.renew.parent.mkdir(parents=True, exist_ok=True)
            self.given.renew.write_text(told + "\n", "utf-8")
        if not self.given.against:
            return False
        was = json.loads(self.given.against.read_text("utf-8"))["ratios"]
        if fallen(now, was):
            self.talk.print("[bold]Something fell; once more.[/bold]")
            now = better(now, ratios(section.as_json() for section in self.parts()))
        for name, ratio in now.items():
            self.talk.print(
                f"{ratio:8.2f}  ({was[name]:.2f})  {name}" if name in was else f"{ratio:8.2f}  (new)  {name}"
            )
        for one in (fell := fallen(now, was)):
            self.talk.print(f"FELL: {one}", style="bold red")
        return bool(fell)


def keep(path: Path, around: Mapping[str, Any], found: list[Section | Grid]) -> None:
    """Write a part's figures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"environment": around, "sections": [section.as_json() for section in found]}
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
