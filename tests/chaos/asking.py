"""One request as a careful client makes it, judged by what a client may expect of a system with a part missing."""

import threading
import time
from collections.abc import Callable
from typing import Any

import requests
from chaos.history import Attempt, History, Verdict, Write
from system.steps import Client

READ_DEADLINE = 6.0
WRITE_DEADLINE = 9.0
"""Seconds within which a GET and any other request are answered: the gateway's own deadlines, and one second more."""
PATIENCE = 15.0
"""Seconds a client waits before it calls an answer missing."""
AGAIN = 0.25
"""Seconds between two tries of what somebody insists on."""
LAST_TRIES = 80
"""Tries that are left when the load ends."""


def insist(once: Callable[[], bool], *, ending: threading.Event) -> bool:
    """Try until it is acknowledged, also when the load ends; tells whether it was."""
    last_tries = LAST_TRIES
    while not once():
        if ending.is_set():
            last_tries -= 1
            if last_tries == 0:
                return False
        threading.Event().wait(AGAIN)
    return True


def ask(
    client: Client,
    history: History,
    method: str,
    path: str,
    *,
    write: Write | None = None,
    done_before: int | None = None,
    **options: Any,
) -> requests.Response | None:
    """
    Send, judge and record one request; the response, or None where there was none. Raises nothing.

    `done_before` is the status that says that an earlier try of the same did it, where there was one.
    """
    sent = time.monotonic()
    try:
        answer = client.request(method, path, timeout=PATIENCE, **options)
    except requests.RequestException as error:
        told = f"{type(error).__name__}: {error}"[:300]
        history.attempted(
            Attempt(
                sent=sent, answered=time.monotonic(), method=method, path=path, status=0, verdict="broken", detail=told
            ),
            write,
        )
        return None
    took = time.monotonic() - sent
    attempt = Attempt(
        sent=sent,
        answered=sent + took,
        method=method,
        path=path,
        status=answer.status_code,
        verdict="acknowledged" if answer.status_code == done_before else judged(method, answer, took),
        detail="" if answer.ok else answer.text[:300],
    )
    history.attempted(attempt, write)
    return answer


def judged(method: str, answer: requests.Response, took: float) -> Verdict:
    """Whether this is an answer a client can live with."""
    honest = (
        answer.status_code == 503
        and answer.headers.get("Retry-After", "").isdecimal()
        and answer.headers.get("Content-Type", "").startswith("application/problem+json")
    )
    if not answer.ok and not honest:
        return "broken"
    if took > (READ_DEADLINE if method == "GET" else WRITE_DEADLINE):
        return "late"
    return "refused" if honest else "acknowledged"
