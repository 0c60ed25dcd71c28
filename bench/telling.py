"""What the benchmarks' programs have in common: options, the order of work, what is shown, the exit code."""

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from rich.console import Console

from bench.report import Grid, Section, missed, sentence, show

FAILED: Final = 1
WIDTH: Final = 110

Place = TypeVar("Place")
Parts = Mapping[str, Callable[[Place], Iterable[Section | Grid]]]


def asked(parser: argparse.ArgumentParser, parts: Sequence[str]) -> argparse.Namespace:
    """What was asked for: which of the parts (`parts`), how it is to be told (`json`), and whether it must hold."""
    parser.add_argument("parts", nargs="*", metavar="part", help=f"some of: {', '.join(parts)} (default: all)")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--check", action="store_true", help="exit 1 when a number is not held")
    given = parser.parse_args()
    if strangers := set(given.parts) - set(parts):
        parser.error(f"there is no part {', '.join(sorted(strangers))}; parts: {', '.join(parts)}")
    return given


def measured(
    given: argparse.Namespace, parts: Parts[Place], place: Place, around: Mapping[str, Any], talk: Console
) -> int:
    """Measure part by part at `place`, show each, then what was `around`; the exit code, FAILED only with --check."""
    screen = Console(width=WIDTH)
    sections: list[Section | Grid] = []
    for name in given.parts or parts:
        talk.print(f"[bold]{name}[/bold]")
        for section in parts[name](place):
            sections.append(section)
            if not given.json:
                show(section, screen)
    if given.json:
        print(json.dumps({"environment": around, "sections": [section.as_json() for section in sections]}, indent=2))
    else:
        for name, value in around.items():
            told = ", ".join(f"{key}={one}" for key, one in value.items()) if isinstance(value, dict) else value
            screen.print(f"{name:>12}  {told}", highlight=False)
    failures = missed(sections)
    for hold in failures:
        talk.print(sentence(hold), style="bold red")
    return FAILED if failures and given.check else 0
