"""The event store: append, read behind the barrier, and the read models beside it."""

from synergy_chassis.store import green

green.prepare()  # before psycopg is imported below

from synergy_chassis.store.append import Target  # noqa: E402
from synergy_chassis.store.appender import Appended, Appender  # noqa: E402
from synergy_chassis.store.bulk import BulkAppended, BulkAppender  # noqa: E402
from synergy_chassis.store.codec import EventCodec  # noqa: E402
from synergy_chassis.store.constant import Constant, Question, Rows  # noqa: E402
from synergy_chassis.store.ddl import store_ddl  # noqa: E402
from synergy_chassis.store.engine import engine  # noqa: E402
from synergy_chassis.store.errors import (  # noqa: E402
    CommandDiffers,
    RowConflict,
    StoreError,
    StoreUnavailable,
    StreamExists,
    StreamNotFound,
    UnknownEvent,
    Unstorable,
    VersionConflict,
)
from synergy_chassis.store.events import CommandContext, NewEvent, RecordedEvent  # noqa: E402
from synergy_chassis.store.log import EventLog  # noqa: E402
from synergy_chassis.store.only import Only  # noqa: E402
from synergy_chassis.store.streams import Streams  # noqa: E402
from synergy_chassis.store.subscription import Subscription  # noqa: E402
from synergy_chassis.store.together import together  # noqa: E402
from synergy_chassis.store.unit_of_work import Stream, UnitOfWork  # noqa: E402
from synergy_chassis.store.writer import Writer  # noqa: E402

__all__ = [
    "Appended",
    "Appender",
    "BulkAppended",
    "BulkAppender",
    "CommandContext",
    "CommandDiffers",
    "Constant",
    "EventCodec",
    "EventLog",
    "NewEvent",
    "Only",
    "Question",
    "RecordedEvent",
    "RowConflict",
    "Rows",
    "StoreError",
    "StoreUnavailable",
    "Stream",
    "StreamExists",
    "StreamNotFound",
    "Streams",
    "Subscription",
    "Target",
    "UnitOfWork",
    "UnknownEvent",
    "Unstorable",
    "VersionConflict",
    "Writer",
    "engine",
    "store_ddl",
    "together",
]
