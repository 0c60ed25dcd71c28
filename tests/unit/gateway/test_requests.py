"""Requests through the door: addresses, ids, headers, lists, what is handed on."""

from uuid import UUID

import pytest
from unit.gateway.given import PERSON, PROJECT, TASK

from synergy_chassis.bus.errors import RpcUnavailable
from synergy_contracts.refusals import Refused
from synergy_gateway import methods
from synergy_gateway.methods import Method
from synergy_gateway.routes import OPERATIONS

WEBHOOK = "7b0d5c1e-0000-7000-8000-000000000000"
UP = {"status": "up"}
ANYTHING = {
    "count": 0, "results": [], "events": [], "next": None, "version": 1, "text": "",
    "profile": {}, "sessions": [], "tokens": [], "security_events": [],
}  # fmt: skip
"""What does as an answer to nearly any question."""
HEALTHY = {
    f"{name}.health": {"service": name, "version": "1", "parts": {"database": UP, "relay": UP, "senders": UP}}
    for name in ("auth", "projects", "webhooks")
}
STREAMED = {"export_project", "stream_events"}


def test_the_slash_at_the_end_does_not_matter(ann, neighbours):
    neighbours.answers["projects.read_project"] = PROJECT

    assert ann.get("/api/projects/3/").json() == ann.get("/api/projects/3").json()


def test_a_service_s_bytes_are_passed_through_untouched(ann, neighbours):
    odd = b'{ "id":3,"budget":"12.50",  "version":4, "big":12345678901234567890.123 }'
    neighbours.answers["projects.read_project"] = odd

    assert odd == ann.get("/api/projects/3/").content


@pytest.mark.parametrize("given", ["abc-123", "a/b=c+d", "x" * 128])
def test_a_request_id_is_taken_returned_and_handed_on(ann, neighbours, given):
    neighbours.answers["projects.read_project"] = PROJECT

    assert given == ann.get("/api/projects/3/", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert given == neighbours.headers("projects.read_project")["synergy-request-id"]


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, 'a"b', "a{b}", "é"])
def test_a_request_id_that_cannot_be_logged_is_replaced(ann, given):
    returned = ann.get("/livez", headers=[(b"X-Request-Id", given.encode())]).headers["X-Request-Id"]

    assert UUID(returned).version == 7


def test_trace_context_and_client_are_handed_on(ann, neighbours):
    neighbours.answers["projects.read_project"] = PROJECT
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    ann.get("/api/projects/3/", headers={"traceparent": trace, "User-Agent": "x" * 900})

    headers = neighbours.headers("projects.read_project")
    assert headers["traceparent"] == trace
    assert headers["synergy-user-agent"] == "x" * 500
    assert UUID(headers["synergy-command-id"]).version == 7
    for given, told in {"a=1,b=2": "a=1,b=2", "x" * 513: None, "": None, "\u00e9": None}.items():
        ann.get("/api/projects/3/", headers=[(b"traceparent", trace.encode()), (b"tracestate", given.encode())])
        assert told == neighbours.headers("projects.read_project").get("tracestate")
    ann.get("/api/projects/3/", headers={"tracestate": "a=1", "traceparent": "00-" + "0" * 32 + "-00f067aa0ba902b7-01"})
    assert not {"traceparent", "tracestate"} & set(neighbours.headers("projects.read_project"))


