"""Filling a store with projects, and rebuilding what follows from them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
import sqlalchemy as sa

from bench.store.projects import history
from bench.store.protocol import Run, timed
from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import Appender, CommandContext, engine
from synergy_chassis.store.models import Fact, InlineModel, Row
from synergy_chassis.store.rebuild import rebuild
from synergy_projects.projections import CODEC, ProjectModel

PROGRESS = sa.Table(
    "bench_progress",
    sa.MetaData(),
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("impact_total", sa.BigInteger, nullable=False),
    sa.Column("impact_done", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
)


class _Weight(msgspec.Struct):
    impact: int


_weight = msgspec.json.Decoder(_Weight).decode


class Progress:
    """One row a project: its impact, and how much of it is done."""

    name = "bench-progress"
    category = "project"
    tables: Sequence[sa.Table] = (PROGRESS,)
    keys: Mapping[str, str] = {PROGRESS.name: "stream"}

    def key(self, stream: str) -> str:
        """The stream itself."""
        return stream

    def stream(self, key: str) -> str:
        """The stream itself."""
        return key

    def fold(self, facts: Iterable[Fact]) -> Mapping[str, Sequence[Row]]:
        """Its one row."""
        total = done = 0
        last: tuple[str, int] = ("", 0)
        for fact in facts:
            if fact[2] == "task.created":
                total += _weight(fact[4]).impact
            elif fact[2] == "task.completed":
                done += _weight(fact[4]).impact
            last = fact[:2]
        return {PROGRESS.name: [(last[0], total, done, last[1])]}


MODELS: Mapping[str, Callable[[], InlineModel]] = {"progress": Progress, "project": ProjectModel}


def fill(*, url: str, first: int, projects: int, events: int) -> Run:
    """Append the histories of `projects` projects from number `first`, of `events` events each."""
    appender = Appender(engine(url, pool_size=1, application_name="bench"), SystemClock())

    def work() -> int:
        for number in range(first, first + projects):
            context = CommandContext(command_id=new_id(), actor_id=7, request_id=None)
            told = list(map(CODEC.encode, history(number, events)))
            appender.append(f"project-{number}", told, context, mode="no_stream")
        return projects * events

    return timed(work)


def anew(*, url: str, model: str, jobs: int) -> Run:
    """Rebuild a model with the rows that it finds, in so many processes."""
    database = engine(url, pool_size=4, application_name="bench", patient=True)
    chosen = MODELS[model]()
    return timed(lambda: rebuild(database, chosen, jobs=jobs).events)
