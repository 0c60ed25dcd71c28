"""Log lines: JSON, with what was bound, without secrets."""

import json
import os
from typing import Any

import forking
import pytest

from synergy_chassis import logs

SPEAKING = """
import logging, structlog
from synergy_chassis import logs
logs.configure({level!r}, service="projects")
log = structlog.get_logger("synergy.part")
structlog.contextvars.bind_contextvars(request_id="r-1")
{body}
"""


def logged(body: str, level: str = "info") -> list[dict[str, Any]]:
    program = SPEAKING.format(level=level, body=body)
    ended = forking.run(["-c", program], env=os.environ, check=True)
    assert ended.stdout == ""
    return [json.loads(line) for line in ended.stderr.splitlines()]


def test_a_line_is_one_json_object_with_what_was_bound() -> None:
    (line,) = logged("log.info('task-created', task=7)")

    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "task-created",
        "task": 7,
        "level": "info",
        "logger": "synergy.part",
        "service": "projects",
        "request_id": "r-1",
    }


def test_a_plain_line_looks_like_the_others() -> None:
    plain, other = logged(
        "logs.Plain('synergy.part', 'request')({'status': 200, 'request_id': 'r-1'})\nlog.info('request', status=200)"
    )

    assert plain.pop("timestamp")[:10] == other.pop("timestamp")[:10]
    assert plain == other


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("logs.Plain('synergy.part', 'request')({'status': 200})", id="above_its_level"),
        pytest.param("sys.stderr = open('/dev/full', 'w')\nlogs.Plain('x', 'request')({'status': 200})", id="no_room"),
    ],
)
def test_a_plain_line_that_is_not_wanted_or_has_no_room_is_left_out(body: str) -> None:
    level = "info" if "full" in body else "warning"

    assert logged(f"import sys\n{body}\nsys.stderr = sys.__stderr__", level=level) == []


def test_an_exception_is_part_of_its_line() -> None:
    (line,) = logged("try: 1/0\nexcept ZeroDivisionError: log.exception('broken')")

    assert "ZeroDivisionError" in line["exception"]


def test_other_libraries_speak_json_too() -> None:
    (line,) = logged("logging.getLogger('other').warning('said %s', 'so')")

    assert (line["event"], line["level"], line["service"]) == ("said so", "warning", "projects")


def test_the_level_is_kept() -> None:
    assert [line["event"] for line in logged("log.info('a'); log.warning('b')", level="WARNING")] == ["b"]


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="LOG_LEVEL"):
        logs.configure("loud")


def test_what_cannot_be_json_is_shown_as_text() -> None:
    (line,) = logged("log.info('odd', thing=object(), keys={1: 2})")

    assert line["thing"].startswith("<object")


@pytest.mark.parametrize(
    "name", ["password", "new_password", "Authorization", "refresh_token", "SECRET_KEY", "api_key", "set-cookie"]
)
def test_secrets_are_hidden_at_any_depth(name: str) -> None:
    event = logs.redact(None, "info", {"event": "e", name: "hunter2", "in": [{"deep": {name: "hunter2"}}]})

    assert "hunter2" not in str(event)
    assert event["event"] == "e"
