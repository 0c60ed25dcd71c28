"""Bodies: three ways to send one, and every fault told at once."""

import msgspec
import pytest
from examples import few
from hypothesis import given
from hypothesis import strategies as st

from synergy_contracts.projects import CreateProject, NewMember
from synergy_contracts.tasks import CreateTask, TaskChanges
from synergy_contracts.webhooks import CreateWebhook
from synergy_gateway.bodies import FORM, JSON, decode
from synergy_gateway.problems import Problem

BOUNDARY = "multipart/form-data; boundary=edge"


def form(*pairs: tuple[str, str], extra: str = "") -> bytes:
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n{text}\r\n' for name, text in pairs
    ]
    return ("".join(parts) + "--edge--\r\n").encode()


def refused(kind: type, content_type: str | None, body: bytes) -> Problem:
    with pytest.raises(Problem) as raised:
        decode(kind, content_type, body)
    return raised.value


def status_of(kind: type, content_type: str, body: bytes) -> int:
    try:
        decode(kind, content_type, body)
    except Problem as problem:
        return problem.status
    return 200


def pointers(problem: Problem) -> set[str | None]:
    return {error.pointer for error in problem.errors}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param(JSON, b'{"title":"Build","project":1,"impact":50.0,"status":"done"}', id="json"),
        pytest.param(
            "application/json; charset=UTF-8",
            b'{"title":"Build","project":1,"impact":50,"status":"done"}',
            id="charset",
        ),
        pytest.param(FORM, b"title=Build&project=1&impact=50.0&status=done", id="form"),
        pytest.param(
            BOUNDARY,
            form(("title", "Build"), ("project", "1"), ("impact", "50.0"), ("status", "done")),
            id="multipart",
        ),
        pytest.param(
            'multipart/form-data; boundary="edge"',
            form(("title", "Build"), ("project", "1"), ("impact", "50"), ("status", "done")),
            id="quoted_boundary",
        ),
    ],
)  # fmt: skip
def test_the_same_task_can_be_sent_in_three_ways(content_type, body):
    assert CreateTask(title="Build", project=1, impact=50.0, status="done") == decode(CreateTask, content_type, body)


def test_a_form_s_text_becomes_what_its_field_takes():
    body = b"title=12&assignees=1&assignees=2&due_date=&estimated_hours=&story_points=3&description="

    changes = decode(TaskChanges, FORM, body)

    assert changes == TaskChanges(
        title="12", assignees=[1, 2], due_date=None, estimated_hours=None, story_points=3, description=""
    )


@pytest.mark.parametrize(
    ("content_type", "body"), [(FORM, b"assignees="), (BOUNDARY, form(("assignees", "")))], ids=["form", "multipart"]
)
def test_an_empty_text_for_a_list_of_numbers_is_the_empty_list(content_type, body):
    assert TaskChanges(assignees=[]) == decode(TaskChanges, content_type, body)


def test_an_empty_text_in_a_list_of_texts_stays_one():
    assert "/events/0" in pointers(refused(CreateWebhook, FORM, b"name=x&url=https://example.com/&events="))


@pytest.mark.parametrize("text", ["1e3", "1.0", "1_0", "٥", " 5 ", "+5", "0x5", "5\n", "", "9" * 5_000])
def test_a_form_s_whole_numbers_are_plain_digits(text):
    pairs = [("title", "x"), ("project", text), ("story_points", text or " ")]

    assert {"/project", "/story_points"} <= pointers(refused(CreateTask, BOUNDARY, form(*pairs))) | (
        {"/project"} if text == "" else set()
    )


def test_plain_digits_are_whole_numbers():
    assert decode(CreateTask, FORM, b"title=x&project=007&impact=12.50") == CreateTask(
        title="x", project=7, impact=12.5
    )


def test_a_form_s_many_faults_are_not_all_told():
    body = "&".join(f"x{n}=1&x{n}=2" for n in range(300)) + "&" + "&".join(f"y{n}=1" for n in range(300))

    assert len(refused(CreateProject, FORM, body.encode()).errors) <= 50