def test_every_answer_has_the_security_headers(ann, anyone):
    for answer in (ann.get("/livez"), ann.get("/nothing"), ann.options("/livez"), ann.get("/api/docs/")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Strict-Transport-Security"]
        assert answer.headers["Server"] == "SynergyOS"


def test_without_tls_nothing_is_said_about_it(door):
    assert "Strict-Transport-Security" not in door(public_url="http://localhost:8000").get("/livez").headers


def test_head_is_get_without_a_body(ann, neighbours):
    neighbours.answers["projects.read_project"] = PROJECT

    answer, full = ann.head("/api/projects/3/"), ann.get("/api/projects/3/")

    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["Content-Length"] == full.headers["Content-Length"]
    assert answer.headers["ETag"] == full.headers["ETag"]


def test_an_etag_names_revision_and_content_and_saves_the_body(ann, neighbours):
    neighbours.answers["projects.read_project"] = PROJECT
    first = ann.get("/api/projects/3/")
    etag = first.headers["ETag"]

    assert etag.startswith('"2-')
    for known in (etag, f'"x", W/{etag}', "*"):
        again = ann.get("/api/projects/3/", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert first.headers["Cache-Control"] == "private, no-cache"

    neighbours.answers["projects.read_project"] = PROJECT | {"progress": 5}
    assert ann.get("/api/projects/3/", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.safe and one.name not in STREAMED], ids=lambda one: one.name
)
def test_every_read_but_a_stream_has_an_etag_that_saves_its_body(ann, neighbours, signer, operation):
    ann.headers["Authorization"] = f"Bearer {signer.token(superuser=True, scopes=['read', 'admin'])}"
    told = {method.name: ANYTHING for method in vars(methods).values() if isinstance(method, Method)}
    neighbours.answers = told | neighbours.answers | HEALTHY
    given = {"slug": "not-found"} | {name: WEBHOOK for name, kind in operation.parameters.items() if kind is UUID}
    path = operation.path.format_map({name: given.get(name, 3) for name in operation.parameters})
    path += "?q=launch" if operation.name == "search" else ""

    first = ann.get(path)
    tells_the_time = operation.name == "read_health"
    again = ann.get(path, headers={"If-None-Match": "*" if tells_the_time else first.headers["ETag"]})

    assert (200, 304, b"") == (first.status_code, again.status_code, again.content)
    assert tells_the_time or first.headers["ETag"] == again.headers["ETag"]
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"]
    assert operation.private == (first.headers["Cache-Control"] == "no-store")


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        pytest.param('"2-abc"', [2], id="what_was_seen"),
        pytest.param('"2-abc-zstd"', [2], id="compressed"),
        pytest.param('W/"2-abc", "7-def"', [2, 7], id="one_of_several"),
        pytest.param("*", None, id="whatever_is_there"),
        pytest.param('"abc"', [], id="none_of_ours_never_matches"),
    ],
)
def test_a_change_that_depends_on_what_was_seen_says_so_to_the_service(ann, neighbours, given, asked):
    neighbours.answers |= {"projects.update_project": PROJECT, "projects.delete_task": None}
    neighbours.versions |= {name: {"project-3": 5} for name in ("projects.update_project", "projects.delete_task")}

    changed = ann.patch("/api/projects/3/", json={"name": "x"}, headers={"If-Match": given})
    gone = ann.delete("/api/tasks/9/", headers={"If-Match": given})

    assert [200, 204] == [changed.status_code, gone.status_code]
    assert changed.headers["ETag"].startswith('"2-')
    assert [asked] == [body["if_match"] for body in neighbours.sent("projects.update_project")]
    assert [asked] == [body.get("if_match") for body in neighbours.sent("projects.delete_task")]


def test_what_was_changed_by_others_is_refused_with_what_it_is_now(ann, neighbours):
    no = Refused("precondition_failed", "precondition-failed", "It was changed since.")
    neighbours.answers |= {"projects.update_task": no, "projects.delete_task": no, "projects.read_task": TASK}
    current = ann.get("/api/tasks/9/").headers["ETag"]

    refused = ann.put("/api/tasks/9/", json={"title": "x"}, headers={"If-Match": '"2-abc"'})

    assert (412, "/problems/precondition-failed") == (refused.status_code, refused.json()["type"])
    assert current == refused.headers["ETag"]
    neighbours.answers["projects.read_task"] = Refused("not_found", "task-not-found", "No.")
    unseen = ann.delete("/api/tasks/9/", headers={"If-Match": '"2-abc"'})
    assert (412, None) == (unseen.status_code, unseen.headers.get("ETag"))


def test_so_do_changes_of_webhooks(ann, neighbours):
    no = Refused("precondition_failed", "precondition-failed", "It was changed since.")
    now = {"id": WEBHOOK, "name": "Mirror", "revision": 7}
    neighbours.answers |= {
        "webhooks.update_webhook": now, "webhooks.delete_webhook": no, "webhooks.read_webhook": now,
    }  # fmt: skip
    seen, path = {"If-Match": '"2-abc"'}, f"/api/webhooks/{WEBHOOK}/"
    whole = {"name": "Mirror", "url": "https://example.com/", "events": ["*"]}

    changed = [ann.patch(path, json={"name": "x"}, headers=seen), ann.put(path, json=whole, headers=seen)]
    refused = ann.delete(path, headers=seen)

    assert [200, 200, 412] == [*(answer.status_code for answer in changed), refused.status_code]
    assert {ann.get(path).headers["ETag"]} == {answer.headers["ETag"] for answer in (*changed, refused)}
    asked = neighbours.sent("webhooks.update_webhook") + neighbours.sent("webhooks.delete_webhook")
    assert [[2]] * 3 == [body["if_match"] for body in asked]


