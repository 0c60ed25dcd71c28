"""What a client may be told, and until when: each answer that may not be is found."""

from typing import Any

import pytest
from chaos.answers import Outage, check_answers
from chaos.asking import judged
from chaos.history import Attempt, History
from requests import Response

PROBLEM = "application/problem+json"
AWAY = Outage(struck=10.0, mended=20.0)
DOOR_AWAY = Outage(struck=10.0, mended=20.0, door=True)
UNNOTICED = Outage(struck=10.0, mended=20.0, unnoticed=True)


def an_attempt(**fields: Any) -> Attempt:
    given: dict[str, Any] = {
        "sent": 11.0, "answered": 12.0, "method": "POST", "path": "/", "status": 201, "verdict": "acknowledged",
    }  # fmt: skip
    return Attempt(**given | fields)


def an_answer(status: int, **headers: str) -> Response:
    answer = Response()
    answer.status_code = status
    answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return answer


HONEST = an_answer(503, Retry_After="1", Content_Type=PROBLEM)


@pytest.mark.parametrize(
    ("method", "answer", "took", "verdict"),
    [
        pytest.param("POST", an_answer(201), 0.1, "acknowledged", id="done"),
        pytest.param("POST", an_answer(201), 9.1, "late", id="done_too_late"),
        pytest.param("GET", an_answer(200), 6.1, "late", id="read_too_late"),
        pytest.param("PATCH", an_answer(200), 8.9, "acknowledged", id="a_write_may_take_longer_than_a_read"),
        pytest.param("GET", HONEST, 5.1, "refused", id="an_honest_503"),
        pytest.param("GET", HONEST, 6.1, "late", id="an_honest_503_too_late_for_a_read"),
        pytest.param("DELETE", HONEST, 9.1, "late", id="an_honest_503_too_late_for_a_write"),
        pytest.param("GET", an_answer(503, Content_Type=PROBLEM), 0.1, "broken", id="no_retry_after"),
        pytest.param("GET", an_answer(503, Retry_After="1", Content_Type="text/html"), 0.1, "broken", id="no_problem"),
        pytest.param("GET", an_answer(500, Retry_After="1", Content_Type=PROBLEM), 0.1, "broken", id="our_error"),
        pytest.param("GET", an_answer(401), 0.1, "broken", id="a_session_lost"),
    ],
)
def test_an_answer_is_judged(method: str, answer: Response, took: float, verdict: str):
    assert verdict == judged(method, answer, took)


@pytest.mark.parametrize(
    ("attempt", "outage", "says"),
    [
        pytest.param(an_attempt(), AWAY, "", id="acknowledged"),
        pytest.param(an_attempt(status=500, verdict="broken"), AWAY, "got 500", id="an_error"),
        pytest.param(an_attempt(status=0, verdict="broken"), AWAY, "got no answer", id="a_broken_connection"),
        pytest.param(an_attempt(verdict="late", answered=21), AWAY, "after 10.0 s", id="a_late_answer"),
        pytest.param(an_attempt(status=0, verdict="broken"), DOOR_AWAY, "", id="while_the_door_was_down"),
        pytest.param(an_attempt(verdict="late", answered=21), DOOR_AWAY, "", id="late_while_the_door_was_frozen"),
        pytest.param(an_attempt(status=500, verdict="broken"), DOOR_AWAY, "got 500", id="an_error_all_the_same"),
        pytest.param(
            an_attempt(status=500, verdict="broken", sent=41, answered=42), DOOR_AWAY, "got 500",
            id="an_error_when_all_is_mended",
        ),
        pytest.param(
            an_attempt(status=0, verdict="broken", sent=21, answered=22), DOOR_AWAY, "got no answer",
            id="a_broken_connection_after_the_door_was_back",
        ),
        pytest.param(an_attempt(status=503, verdict="refused"), AWAY, "", id="refused_while_it_is_away"),
        pytest.param(
            an_attempt(status=503, verdict="refused", sent=29, answered=31), AWAY, "", id="refused_while_it_recovers"
        ),
        pytest.param(
            an_attempt(status=503, verdict="refused", sent=31, answered=32), AWAY, "refused 11.0 s after the repair",
            id="refused_long_after_the_repair",
        ),
        pytest.param(
            an_attempt(status=503, verdict="refused", sent=1, answered=2), AWAY, "before anything had happened",
            id="refused_before_the_fault",
        ),
        pytest.param(
            an_attempt(status=503, verdict="refused"), UNNOTICED, "nobody should miss",
            id="refused_for_want_of_what_nobody_needs",
        ),
    ],
)  # fmt: skip
def test_an_answer_that_the_outage_does_not_explain_is_found(attempt: Attempt, outage: Outage, says: str):
    history = History()
    history.attempted(attempt)

    found = list(check_answers(history, outage))

    assert (len(found) == 1 and says in found[0]) if says else found == []


def test_many_breaches_of_a_kind_are_counted():
    history = History()
    for _ in range(8):
        history.attempted(an_attempt(status=500, verdict="broken"))

    *_, last = check_answers(history, AWAY)

    assert "… and 3 more answers of that kind" == last
