"""One request, followed through every process it reaches."""

import json
import secrets

from collecting import Collector, Span
from system.steps import a_project, receiving, somebody, until

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
    lines = [json.loads(line) for line in stack.log("gateway").splitlines() if trace in line]
    assert [(trace, spans["POST /api/tasks/"].span_id, "/api/tasks/")] == [
        (line["trace_id"], line["span_id"], line["route"]) for line in lines
    ]


def test_a_request_without_a_traceparent_is_recorded_as_the_sampler_says(stack: RunningStack, collector: Collector):
    """The stack of the tests records what a caller asks to have recorded, and nothing else."""
    ann = somebody(stack.url)
    trace = secrets.token_hex(16)
    assert ann.get("/api/projects/", headers={"traceparent": f"00-{trace}-{secrets.token_hex(8)}-00"}).ok

    asked = secrets.token_hex(16)
    assert ann.get("/api/projects/", headers={"traceparent": f"00-{asked}-{secrets.token_hex(8)}-01"}).ok
    until(lambda: collector.of(asked), what="the later trace")
    assert [] == collector.of(trace)
