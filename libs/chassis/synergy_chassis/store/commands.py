"""What `python -m synergy_<service>` offers on its store: verify, parked, replay; in words or as JSON."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from synergy_chassis.follower import Follower
from synergy_chassis.store import parking
from synergy_chassis.store.engine import translated
from synergy_chassis.store.verify import JOBS, Finding, VerifyReport, verify

if TYPE_CHECKING:
    from synergy_chassis.bus.working.parked import ParkedJobs, ParkedWork

DIFFERS = 8
"""Exit code of a rebuild's check that found differing rows, and of a replay that left events parked."""

SHOWN = 20
"""Entries of a list that are shown in words."""


def run_verify(
    engine: Engine, *, stream: str | None = None, seals: Path | None = None, jobs: int = JOBS, json: bool = False
) -> int:
    """Verify the log, with a progress bar on stderr; exit code 0, or the sum of the classes of damage."""
    with bar("Verifying", hidden=json) as progress:
        report = verify(engine, stream=stream, seals=seals, jobs=jobs, progress=progress)
    say(_json_of_verify(report) if json else _text_of_verify(report))
    return report.exit_code


def run_parked(engine: Engine, work: "Sequence[ParkedWork]" = (), *, json: bool = False) -> int:
    """List the parked events and why they are there, and the parked `work` after them; exit code 0."""
    with translated(), engine.connect() as connection:
        events = parking.everything(connection)
    if json:
        say(msgspec.json.encode([*events, *work]).decode())
        return 0
    for parked in events:
        event = parked.event
        say(
            f"{parked.consumer} ← {parked.source}  position {event.position}  {event.type}  {event.stream} version "
            f"{event.version}  since {parked.parked_at:%Y-%m-%d %H:%M:%S}Z\n    {parked.error}"
        )
    for job in work:
        say(f"{job.work}  {job.id}  {job.attempts} attempts  since {job.parked_at:%Y-%m-%d %H:%M:%S}Z\n    {job.error}")
    count = len(events) + len(work)
    say(f"{count} parked." if count else "Nothing is parked.")
    return 0


def run_replay(
    followers: Sequence[Follower] = (),
    work: "ParkedJobs | None" = None,
    *,
    stream: str | None = None,
    json: bool = False,
) -> int:
    """
    Apply parked events again (of one stream, or all) and put parked work back to its queue; exit code 0, or 8 when some
    are still parked.
    """
    done = sum(follower.replay(stream) for follower in followers)
    left = sum(follower.parked() for follower in followers)
    put_back, given_up = work.replay() if work else (0, 0)
    done, left = done + put_back, left + given_up
    say(json_of({"replayed": done, "parked": left}) if json else f"{done} replayed, {left} still parked.")
    return DIFFERS if left else 0


@contextmanager
def bar(title: str, *, hidden: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, with the time that is left; told (events done, events in all)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TextColumn("events"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=hidden) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def say(text: str) -> None:
    """A line on stdout."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def json_of(value: dict[str, Any]) -> str:
    """A line of JSON."""
    return msgspec.json.encode(value, enc_hook=str).decode()


def _json_of_verify(report: VerifyReport) -> str:
    return json_of(
        {
            "ok": report.ok,
            "events": report.events,
            "streams": report.streams,
            "seals": report.seals,
            "sealed_to": report.sealed_to,
            "seals_in_file": report.in_file,
            "findings": report.count,
            "exit_code": report.exit_code,
            "rows": [asdict(finding) | {"damage": _named(finding)} for finding in report.findings],
        }
    )


def _text_of_verify(report: VerifyReport) -> str:
    lines = [f"{report.events} events of {report.streams} streams checked.", *_text_of_seals(report)]
    if report.ok:
        lines.append("Nothing was changed and nothing is missing.")
    else:
        lines.append(f"{report.count} contradictions:")
        for finding in report.findings[:SHOWN]:
            version = "" if finding.version is None else f" version {finding.version}"
            lines.append(f"  {_named(finding)}: {finding.stream}{version}: {finding.detail}")
        lines += and_more(report.count)
    return "\n".join(lines)


def _text_of_seals(report: VerifyReport) -> list[str]:
    if not report.seals:
        return []
    copied = "without a file of them" if report.in_file is None else f"the file ends with seal {report.in_file}"
    return [f"{report.seals} seals compared, up to position {report.sealed_to}; {copied}."]


def _named(finding: Finding) -> str:
    return (finding.damage.name or "damage").lower().replace("_", " ")


def and_more(count: int) -> list[str]:
    """The end of a list of which SHOWN entries are shown."""
    return [f"  … and {count - SHOWN} more"] if count > SHOWN else []
