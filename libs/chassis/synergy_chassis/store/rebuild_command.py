"""What `python -m synergy_<service> rebuild` does and says, in words or as JSON."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Final

from sqlalchemy import Engine

from synergy_chassis.generations import FollowingModel, rebuild_following
from synergy_chassis.store.commands import DIFFERS, SHOWN, and_more, bar, json_of, say
from synergy_chassis.store.rebuild import JOBS, InlineModel, Progress, RebuildReport, rebuild

PARKED: Final = 16
"""Exit code of a rebuild that left streams parked."""
_TELL_EVERY: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options of the command line."""

    check: bool = False
    model: str | None = None
    stream: str | None = None
    jobs: int = JOBS
    anew: bool = False
    json: bool = False


Rebuild = Callable[[Progress], RebuildReport]
"""One model's rebuild, which tells how far it is."""
Following = Callable[[], AbstractContextManager[Sequence[FollowingModel]]]


def run_rebuild(service: str, engine: Engine, models: Sequence[InlineModel], following: Following, asked: Asked) -> int:
    """
    Rebuild (or check) these models one after the other, with a progress bar on stderr.

    The exit code is 0, or the sum of 8 when rows differ from what a check wants, and 16 when streams are parked.
    Raises ValueError for a model or a stream that nobody has, and what the owner of a followed store raises.
    """
    reports: list[RebuildReport] = []
    try:
        for name, one in _rebuilds(engine, models, following, asked):
            with _telling(f"{'Checking' if asked.check else 'Rebuilding'} {name}", name, asked) as progress:
                reports.append(one(progress))
            if not asked.json:
                say(_text(reports[-1]))
    finally:
        if asked.json:
            say(json_of(_values(service, reports)))
    if not reports:
        _require_nothing(service, asked)
    differs = asked.check and any(report.count for report in reports)
    return DIFFERS * differs + PARKED * any(report.parked_count for report in reports)


def _require_nothing(service: str, asked: Asked) -> None:
    if asked.stream or asked.model:
        raise ValueError(f"{service} rebuilds no rows of {asked.stream or asked.model}.")
    if not asked.json:
        say(f"{service}: nothing to rebuild: its rows are not made of events.")


def _rebuilds(
    engine: Engine, models: Sequence[InlineModel], following: Following, asked: Asked
) -> Iterator[tuple[str, Rebuild]]:
    own = {model.name for model in models}
    for model in models:
        if asked.model in (None, model.name) and _has(model, asked.stream):
            yield model.name, partial(_inline, engine, model, asked)
    if asked.stream is not None or asked.model in own:
        return
    with following() as others:
        for other in others:
            if asked.model in (None, other.name):
                yield other.name, partial(_beside, engine, other, asked)


def _has(model: InlineModel, stream: str | None) -> bool:
    return stream is None or stream.startswith(f"{model.category}-")


def _inline(engine: Engine, model: InlineModel, asked: Asked, progress: Progress) -> RebuildReport:
    return rebuild(
        engine, model, check=asked.check, stream=asked.stream, jobs=asked.jobs, anew=asked.anew, progress=progress
    )


def _beside(engine: Engine, model: FollowingModel, asked: Asked, progress: Progress) -> RebuildReport:
    return rebuild_following(engine, model, check=asked.check, anew=asked.anew, progress=progress)


@contextmanager
def _telling(title: str, model: str, asked: Asked) -> Iterator[Progress]:
    if asked.json:
        yield Lines(model)
        return
    with bar(title, hidden=False) as progress:
        yield progress


@dataclass(slots=True)
class Lines:
    """Progress as lines of JSON on stderr, one a second; what was done before the first call is not speed."""

    model: str
    began_at: float = field(default_factory=time.monotonic)
    told_at: float = 0.0
    first: int | None = None

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        self.first = done if self.first is None else self.first
        if now - self.told_at < _TELL_EVERY and done < total:
            return
        self.told_at = now
        speed = (done - self.first) / max(now - self.began_at, 0.001)
        eta = round((total - done) / speed, 1) if speed else None
        line = {"model": self.model, "done": done, "total": total, "events_per_second": round(speed), "eta_s": eta}
        sys.stderr.write(json_of(line) + "\n")
        sys.stderr.flush()


def _values(service: str, reports: Sequence[RebuildReport]) -> dict[str, Any]:
    return {
        "service": service,
        "ok": all(report.ok for report in reports),
        "events": sum(report.events for report in reports),
        "differences": sum(report.count for report in reports),
        "parked": sum(report.parked_count for report in reports),
        "models": [_values_of(report) for report in reports],
    }


def _values_of(report: RebuildReport) -> dict[str, Any]:
    return {
        "model": report.model,
        "ok": report.ok,
        "repaired": report.repaired,
        "streams": report.streams,
        "events": report.events,
        "resumed_at": report.resumed_at,
        "begun_anew": report.begun_anew,
        "differences": report.count,
        "rows": [
            {"table": found.table, "key": found.key, "kind": found.kind, "columns": found.columns}
            for found in report.differences
        ],
        "parked": report.parked_count,
        "parked_streams": [asdict(one) for one in report.parked],
    }


def _text(report: RebuildReport) -> str:
    lines = [f"{report.model}: {report.events} events folded."]
    if report.resumed_at is not None:
        lines.append(f"Went on where it was interrupted, after {report.resumed_at} of them.")
    if report.begun_anew is not None:
        lines.append(f"An interrupted rebuild was not gone on with, but begun anew: {report.begun_anew}.")
    if not report.count:
        lines.append("Every row is what its events say." if report.ok else "Every other row is what its events say.")
    else:
        lines.append(f"{report.count} rows {'were not' if report.repaired else 'are not'} what their events say:")
        lines += [f"  {line}" for line in map(_line, report.differences[:SHOWN])]
        lines += and_more(report.count)
        lines.append("They are now." if report.repaired else "Nothing was changed: rebuild without --check.")
    if report.parked_count:
        lines.append(f"{report.parked_count} streams cannot be folded and keep the rows they have:")
        lines += [f"  {one.stream} at version {one.version} ({one.type}): {one.error}" for one in report.parked[:SHOWN]]
        lines += and_more(report.parked_count)
        lines.append("Mend the cause, then rebuild again (those of a project with --stream).")
    return "\n".join(lines)


def _line(found: Any) -> str:
    key = ", ".join(f"{name}={value}" for name, value in found.key.items())
    return f"{found.table} {key}: {found.kind}" + (f" ({', '.join(found.columns)})" if found.columns else "")