@pytest.mark.parametrize(
    "part",
    [
        b'Content-Disposition: form-data; name="\xff"',
        b"broken",
        b'Content-Disposition: form-data; name="x"\r\nContent-Length: zz',
        b"Content-Disposition: attachment",
        b"A: " + b"x" * 100_000,
    ],
)
def test_a_broken_part_is_told_in_plain_words(part):
    problem = refused(CreateProject, BOUNDARY, b"--edge\r\n" + part + b"\r\n\r\nx\r\n--edge--\r\n")

    assert problem.status == 400
    assert problem.detail.startswith(("The form cannot be read: a part", "The form cannot be read: it has"))
    assert "Error" not in problem.detail


def test_a_file_s_long_name_is_not_repeated_in_full():
    problem = refused(CreateProject, BOUNDARY, form(("n" * 3_000, "x"), extra='; filename="a.txt"'))

    assert problem.status == 415
    assert len(problem.detail) < 200


def test_a_number_beyond_all_is_told_without_a_decoder_s_path():
    problem = refused(CreateProject, JSON, b'{"name":[{"x":%b}]}' % (b"9" * 5_000))

    assert problem.detail == "The JSON cannot be read: Integer value out of range."


def test_a_name_that_is_given_twice_is_named():
    problem = refused(CreateProject, JSON, b'{"name":"a","status":"active","status":"done"}')

    assert problem.detail == "The JSON cannot be read: “status” is given more than once."
    assert len(refused(CreateProject, JSON, b'{"%b":1,"%b":1}' % (b"x" * 3_000, b"x" * 3_000)).detail) < 200


def test_a_form_s_truth_values_and_lists_of_text():
    body = b"name=x&url=https://example.com/&events=task.*&events=project.created&is_active=false"

    webhook = decode(CreateWebhook, FORM, body)

    assert ["task.*", "project.created"] == webhook.events
    assert webhook.is_active is False


def test_all_faults_are_told_at_once_with_pointers():
    body = msgspec.json.encode({"name": 1, "status": "no", "x": 2, "start_date": "soon", "description": "a\x00b"})

    problem = refused(CreateProject, JSON, body)

    assert problem.status == 422
    assert {"/name", "/status", "/x", "/start_date", "/description"} == pointers(problem)


def test_what_a_form_lacks_is_told_as_well():
    assert {"/title", "/project"} == pointers(refused(CreateTask, FORM, b"project=one"))


