"""Projects as files: exports and imports."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import refusing, rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.imports import (
    BeginImport,
    ExportedPart,
    ExportProject,
    ImportPart,
    ImportRef,
    ImportView,
    SubmitImport,
)
from synergy_projects import handlers, queries
from synergy_projects.domain.errors import DomainError
from synergy_projects.entrypoints.doors import Doors


class DocumentDoors(Doors):
    """Projects as files: exports and imports."""

    @rpc
    def export_project(self, body: object) -> Any:
        """ExportProject → ExportedPart."""
        wanted = decode(ExportProject, body)
        with self.reading() as connection:
            found = self.app.exports.part(connection, self.actor(), **structs.asdict(wanted))
            return encode(ExportedPart, found)

    @rpc
    def begin_import(self, body: object) -> Any:
        """BeginImport → ImportView."""
        wanted = decode(BeginImport, body)
        with refusing(DomainError):
            begun = handlers.begin_import(
                self.actor(), **structs.asdict(wanted), context=self.call.command(), desk=self.app.desk,
                now=self.app.clock.now(),
            )  # fmt: skip
        return encode(ImportView, begun)

    @rpc
    def add_import_part(self, body: object) -> None:
        """ImportPart → nothing."""
        wanted = decode(ImportPart, body)
        with refusing(DomainError):
            handlers.add_import_part(self.actor(), wanted.import_id, wanted.number, wanted.data, desk=self.app.desk)

    @rpc
    def submit_import(self, body: object) -> Any:
        """SubmitImport → ImportView."""
        wanted = decode(SubmitImport, body)
        with refusing(DomainError):
            submitted = handlers.submit_import(self.actor(), **structs.asdict(wanted), desk=self.app.desk)
        self.app.importer.waiting.set()
        return encode(ImportView, submitted)

    @rpc
    def read_import(self, body: object) -> Any:
        """ImportRef → ImportView."""
        wanted, actor = decode(ImportRef, body), self.actor()
        with self.reading() as connection:
            found = queries.read_import(connection, actor, wanted.import_id)
            if found["project"] is not None:
                self.call.versions.update(queries.of_import(connection, actor.user_id, found["project"]))
            return encode(ImportView, found)
