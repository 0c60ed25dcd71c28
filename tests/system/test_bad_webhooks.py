"""A webhook that cannot be is refused by field, and nothing is written."""

import pytest
from system.cases import refused, texts
from system.refusing import A_WEBHOOK

pytestmark = pytest.mark.timeout(600)

WEBHOOK = "/api/webhooks/{webhook_id}/"
FORBIDDEN = {
    "loopback": "http://127.1.2.3:1/",
    "ftp": "ftp://example.com/",
    "password_in_it": "http://user:pw@example.com/",
    "no_url": "not a url",
    "loopback_of_ipv6": "http://[::1]/",
    "metadata": "http://169.254.169.254/latest/",
    "hexadecimal": "http://0x7f000001:9/",
    "file": "file:///etc/passwd",
    "mapped": "http://[::ffff:127.0.0.2]/",
    "another_port": "http://127.0.0.1:99999/",
    "line_feed": "http://127.0.0.1:9/\r\nX-Evil: 1",
}
WEBHOOKS = [
    case
    for call, whole in (("POST /api/webhooks/", A_WEBHOOK), (f"PATCH {WEBHOOK}", {}), (f"PUT {WEBHOOK}", A_WEBHOOK))
    for case in [
        *texts(call, "name", 200, whole),
        *texts(call, "url", 2_000, whole),
        *(refused(call, whole | {"url": url}, "/url", what) for what, url in FORBIDDEN.items()),
        refused(call, whole | {"name": " "}, "/name", "blank_name"),
        refused(call, whole | {"events": []}, "/events", "no_events"),
        refused(call, whole | {"events": "*"}, "/events", "events_not_a_list"),
        refused(call, whole | {"events": ["*"] * 101}, "/events", "too_many_events"),
        refused(call, whole | {"events": ["*", "task.exploded"]}, "/events/1", "unknown_event"),
        refused(call, whole | {"events": ["*", 7]}, "/events/1", "event_of_a_wrong_type"),
        refused(call, whole | {"events": ["TASK CREATED"]}, "/events/0", "event_of_a_wrong_form"),
        refused(call, whole | {"is_active": "yes"}, "/is_active", "truth_as_text"),
        refused(call, whole | {"ordered": None}, "/ordered", "null_truth"),
        refused(call, whole | {"format": "xml"}, "/format", "unknown_format"),
        refused(call, whole | {"projects": [999_999_999]}, "/projects/0", "unknown_project"),
        refused(call, whole | {"projects": [0]}, "/projects/0", "project_zero"),
        refused(call, whole | {"projects": {"id": 1}}, "/projects", "projects_not_a_list"),
        refused(call, whole | {"colour": "red"}, "/colour", "unknown_field"),
    ]
]
MADE = [
    refused("POST /api/webhooks/", {}, "/url", "missing"),
    refused(f"PUT {WEBHOOK}", {}, "/events", "missing"),
    refused("POST /api/webhooks/", A_WEBHOOK | {"secret": "short"}, "/secret", "short_secret"),
    refused("POST /api/webhooks/", A_WEBHOOK | {"secret": "whsec_not base64!"}, "/secret", "no_base64"),
    refused("POST /api/webhooks/", A_WEBHOOK | {"secret": "x" * 201}, "/secret", "over_long_secret"),
    refused("POST /api/webhooks/", A_WEBHOOK | {"health": "good"}, "/health", "mass_assignment"),
]


def test_a_webhook_that_cannot_be_is_refused_by_field(world):
    world.refuses_all([*WEBHOOKS, *MADE], world.ann)


def test_a_webhook_for_other_people_s_projects_is_refused(world):
    body = A_WEBHOOK | {"projects": [world.ids["project_id"], world.ids["foreign_id"]]}
    calls = ("POST /api/webhooks/", f"PATCH {WEBHOOK}", f"PUT {WEBHOOK}")

    world.refuses_all([refused(call, body, "/projects/1", "another's") for call in calls], world.ann)