@pytest.mark.parametrize(
    ("kind", "body", "pointer"),
    [
        pytest.param(CreateProject, b'{"name":"x","budget":12.5}', "/budget", id="a_number_may_have_lost_digits"),
        pytest.param(CreateProject, b'{"name":"x","budget":"twelve"}', "/budget", id="no_decimal"),
        pytest.param(CreateProject, b'{"name":null}', "/name", id="null"),
        pytest.param(CreateProject, b'{"name":"x","a/b~c":1}', "/a~1b~0c", id="escaped_pointer"),
        pytest.param(CreateProject, b'["name"]', "", id="not_an_object"),
        pytest.param(CreateProject, b"null", "", id="nothing"),
        pytest.param(CreateTask, b'{"title":"x","assignees":[1,"2"]}', "/assignees/1", id="inside_a_list"),
        pytest.param(CreateTask, b'{"title":"x","project":true}', "/project", id="true_is_no_number"),
        pytest.param(CreateTask, b'{"title":"x","project":9007199254740993}', "/project", id="beyond_exact_numbers"),
        pytest.param(NewMember, b'{"role":"owner"}', "/role", id="there_is_one_owner"),
        pytest.param(CreateWebhook, b'{"name":"x","url":"https://e.com","events":["Task"]}', "/events/0", id="pattern"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_pointed_at(kind, body, pointer):
    problem = refused(kind, JSON, body)

    assert problem.status == 422
    assert pointer in pointers(problem)


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        pytest.param(JSON, b'{"name": ', 400, id="broken_json"),
        pytest.param(JSON, b"", 400, id="empty_json"),
        pytest.param(JSON, b'{"name": "\xff"}', 400, id="not_utf8"),
        pytest.param(JSON, b'{"name": NaN}', 400, id="nan"),
        pytest.param(JSON, b'{"name": "a", "name": "b"}', 400, id="name_twice"),
        pytest.param(JSON, b'{"name": "a", "n\\u0061me": "a"}', 400, id="name_twice_spelled_otherwise"),
        pytest.param(JSON, b'{"name": [{"a": 1, "a": 1}]}', 400, id="name_twice_within"),
        pytest.param(JSON, b'{"name": {"name": {"name": "a"}}}', 422, id="same_name_in_another_object"),
        pytest.param(JSON, b'{"name": ' + b"9" * 5_000 + b"}", 400, id="number_of_many_digits"),
        pytest.param(JSON, b'{"name":' + b"[" * 31 + b"]" * 31 + b"}", 422, id="as_deep_as_may_be"),
        pytest.param(JSON, b'{"name":' + b"[" * 32 + b"]" * 32 + b"}", 400, id="too_deep"),
        pytest.param(JSON, b"[" * 500_000, 400, id="deep_and_open"),
        pytest.param(JSON, b'{"name":' + b"[" * 400_000 + b"]" * 400_000 + b"}", 400, id="depth_bomb"),
        pytest.param(JSON, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, id="depth_bomb_of_objects"),
        pytest.param("application/json; charset=latin-1", b'{"name":"x"}', 415, id="another_charset"),
        pytest.param("application/xml", b"<name/>", 415, id="xml"),
        pytest.param("text/plain", b'{"name":"x"}', 415, id="text"),
        pytest.param(None, b'{"name":"x"}', 415, id="unsaid"),
        pytest.param("", b'{"name":"x"}', 415, id="empty_type"),
        pytest.param(FORM, b"name=%ff", 400, id="form_not_utf8"),
        pytest.param(FORM, b"&".join(b"a=1" for _ in range(1_001)), 400, id="too_many_fields"),
        pytest.param(FORM, b"name=a&name=b", 422, id="twice"),
        pytest.param(FORM, b"name=a%00b", 422, id="nul_in_a_form"),
        pytest.param("multipart/form-data", form(("name", "x")), 400, id="no_boundary"),
        pytest.param(BOUNDARY, b"--x\r\nbroken", 400, id="another_boundary"),
        pytest.param(BOUNDARY, form(("name", "x"))[:-8], 400, id="cut_off"),
        pytest.param(BOUNDARY, form(("name", "x"), extra='; filename="a.txt"'), 415, id="a_file"),
        pytest.param(BOUNDARY, form(*[("a", "1")] * 1_001), 400, id="too_many_parts"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(content_type, body, status):
    assert status == refused(CreateProject, content_type, body).status


def test_no_body_at_all_is_an_object_without_fields():
    assert {"/name"} == pointers(refused(CreateProject, None, b""))


def test_a_put_may_hold_what_it_cannot_change():
    body = decode(
        CreateProject, JSON, b'{"name":"x","version":"not even read","progress":5}', ignored={"version", "progress"}
    )

    assert body == CreateProject(name="x")


@few(60)
@given(
    body=st.binary(max_size=300), kind=st.sampled_from([JSON, FORM, BOUNDARY, "multipart/form-data", "a;b=", "", "é/x"])
)
def test_whatever_is_sent_is_taken_or_refused(body, kind):
    assert status_of(CreateTask, kind, body) in (200, 400, 415, 422)


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
names = st.sampled_from(["title", "project", "impact", "assignees", "due_date", "status"]) | st.text()


@few(60)
@given(body=st.dictionaries(names, values))
def test_any_json_object_is_taken_or_refused_by_field(body):
    assert status_of(CreateTask, JSON, msgspec.json.encode(body)) in (200, 422)