def test_a_profile_is_changed_by_who_has_seen_it(ann, neighbours):
    profile = {"id": 7, "bio": "Sails.", "revision": 4}
    neighbours.answers |= {"auth.read_profile": profile, "auth.update_profile": profile | {"revision": 5}}
    read = ann.get("/api/auth/user/")

    changed = ann.patch("/api/auth/user/", json={"bio": "Rows."}, headers={"If-Match": read.headers["ETag"]})
    assert [{"bio": "Rows.", "if_match": [4]}] == neighbours.sent("auth.update_profile")
    assert changed.headers["ETag"].startswith('"5-')
    assert ["no-store"] * 2 == [answer.headers["Cache-Control"] for answer in (read, changed)]

    neighbours.answers["auth.update_profile"] = Refused("precondition_failed", "precondition-failed", "No.")
    refused = ann.patch("/api/auth/user/", json={"bio": "Rows."}, headers={"If-Match": '"3-abc"'})
    assert (412, read.headers["ETag"]) == (refused.status_code, refused.headers["ETag"])


@pytest.mark.parametrize(
    ("path", "name"),
    [("/api/tasks/", "If-Match"), ("/api/projects/", "If-Unmodified-Since"), ("/api/webhooks/", "If-Match")],
)
def test_a_precondition_that_is_not_understood_is_not_ignored(ann, neighbours, path, name):
    answer = ann.post(path, json={"name": "x"}, headers={name: '"4-abc"'})

    assert (501, "/problems/precondition-not-supported") == (answer.status_code, answer.json()["type"])
    assert not [method for method, *_ in neighbours.calls if method.startswith(("projects.", "webhooks."))]


def test_answers_about_accounts_are_kept_by_nobody(ann, neighbours):
    neighbours.answers["auth.login"] = {"user": {}, "access": "a", "refresh": "r"}
    neighbours.answers["auth.read_profile"] = {"id": 7}

    assert ann.get("/api/auth/user/").headers["Cache-Control"] == "no-store"
    login = ann.post("/api/auth/login/", json={"username": "ann", "password": "x"})
    assert login.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("count", "results", "query", "next_page", "previous_page"),
    [
        pytest.param(0, 0, "", None, None, id="empty"),
        pytest.param(2, 2, "page_size=2", None, None, id="just_full"),
        pytest.param(3, 2, "page_size=2", 2, None, id="first_of_two"),
        pytest.param(3, 1, "page_size=2&page=2", None, 1, id="last_of_two"),
        pytest.param(None, 2, "page_size=2&page=3", 4, 2, id="uncounted_and_full"),
        pytest.param(None, 1, "page_size=2&page=3", None, 2, id="uncounted_and_not_full"),
        pytest.param(99_999, 2, "page_size=2&page=5000", None, 4999, id="as_deep_as_pages_go"),
    ],
)
def test_a_list_names_its_neighbours(ann, neighbours, count, results, query, next_page, previous_page):
    neighbours.answers["projects.list_tasks"] = {"count": count, "results": [TASK] * results}

    answer = ann.get(f"/api/tasks/?status=todo&{query}")

    def url(page: int | None) -> str | None:
        return page and f"https://synergy.example/api/tasks/?page={page}&page_size=2&status=todo"

    body = answer.json()
    assert body == {"count": count, "next": url(next_page), "previous": url(previous_page), "results": [TASK] * results}
    assert (f'<{url(next_page)}>; rel="next"' in answer.headers.get("Link", "")) is bool(next_page)
    assert (f'<{url(previous_page)}>; rel="prev"' in answer.headers.get("Link", "")) is bool(previous_page)


def test_a_project_s_tasks_are_asked_for_by_project(ann, neighbours):
    neighbours.answers["projects.list_tasks"] = {"count": 60, "results": [TASK] * 50}

    body = ann.get("/api/projects/3/tasks").json()

    assert neighbours.sent("projects.list_tasks")[0]["project"] == 3
    assert body["next"] == "https://synergy.example/api/projects/3/tasks/?page=2"
    assert ann.get("/api/projects/3/tasks/?project=4").status_code == 400


