"""One request, followed through every process it reaches."""

import json
import secrets
from typing import Any

from collecting import Collector, Span
from system.steps import a_project, assert_problem, receiving, somebody, until

from synergy_local.testing import RunningStack

WHOLE = {
    "POST /api/tasks/": ("gateway", None),
    "projects.create_task @ gateway": ("gateway", "POST /api/tasks/"),
    "projects.create_task": ("projects", "projects.create_task @ gateway"),
    "append": ("projects", "projects.create_task"),
    "publish task.created": ("relay-projects", "projects.create_task"),
    "process task.created": ("webhooks", "publish task.created"),
    "deliver task.created": ("sender", "process task.created"),
}
"""Spans by name: in which process, beneath which other one."""
ASKED = {"POST /api/tasks/", "projects.create_task"}


def named(span: Span) -> str:
    """The caller's and the answerer's spans of a call have one name."""
    return f"{span.name} @ gateway" if (span.service, span.name) == ("gateway", "projects.create_task") else span.name


def test_one_trace_goes_from_the_request_to_the_webhook_s_receiver(stack: RunningStack, collector: Collector):
    trace, root = secrets.token_hex(16), secrets.token_hex(8)
    with receiving() as receiver:
        ann = somebody(stack.url)
        project = a_project(ann)["id"]
        body = {"name": "Traced", "url": receiver.url, "events": ["task.created"]}
        assert ann.post("/api/webhooks/", json=body).status_code == 201
        headers = {"traceparent": f"00-{trace}-{root}-01", "X-Request-Id": f"trace-{trace}"}
        made = ann.post("/api/tasks/", json={"project": project, "title": "Traced"}, headers=headers)
        assert made.status_code == 201, made.text
        (sent,) = until(lambda: receiver.of_type("task.created"), what="the delivery")
        until(lambda: WHOLE.keys() <= {named(span) for span in collector.of(trace)}, what="the whole trace")

    spans = {named(span): span for span in collector.of(trace)}
    for name, (service, above) in WHOLE.items():
        assert (service, root if above is None else spans[above].span_id) == (
            spans[name].service,
            spans[name].parent_id,
        )
        assert not spans[name].failed
    assert f"00-{trace}-{spans['deliver task.created'].span_id}-01" == sent.headers["traceparent"]
    request = spans["POST /api/tasks/"].attributes
    assert (201, f"trace-{trace}", ann.id) == (
        request["http.response.status_code"], request["synergyos.request_id"], request["enduser.id"],
    )  # fmt: skip
    assert [(trace, spans["POST /api/tasks/"].span_id, "/api/tasks/")] == [
        (line["trace_id"], line["span_id"], line["route"]) for line in lines(stack, "gateway", trace)
    ]


def lines(stack: RunningStack, process: str, trace: str) -> list[dict[str, Any]]:
    """What a process has logged in this trace."""
    return [json.loads(line) for line in stack.log(process).splitlines() if trace in line]


def test_what_gateway_and_projects_log_of_a_request_tells_one_trace(stack: RunningStack, collector: Collector):
    """A key that was used for another request is what projects has a line for."""
    ann, trace = somebody(stack.url), secrets.token_hex(16)
    task = {"project": a_project(ann)["id"], "title": "One"}
    key = {"Idempotency-Key": "one thing"}
    assert ann.post("/api/tasks/", json=task, headers=key).status_code == 201

    traced = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}
    refused = ann.post("/api/tasks/", json=task | {"title": "Another"}, headers=key | traced)

    assert_problem(refused, 422)
    until(lambda: ASKED <= {named(span) for span in collector.of(trace)}, what="the spans of the call")
    spans = {named(span): span for span in collector.of(trace)}
    asked, answered = until(
        lambda: (logged := lines(stack, "gateway", trace) + lines(stack, "projects", trace))[1:] and logged,
        what="both lines",
    )
    request_id = refused.headers["X-Request-Id"]
    assert [
        ("gateway", trace, spans["POST /api/tasks/"].span_id, request_id),
        ("projects", trace, spans["projects.create_task"].span_id, request_id),
    ] == [(line["service"], line["trace_id"], line["span_id"], line["request_id"]) for line in (asked, answered)]


def test_a_request_without_a_traceparent_is_recorded_as_the_sampler_says(stack: RunningStack, collector: Collector):
    """The stack of the tests records what a caller asks to have recorded, and nothing else."""
    ann = somebody(stack.url)
    trace = secrets.token_hex(16)
    assert ann.get("/api/projects/", headers={"traceparent": f"00-{trace}-{secrets.token_hex(8)}-00"}).ok

    asked = secrets.token_hex(16)
    assert ann.get("/api/projects/", headers={"traceparent": f"00-{asked}-{secrets.token_hex(8)}-01"}).ok
    until(lambda: collector.of(asked), what="the later trace")
    assert [] == collector.of(trace)
