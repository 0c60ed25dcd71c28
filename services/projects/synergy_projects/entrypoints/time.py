"""Time spent on tasks, and timers."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Nothing, Page
from synergy_contracts.tasks import TaskRef
from synergy_contracts.time_logs import (
    CurrentTimer,
    ListTimeLogs,
    LogTime,
    StopTimer,
    TimeLogRef,
    TimeLogView,
    TimerView,
    UpdateTimeLog,
)
from synergy_projects import handlers, queries
from synergy_projects.domain import commands
from synergy_projects.entrypoints.doors import Doors, sent
from synergy_projects.queries.tasks import project_of_task


class TimeDoors(Doors):
    """Time spent on tasks, and timers."""

    @rpc
    def list_time_logs(self, body: object) -> Any:
        """ListTimeLogs → Page of TimeLogView."""
        wanted = decode(ListTimeLogs, body)
        with self.reading() as connection:
            found = queries.list_time_logs(connection, self.actor(), **structs.asdict(wanted))
            project_id = project_of_task(connection, wanted.task_id)
            self.call.versions.update(queries.of_project(connection, project_id))
            return encode(Page[TimeLogView], found)

    @rpc
    def log_time(self, body: object) -> Any:
        """LogTime → TimeLogView."""
        wanted = decode(LogTime, body)
        return self.handle(TimeLogView, handlers.log_time, commands.LogTime, structs.asdict(wanted))

    @rpc
    def update_time_log(self, body: object) -> Any:
        """UpdateTimeLog → TimeLogView."""
        wanted = decode(UpdateTimeLog, body)
        fields = {"task_id": wanted.task_id, "time_log_id": wanted.time_log_id, "changes": sent(wanted.changes)}
        return self.handle(TimeLogView, handlers.update_time_log, commands.UpdateTimeLog, fields)

    @rpc
    def delete_time_log(self, body: object) -> None:
        """TimeLogRef → nothing."""
        wanted = decode(TimeLogRef, body)
        self.handle(None, handlers.delete_time_log, commands.DeleteTimeLog, structs.asdict(wanted))

    @rpc
    def read_timer(self, body: object) -> Any:
        """Nothing → CurrentTimer of the caller."""
        decode(Nothing, body)
        with self.reading() as connection:
            return encode(CurrentTimer, queries.read_timer(connection, self.actor()))

    @rpc
    def start_timer(self, body: object) -> Any:
        """TaskRef → TimerView."""
        wanted = decode(TaskRef, body)
        return self.handle(TimerView, handlers.start_timer, commands.StartTimer, structs.asdict(wanted))

    @rpc
    def stop_timer(self, body: object) -> Any:
        """StopTimer → TimeLogView."""
        wanted = decode(StopTimer, body)
        return self.handle(TimeLogView, handlers.stop_timer, commands.StopTimer, structs.asdict(wanted))
