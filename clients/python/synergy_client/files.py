"""Projects as files: an export is written as it comes, an import is sent and waited for."""

import time
from collections.abc import Callable
from typing import BinaryIO, Final, Literal

import requests

from synergy_client import types
from synergy_client.errors import Unreachable
from synergy_client.transport import Transport, filled

SILENCE: Final = 60.0
"""Seconds without a byte after which an export has failed."""
PIECE: Final = 65_536
FINISHED: Final = frozenset({"done", "failed"})
FIRST_LOOK: Final = 0.1
LONGEST_PAUSE: Final = 2.0

Format = Literal["json", "csv", "trello", "github"]
Told = Callable[[types.ImportView], None]


class Files:
    """Exports and imports."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def export_to(
        self,
        project_id: int,
        file: BinaryIO,
        *,
        format: Literal["json", "csv"] = "json",
        told: Callable[[int], None] = lambda written: None,
    ) -> int:
        """
        Write a project into an open file, all of one moment; how many bytes it has. `told` is called with how many are
        written. Raises ApiError, and Unreachable where it broke off: what is in the file then is not whole.
        """
        path, written = filled("/api/projects/{project_id}/export/", project_id=project_id), 0
        try:
            with self._transport.stream(path, query={"format": format}, headers={}, silence=SILENCE) as response:
                for piece in response.iter_content(PIECE):
                    file.write(piece)
                    written += len(piece)
                    told(written)
        except requests.RequestException as error:
            raise Unreachable(f"{self._transport.url} did not answer to the end: {error}") from error
        return written

    def send(self, content: bytes, *, format: Format | None = None, name: str | None = None) -> types.ImportView:
        """
        Send a file to be imported, and do not wait. Without a `format` it is what it looks like; `name` is for the
        project. Raises ApiError, Unreachable.
        """
        query = {"format": format, "name": name}
        answer: types.ImportView = self._transport.send("POST", "/api/projects/import/", query=query, content=content)
        return answer

    def wait(self, import_id: str, *, told: Told = lambda view: None) -> types.ImportView:
        """The import when it is done or has failed; `told` is called with what is known meanwhile. Raises ApiError."""
        pause = FIRST_LOOK
        while True:
            path = filled("/api/imports/{import_id}/", import_id=import_id)
            view: types.ImportView = self._transport.send("GET", path)
            told(view)
            if view["status"] in FINISHED:
                return view
            time.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 1.5)