def test_a_new_thing_has_an_address(ann, neighbours):
    neighbours.answers |= {
        "projects.create_project": PROJECT,
        "projects.create_task": TASK,
        "projects.add_member": {"user": PERSON, "role": "member"},
        "webhooks.create_webhook": {"id": WEBHOOK, "secret": "whsec_x"},
        "auth.register": {"user": {}, "access": "a", "refresh": "r"},
    }
    hook = {"name": "x", "url": "https://example.com/", "events": ["*"]}
    account = {"username": "ann", "email": "a@example.com", "password": "correct horse"}

    made = [
        ann.post("/api/projects/", json={"name": "Apollo"}),
        ann.post("/api/tasks/", json={"title": "Build", "project": 3}),
        ann.post("/api/projects/3/members/", json={"user_id": 7}),
        ann.post("/api/webhooks/", json=hook),
        ann.post("/api/auth/register/", json=account),
    ]

    assert [201] * 5 == [answer.status_code for answer in made]
    assert [answer.headers["Location"] for answer in made] == [
        "/api/projects/3/", "/api/tasks/9/", "/api/projects/3/members/7/", f"/api/webhooks/{WEBHOOK}/",
        "/api/auth/user/",
    ]  # fmt: skip
    assert made[3].headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "body", "status", "pointer"),
    [
        pytest.param("/api/tasks/", {"project": 3}, 201, None, id="project"),
        pytest.param("/api/tasks/", {"project_id": 3}, 201, None, id="project_id"),
        pytest.param("/api/tasks/", {"project": 3, "project_id": 3}, 201, None, id="both_alike"),
        pytest.param("/api/projects/3/tasks/", {}, 201, None, id="by_address"),
        pytest.param("/api/projects/3/tasks/", {"project": 3}, 201, None, id="by_address_and_body"),
        pytest.param("/api/tasks/", {}, 422, "/project", id="neither"),
        pytest.param("/api/tasks/", {"project": 3, "project_id": 4}, 422, "/project", id="both_different"),
        pytest.param("/api/projects/3/tasks/", {"project_id": 4}, 422, "/project_id", id="another_than_the_address"),
    ],
)
def test_a_task_s_project_is_named_once(ann, neighbours, path, body, status, pointer):
    neighbours.answers["projects.create_task"] = TASK

    answer = ann.post(path, json={"title": "Build"} | body)

    assert status == answer.status_code
    if status == 201:
        (sent,) = neighbours.sent("projects.create_task")
        assert (sent["project"], sent["project_id"]) == (3, None)
    else:
        assert [pointer] == [error["pointer"] for error in answer.json()["errors"]]
        assert not neighbours.sent("projects.create_task")


def test_patch_sends_what_was_given_and_put_sends_everything(ann, neighbours):
    neighbours.answers["projects.update_project"] = PROJECT

    ann.patch("/api/projects/3/", json={"budget": "1.50"})
    ann.put("/api/projects/3/", json=PROJECT | {"name": "Gemini"})
    ann.put("/api/projects/3/", json={"name": "Gemini"})

    patched, whole, bare = (sent["changes"] for sent in neighbours.sent("projects.update_project"))
    assert patched == {"budget": "1.50"}
    assert whole == {
        "name": "Gemini", "description": "", "status": "planning", "priority": "medium", "start_date": None,
        "end_date": None, "budget": "12.50",
    }  # fmt: skip
    assert bare == whole | {"budget": None}


def test_a_task_that_was_read_can_be_put_back(ann, neighbours):
    neighbours.answers["projects.update_task"] = TASK

    assert ann.put("/api/tasks/9/", json=TASK).status_code == 200

    (sent,) = neighbours.sent("projects.update_task")
    assert sent["changes"]["assignees"] == [7]
    assert "project" not in sent["changes"]


def test_put_still_refuses_fields_that_are_nowhere(ann):
    answer = ann.put("/api/projects/3/", json=PROJECT | {"colour": "red"})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/colour"]


def test_delete_answers_nothing(ann, neighbours):
    neighbours.answers["projects.delete_project"] = None

    answer = ann.delete("/api/projects/3/")

    assert (answer.status_code, answer.content) == (204, b"")
    assert neighbours.sent("projects.delete_project") == [{"project_id": 3}]


