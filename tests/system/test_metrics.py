"""After a journey every process has counted its part of it."""

import requests
from prometheus_client.parser import text_string_to_metric_families
from system.steps import a_project, a_task, receiving, somebody, until

from synergy_local.testing import RunningStack


class Counts:
    """The sum of a metric's samples in one process."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack

    def page(self, process: str) -> str:
        port = self._stack.env(process)["METRICS_PORT"]
        answer = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5)
        assert answer.status_code == 200
        return answer.text

    def __call__(self, process: str, metric: str, **labels: str) -> float:
        return total(self.page(process), metric, **labels)


def total(page: str, metric: str, **labels: str) -> float:
    """The sum of a metric's samples that a page shows."""
    families = text_string_to_metric_families(page)
    samples = [sample for family in families for sample in family.samples if sample.name == metric]
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


def test_a_journey_moves_the_counters_of_every_process(stack: RunningStack):
    count = Counts(stack)
    watched = {
        "gateway": ("http_requests_total", {"route": "/api/tasks/", "method": "POST", "status": "201"}),
        "auth": ("rpc_requests_total", {"method": "register", "outcome": "ok"}),
        "projects": ("rpc_requests_total", {"method": "create_task", "outcome": "ok"}),
        "webhooks": ("rpc_requests_total", {"method": "create_webhook", "outcome": "ok"}),
        "relay-auth": ("relay_confirmed_total", {"source": "auth"}),
        "relay-projects": ("relay_confirmed_total", {"source": "projects"}),
        "relay-webhooks": ("relay_confirmed_total", {"source": "webhooks"}),
        "sender": ("deliveries_total", {"outcome": "success"}),
    }
    before = {process: count(process, metric, **labels) for process, (metric, labels) in watched.items()}

    with receiving() as receiver:
        ann = somebody(stack.url)
        project = a_project(ann)["id"]
        body = {"name": "Counted", "url": receiver.url, "events": ["task.created"]}
        answer = ann.post("/api/webhooks/", json=body)
        assert answer.status_code == 201, answer.text
        a_task(ann, project)
        for process, (metric, labels) in watched.items():
            until(lambda: count(process, metric, **labels) > before[process], what=f"{metric} of {process}")  # noqa: B023

    assert count("gateway", "rpc_calls_total", method="projects.create_task", outcome="ok") >= 1
    assert count("sender", "delivery_attempt_seconds_count", answer="2xx") >= 1
    assert count("projects", "db_pool_size", service="projects") >= 1
    assert 'db_pool_in_use{service="projects"}' in count.page("projects")
    assert 0 <= count("projects", "db_pool_in_use") <= count("projects", "db_pool_size")
    for process, queue in (
        ("auth", "rpc-auth"),
        ("projects", "rpc-projects"),
        ("webhooks", "webhooks.follow.projects"),
    ):
        assert f'queue_messages{{queue="{queue}"}}' in count.page(process)
    until(lambda: count("sender", "deliveries_waiting") == 0, what="nothing left to deliver")
    assert "store_barrier_wait_seconds_total" in count.page("projects")
    for consumer, source in (("auth", "webhooks"), ("projects", "auth"), ("webhooks", "projects")):
        until(lambda: count(consumer, "follower_position", consumer=consumer, source=source) > 0)  # noqa: B023
        until(lambda: count(consumer, "follower_lag", consumer=consumer, source=source) == 0)  # noqa: B023
    for process in watched:
        page = count.page(process)
        assert "synergyos_build_info" in page
        for secret in (ann.user["username"], ann.user["email"], "correct horse", ann.headers["Authorization"][-30:]):
            assert secret not in page


def test_every_read_that_may_be_kept_is_counted_and_timed_by_what_became_of_it(stack: RunningStack):
    count = Counts(stack)
    before = {outcome: count("gateway", "cache_reads_total", outcome=outcome) for outcome in ("hit", "miss")}
    ann = somebody(stack.url)
    path = f"/api/projects/{a_project(ann)['id']}/"

    def from_memory() -> bool:
        assert ann.get(path).status_code == 200
        return count("gateway", "cache_reads_total", outcome="hit") > before["hit"]

    until(from_memory, what="a read from memory")
    page = count.page("gateway")
    for outcome, counted in before.items():
        reads = total(page, "cache_reads_total", outcome=outcome)
        assert counted < reads == total(page, "cache_read_seconds_count", outcome=outcome)
        assert reads == total(page, "cache_read_seconds_bucket", outcome=outcome, le="+Inf")
        assert 0 < total(page, "cache_read_seconds_sum", outcome=outcome)
