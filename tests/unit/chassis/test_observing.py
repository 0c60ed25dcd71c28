"""Traces and error reports: off by default and then without cost, on by the standard variables."""

from typing import Any

import pytest

from synergy_chassis.environment import MissingSetting
from synergy_chassis.observing import check, tracing

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"
COLLECTOR = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    ("env", "on"),
    [
        pytest.param({}, False, id="by_default_they_are_off"),
        pytest.param(COLLECTOR, True, id="a_collector_switches_them_on"),
        pytest.param({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x/v1/traces"}, True, id="one_for_traces_alone_too"),
        pytest.param(COLLECTOR | {"OTEL_SDK_DISABLED": "true"}, False, id="disabled"),
        pytest.param(COLLECTOR | {"OTEL_TRACES_EXPORTER": "none"}, False, id="without_an_exporter"),
        pytest.param({"OTEL_SERVICE_NAME": "gateway"}, False, id="a_name_is_no_collector"),
    ],
)
def test_traces_are_wanted_where_a_collector_is_named(env: dict[str, str], on: bool) -> None:
    from synergy_chassis.observing.otel_settings import wanted

    assert on is wanted(env)


@pytest.mark.parametrize("wrong", [{"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, {"OTEL_TRACES_EXPORTER": "zipkin"}])
def test_a_way_of_sending_that_there_is_not_is_refused_by_name(wrong: dict[str, str]) -> None:
    with pytest.raises(MissingSetting, match=next(iter(wrong))):
        check(COLLECTOR | wrong)


def test_what_nobody_records_is_passed_on_as_it_came() -> None:
    assert not tracing.recording()
    with tracing.span("append", parent=PARENT, rows=3) as span:
        span.note(more=True)
        assert PARENT == span.traceparent
    assert tracing.begin("append").traceparent is None


@pytest.mark.parametrize(
    ("traceparent", "ids"),
    [
        (PARENT, {"trace_id": TRACE, "span_id": SPAN}),
        (None, {}),
        (7, {}),
        (f"ff-{TRACE}-{SPAN}-01", {}),
        (f"00-{'0' * 32}-{SPAN}-01", {}),
        (f"{PARENT}\n", {}),
    ],
)
def test_log_lines_have_the_ids_of_what_is_a_traceparent(traceparent: Any, ids: dict[str, str]) -> None:
    assert ids == tracing.ids(traceparent)
