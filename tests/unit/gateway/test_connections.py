"""As many connections as a worker takes need as many open files."""

from types import SimpleNamespace
from typing import Any

from synergy_gateway import server
from synergy_gateway.following.feed import MOST
from synergy_gateway.server import CONNECTIONS


def test_a_worker_s_connections_may_be_open_whatever_it_is_started_with(monkeypatch):
    told: list[int] = []
    settings: Any = SimpleNamespace(host="127.0.0.1", port=0, workers=1)
    monkeypatch.setenv(server.PARENT, "")
    monkeypatch.setattr(server, "allow_open_files", told.append)
    monkeypatch.setattr(server.Server, "serve", lambda _: None)

    server.serve(settings)

    assert [True] == [wanted > CONNECTIONS for wanted in told]


def test_streams_leave_room_for_other_requests():
    assert MOST <= CONNECTIONS // 2
