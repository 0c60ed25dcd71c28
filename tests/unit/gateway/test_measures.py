"""What the gateway counts: by templates and known names, whatever it is sent."""

from unit.gateway.given import PROJECT

from synergy_chassis.metrics import REGISTRY
from synergy_gateway.measures import METHODS, NO_ROUTE
from synergy_gateway.routes import OPERATIONS


def count(route: str, method: str, status: int) -> float:
    labels = {"route": route, "method": method, "status": str(status)}
    return REGISTRY.get_sample_value("http_requests_total", labels) or 0


def test_a_request_is_counted_by_the_template_of_its_address(ann, neighbours):
    neighbours.answers["projects.read_project"] = PROJECT
    route = "/api/projects/{project_id}/"
    before = count(route, "GET", 200), count(route, "GET", 404), count(route, "HEAD", 200)

    ann.get("/api/projects/3/")
    ann.get("/api/projects/4")
    ann.get("/api/projects/x/")
    ann.head("/api/projects/3/")

    assert (count(route, "GET", 200), count(route, "GET", 404), count(route, "HEAD", 200)) == (
        before[0] + 2, before[1] + 1, before[2] + 1,
    )  # fmt: skip
    assert REGISTRY.get_sample_value("http_seconds_count", {"route": route, "method": "GET"}) >= 3
    assert REGISTRY.get_sample_value("http_in_progress") == 0


def test_nobody_can_make_names(door):
    client = door(allowed_hosts=("gateway.local",), cors_origins=("https://a.example",))
    for number in range(20):
        client.request(f"METHOD{number}", f"/nowhere/{number}")
        client.get(f"/problems/{number}", headers={"Host": f"{number}.example"})
        client.get(f"/problems/slug-{number}", headers={"Origin": f"https://{number}.example"})
        client.delete(f"/api/docs/?{number}")

    samples = [s for family in REGISTRY.collect() for s in family.samples if family.name.startswith("http_")]
    assert {s.labels["route"] for s in samples if "route" in s.labels} <= {o.path for o in OPERATIONS} | {NO_ROUTE}
    assert {s.labels["method"] for s in samples if "method" in s.labels} <= METHODS | {"other"}
    assert count(NO_ROUTE, "other", 405) + count(NO_ROUTE, "other", 404) + count(NO_ROUTE, "other", 400) >= 20


def test_metrics_are_not_at_the_public_door(anyone):
    assert anyone.get("/metrics").status_code == 404