@pytest.mark.parametrize(
    ("query", "cursor", "follows"),
    [
        pytest.param(
            "cursor=start&status=todo&page_size=1", "abc", "cursor=abc&page_size=1&status=todo", id="by_cursor"
        ),
        pytest.param("cursor=abc&page_size=1", None, None, id="the_end"),
        pytest.param("page=10000&page_size=1", "abc", "cursor=abc&page_size=1", id="where_pages_end"),
        pytest.param("page=2&page_size=1", "abc", "page=3&page_size=1", id="by_page"),
    ],
)
def test_a_list_leads_on_by_cursor_where_it_was_begun_so_or_pages_end(ann, neighbours, query, cursor, follows):
    neighbours.answers["projects.list_tasks"] = {"count": None, "results": [TASK], "cursor": cursor}

    answer = ann.get(f"/api/tasks/?{query}")

    leads = None if follows is None else f"https://synergy.example/api/tasks/?{follows}"
    assert leads == answer.json()["next"]
    assert (leads is None) == ("next" not in answer.links)
    assert answer.json()["previous"] is None or "page=2" in query


def test_a_repeat_under_the_same_key_is_the_same_command(ann, neighbours):
    neighbours.answers["projects.create_project"] = PROJECT

    def command(name: str, key: str) -> tuple[str, str]:
        assert ann.post("/api/projects/", json={"name": name}, headers={"Idempotency-Key": key}).status_code == 201
        sent = neighbours.headers("projects.create_project")
        return sent["synergy-command-id"], sent["synergy-fingerprint"]

    (first, asked), again, (other, differently), (another, _) = (
        command(*one) for one in [("A", "k1"), ("A", "k1"), ("B", "k1"), ("A", "k2")]
    )
    assert (first, asked) == again
    assert first == other != another
    assert asked != differently  # so that the service refuses it
    ann.post("/api/projects/", json={"name": "A"})
    assert "synergy-fingerprint" not in neighbours.headers("projects.create_project")
    assert ann.post("/api/projects/", json={"name": "A"}, headers={"Idempotency-Key": "x" * 256}).status_code == 400


def test_a_repeat_may_write_the_address_otherwise(ann, neighbours):
    webhook = "0190a8c0-0000-7000-8000-00000000abcd"
    neighbours.answers["webhooks.delete_webhook"] = None
    neighbours.answers["projects.create_project"] = PROJECT
    key = {"Idempotency-Key": "k1"}

    def created(path: str) -> str:
        assert ann.post(path, json={"name": "A"}, headers=key).status_code == 201
        return neighbours.headers("projects.create_project")["synergy-command-id"]

    def deleted(written: str) -> str:
        assert ann.delete(f"/api/webhooks/{written}/", headers=key).status_code == 204
        return neighbours.headers("webhooks.delete_webhook")["synergy-command-id"]

    assert created("/api/projects/") == created("/api/projects")
    assert deleted(webhook) == deleted(webhook.upper())


@pytest.mark.parametrize(
    ("method", "path", "call", "same", "other"),
    [
        pytest.param(
            "DELETE", "/api/projects/3/", "projects.delete_project", "?purge=false", "?purge=true", id="purge"
        ),
        pytest.param("POST", "/api/auth/logout/", "auth.logout", "?all=false", "?all=true", id="logout"),
        pytest.param(
            "POST", "/api/projects/import/?format=csv&name=A%20B", "projects.begin_import",
            "?name=A+B&format=csv", "?name=C&format=csv", id="import",
        ),
    ],
)  # fmt: skip
def test_a_repeat_has_the_same_query_in_whatever_words(ann, neighbours, method, path, call, same, other):
    neighbours.answers |= {
        "projects.delete_project": None,
        "auth.logout": None,
        "projects.begin_import": {"id": WEBHOOK},
        "projects.submit_import": {},
    }

    def command(address: str) -> tuple[str, str]:
        headers = (
            {"Idempotency-Key": "k1", "Content-Type": "text/csv"} if "import" in path else {"Idempotency-Key": "k1"}
        )
        assert ann.request(method, address, headers=headers).status_code in (202, 204)
        sent = neighbours.headers(call)
        return sent["synergy-command-id"], sent["synergy-fingerprint"]

    bare = path.partition("?")[0]
    (first, asked), again, (other_first, otherwise) = (command(one) for one in (path, bare + same, bare + other))
    assert (first, asked) == again
    assert first == other_first
    assert asked != otherwise  # so that the service refuses it


