"""
What the store refuses.

StoreError
├── VersionConflict     the stream is not at the version the writer expected
├── StreamNotFound      the stream must exist, and does not
├── StreamExists        the stream must not exist, and does
├── CommandDiffers      a command is repeated with other events than it was begun with
├── CommandReused       the id of a command was given to another one before
├── CommandRunning      the same command was begun before, and is still under way
├── RowConflict         a read-model row broke a constraint; nothing was written
├── Unstorable          a payload cannot be stored exactly (floats, NUL, numbers beyond 64 bits)
├── UnknownEvent        a stored event has a type or schema version this program does not know
└── StoreUnavailable    the database cannot be reached, or a lock was not granted in time (also a ConnectionError)
    └── StatementTooSlow  a statement took longer than it may, or somebody cancelled it
"""


class StoreError(Exception):
    """Anything the store refuses."""


class VersionConflict(StoreError):
    """The stream is not at the version the writer expected."""


class StreamNotFound(StoreError):
    """The stream must exist, and does not."""


class StreamExists(StoreError):
    """The stream must not exist, and does."""


class CommandDiffers(StoreError):
    """A command that appends in portions is repeated with other events, or in another stream, than it was begun."""


class CommandReused(StoreError):
    """The id of a command was given to another one before, of which the outcome is kept."""


class CommandRunning(StoreError):
    """The same command was begun before, and is still under way: what becomes of it can be asked for later."""


class RowConflict(StoreError):
    """A read-model row broke `constraint` (a taken user name, say). Nothing was written, no event either."""

    def __init__(self, constraint: str) -> None:
        super().__init__(f"A row broke the constraint {constraint}.")
        self.constraint = constraint


class Unstorable(StoreError):
    """A payload that would not come back from the database as it was. The text names the place."""


class UnknownEvent(StoreError):
    """A stored event whose type or schema version this program does not know."""


class StoreUnavailable(StoreError, ConnectionError):
    """The database cannot be reached, or did not grant a lock in time. Trying again later may help."""


class StatementTooSlow(StoreUnavailable):
    """A statement took longer than it may, or somebody cancelled it. It may do so each time: try again for a while."""
