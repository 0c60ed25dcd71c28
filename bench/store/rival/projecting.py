"""Projecting with the library: its runner, and a view in PostgreSQL."""

from typing import Any

import psycopg
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier

from bench.store.protocol import Run, timed
from bench.store.rival.projects import Project, Projects


class Progress(PostgresTrackingRecorder):
    """One row a project, written in the transaction that also tracks the position."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        table = Identifier(self.datastore.schema), Identifier("bench_progress")
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS {}.{} (project uuid PRIMARY KEY, impact_total bigint NOT NULL, "
                "impact_done bigint NOT NULL)"
            ).format(*table)
        )
        self._add = SQL(
            "INSERT INTO {}.{} AS p VALUES (%s, %s, %s) ON CONFLICT (project) DO UPDATE SET "
            "impact_total = p.impact_total + excluded.impact_total, impact_done = p.impact_done + excluded.impact_done"
        ).format(*table)

    def add(self, project: Any, total: int, done: int, tracking: Tracking) -> None:
        """Count an event of a project."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self._add, (project, total, done), prepare=True)


class ProgressProjection(Projection[Progress]):
    """Calls the view for each event."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Count it."""
        impact = getattr(domain_event, "impact", 0)
        total = impact if isinstance(domain_event, Project.TaskCreated) else 0
        self.view.add(domain_event.originator_id, total, impact - total, tracking)


def project(*, environment: dict[str, str]) -> Run:
    """Its runner over everything that is stored, from the beginning."""
    environment = environment | {"CREATE_TABLE": "yes"}
    app = Projects(environment)
    last = app.recorder.max_notification_id() or 0
    with psycopg.connect(
        host=environment["POSTGRES_HOST"], port=environment["POSTGRES_PORT"], dbname=environment["POSTGRES_DBNAME"],
        user=environment["POSTGRES_USER"], password=environment["POSTGRES_PASSWORD"],
    ) as connection:  # fmt: skip
        connection.execute("DROP TABLE IF EXISTS notification_tracking, bench_progress")

    def work() -> int:
        with ProjectionRunner(
            application_class=Projects, projection_class=ProgressProjection, view_class=Progress, env=environment
        ) as runner:
            runner.wait(last, timeout=600)
        return last

    return timed(work)