def test_to_log_out_of_another_session_is_another_request(ann, neighbours, signer):
    neighbours.answers["auth.logout"] = None

    def asked(session: str) -> tuple[str, str]:
        headers = {"Idempotency-Key": "k1", "Authorization": f"Bearer {signer.token(sid=session)}"}
        assert ann.post("/api/auth/logout/", headers=headers).status_code == 204
        sent = neighbours.headers("auth.logout")
        return sent["synergy-command-id"], sent["synergy-fingerprint"]

    first, again, other = asked("one"), asked("one"), asked("two")
    assert first == again
    assert (first[0], True) == (other[0], first[1] != other[1])


def test_a_request_without_a_query_is_known_as_it_was_before_queries_counted(ann, neighbours):
    """Keys are kept for a day, also across an upgrade."""
    neighbours.answers["projects.delete_project"] = None

    ann.delete("/api/projects/3/", headers={"Idempotency-Key": "k1"})

    known = "42a3caa6268d966eb131c048207b07528ffd9d6e55d91cdc83715b4214298f9f"
    assert known == neighbours.headers("projects.delete_project")["synergy-fingerprint"]


def test_nobody_s_word_is_taken_for_the_client_s_address(ann, neighbours):
    neighbours.answers["projects.read_project"] = PROJECT

    ann.get("/api/projects/3/", headers={"X-Forwarded-For": "1.2.3.4", "X-Real-IP": "1.2.3.4"})

    assert neighbours.headers("projects.read_project")["synergy-client-address"] == "testclient"


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        pytest.param(b'{"name": "' + b"x" * 1_000_000 + b'"}', {}, 413, id="too_large"),
        pytest.param(b'{"name": "x"}', {"Content-Encoding": "gzip"}, 415, id="compressed"),
    ],
)
def test_a_body_that_is_too_much_is_refused(ann, neighbours, content, headers, status):
    answer = ann.post("/api/projects/", content=content, headers={"Content-Type": "application/json"} | headers)

    assert status == answer.status_code
    assert not neighbours.sent("projects.create_project")


def test_parameters_are_refused_where_there_are_none(ann):
    for method, path in (
        ("GET", "/api/projects/3/?expand=1"),
        ("DELETE", "/api/tasks/3/?purge=true"),
        ("GET", "/livez?x=1"),
    ):
        assert ann.request(method, path).status_code == 400


def test_a_stranger_learns_nothing_about_values(anyone):
    assert anyone.post("/api/projects/", json={"nonsense": 1}).status_code == 401
    assert anyone.get("/api/projects/?nonsense=1").status_code == 401


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.signed_in], ids=lambda o: o.name)
def test_only_who_is_signed_in_gets_past_the_door(anyone, neighbours, operation):
    path = operation.path.format_map(
        {name: WEBHOOK if kind is UUID else 7 for name, kind in operation.parameters.items()}
    )

    assert anyone.request(operation.method, path).status_code == 401
    assert not neighbours.calls


def test_a_change_is_given_more_time_than_a_read(ann, neighbours):
    ann.get("/api/projects/3/")
    ann.post("/api/tasks/", json={"project": 3, "title": "Build"})

    given = {name: deadline for name, _, _, deadline in neighbours.calls}
    assert (5, 8) == (given["projects.read_project"], given["projects.create_task"])


def test_nobody_is_told_of_an_invitation_that_auth_would_not_send(ann, neighbours):
    for no, status in ((Refused("too_many", "too-many-invitations", "Wait."), 429), (RpcUnavailable("auth"), 503)):
        neighbours.answers["auth.check_invitation"] = no

        assert status == ann.post("/api/projects/3/invitations/", json={"email": "ben@example.com"}).status_code
        assert not neighbours.sent("projects.invite_member")


@pytest.mark.parametrize("tags", ["", "é".encode("latin-1"), b'"\x7f"', b'"1-' + b"a" * 1_000 + b'"'])
def test_an_if_match_that_can_be_none_of_ours_is_refused_as_such(ann, neighbours, tags):
    answer = ann.patch("/api/projects/3/", json={"name": "x"}, headers={"If-Match": tags})

    assert (400, "/problems/malformed-request") == (answer.status_code, answer.json()["type"])
    assert "If-Match" in answer.json()["detail"]
    assert not neighbours.sent("projects.update_project")
