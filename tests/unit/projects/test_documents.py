"""Files of every format are read as what they are, and what is wrong in them is told with its line."""

import json
import time
from collections.abc import Iterator
from datetime import date

import pytest
from examples import few
from hypothesis import given
from hypothesis import strategies as st
from unit.projects.files import Wrong, imported, made

from synergy_projects.documents import Unreadable, spreadsheet
from synergy_projects.documents.scanning import elements
from synergy_projects.documents.text import lines
from synergy_projects.domain.importing import Faults, ImportedMember, ImportedProject, Survey

PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    PLAIN, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=3), one, max_size=3), max_leaves=6
)


@few(80)
@given(
    document=st.dictionaries(st.text(max_size=4), st.lists(VALUES, max_size=4) | VALUES, max_size=4) | st.lists(VALUES),
    indent=st.sampled_from([None, 1]), piece=st.integers(1, 9), ascii=st.booleans(),
)  # fmt: skip
def test_json_is_read_in_whatever_pieces_it_comes_and_each_element_on_its_line(document, indent, piece, ascii):
    text = json.dumps(document, indent=indent, ensure_ascii=ascii)
    content = text.encode("utf-8", "surrogatepass")
    try:
        content.decode()
    except UnicodeDecodeError:
        return
    pieces = [content[at : at + piece] for at in range(0, len(content), piece)]

    found = list(elements(pieces))

    values = {key: value if isinstance(value, list) else [value] for key, value in document.items()} if isinstance(
        document, dict
    ) else {"": document}  # fmt: skip
    assert [(key, one) for key, some in values.items() for one in some] == [(key, one) for key, one, _ in found]
    lines = text.split("\n")
    for _, value, line in found:
        assert json.dumps(value, indent=indent, ensure_ascii=ascii).split("\n")[0] in lines[line - 1]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(b"", 1, id="empty"),
        pytest.param(b"[1,\n2,,3]", 2, id="two_commas"),
        pytest.param(b'{"format": "x",\n\n"tasks": [{"title": "cut off', 3, id="cut_off"),
        pytest.param(b'{"tasks": [\n{"a": 1, "a": 2}]}', 2, id="a_name_twice"),
        pytest.param(b'{"tasks": [],\n"tasks": []}', 2, id="a_list_twice"),
        pytest.param(b"[\n" + b"[" * 100_000, 2, id="too_deep"),
        pytest.param(b"[1]\n[2]", 2, id="more_than_one"),
        pytest.param(b"[\nNaN]", 2, id="no_number"),
        pytest.param(b'["ok",\n"\xff"]', 2, id="not_utf8"),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(content, line):
    with pytest.raises(Unreadable) as no:
        list(elements([content[:7], content[7:]]))

    assert line == no.value.line


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        pytest.param(b"name;colour\nA;red\n", [1], id="a_column_that_is_not_there"),
        pytest.param(b"status\ntodo\n", [1], id="no_title"),
        pytest.param(b"title,impact\nA,much\nB,5\nC,101\n", [2, 4], id="no_numbers"),
        pytest.param(b'title,description\n"A","two\nlines"\nB,x,y\n', [4], id="too_many_cells"),
        pytest.param(b"title,depends_on,number\nA,2,1\nB,1,2\n", [2, 3], id="a_circle"),
        pytest.param(b"title,depends_on\nA,7\n", [2], id="what_is_not_there_is_waited_for"),
        pytest.param(b"title,number\nA,3\nB,3\n", [3], id="a_number_twice"),
        pytest.param(b"title,start_date,due_date\nA,2026-01-02,2026-01-01\n", [2], id="ends_before_it_begins"),
        pytest.param(b"title,assignees\n\n  ,\n", [3], id="nothing_to_see"),
        pytest.param(b'title,labels\nA,x\nB,"x,""a\nb"\nC,"a\nb"\n', [3, 5], id="a_label_of_two_lines"),
        pytest.param(b'title,depends_on\nA,"1\n2"\n', [2], id="numbers_in_two_lines"),
    ],
)
def test_each_line_of_a_spreadsheet_that_is_wrong_is_told(content, faults):
    with pytest.raises(Wrong) as no:
        imported(content)

    assert faults == [line for line, _ in no.value.faults]


def test_a_header_of_many_columns_is_refused_soon():
    begun = time.process_time()
    with pytest.raises(Wrong) as no:
        imported(b"title" + b",title" * 30_000 + b"\nA\n", piece=1 << 18)

    assert [1] == [line for line, _ in no.value.faults]
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(b'{"tasks": [1,\n"', b'"]}', id="json"),
        pytest.param(b"title\n", b"\n", id="csv"),
    ],
)
def test_nothing_longer_than_some_megabytes_is_held_in_memory(before, after):
    read = list[int]()

    def chunks() -> Iterator[bytes]:
        yield before
        for _ in range(20):
            read.append(1)
            yield b"x" * 1_000_000
        yield after

    with pytest.raises(Unreadable) as no:
        list(elements(chunks()) if before.startswith(b"{") else lines(chunks()))

    assert (2, True) == (no.value.line, len(read) < 12)


def test_who_is_named_is_learned_up_to_a_limit():
    members = tuple(ImportedMember(line=n, username=f"p{n}", role="member") for n in range(1, 1_003))
    faults = Faults()

    survey = Survey(ImportedProject(line=1, name="X", members=members), faults)

    assert (True, 1_000, [1_001, 1_002]) == (survey.exceeded, len(survey.names), [fault.line for fault in faults.found])


def test_a_spreadsheet_becomes_tasks_with_their_milestones_made_by_name():
    project = made(imported(
        b"\xef\xbb\xbfSummary;State;Tags;Assignee;Milestone;Points;Depends on\r\n"
        b"Design;In progress;ui,x;person2;Launch;3;\r\n'=Sum(A1);done;\"one; \"\"two\"\"\";nobody;Launch;;1\r\n",
        name="Sheet",
    ))  # fmt: skip
    first, second = project.tasks.values()

    assert ("Sheet", ["Launch"]) == (project.name, [one.name for one in project.milestones.values()])
    assert ("Design", "in_progress", ("ui,x",), 3) == (first.title, first.status, first.labels, first.story_points)
    assert ("=Sum(A1)", "done", ("one", 'two'), (first.id,)) == (
        second.title, second.status, tuple(one.strip('"') for one in second.labels), second.depends_on,
    )  # fmt: skip
    assert (first.assignees, second.assignees) == ((), ()), "nobody of them is a member"


@given(st.text(max_size=20))
def test_no_cell_is_a_formula_and_each_is_read_as_it_was(text):
    safe = spreadsheet.safe(text)

    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert text == spreadsheet.plain(safe)


def test_a_trello_board_becomes_a_project():
    def said(text: str, by: str) -> dict[str, object]:
        return {"type": "commentCard", "memberCreator": {"username": by}, "data": {"text": text, "card": {"id": "c1"}}}

    board = {
        "id": "b", "name": "Board", "desc": "About",
        "actions": [
            said("Second", "person2"),
            {"type": "createCard", "data": {}},
            said("First", "stranger"),
        ],
        "cards": [
            {
                "id": "c1", "name": "Build\nit", "desc": "How", "idList": "l2", "due": "2026-03-01T12:00:00.000Z",
                "labels": [{"name": "", "color": "red"}], "idMembers": ["m1"],
            },
            {"id": "c2", "name": "x" * 300, "idList": "l1", "dueComplete": True},
            {"id": "c3", "name": "Gone", "idList": "l1", "closed": True},
            {"id": "c4", "name": "Odd", "idList": "l3"},
        ],
        "lists": [{"id": "l1", "name": "To Do"}, {"id": "l2", "name": "Doing"}, {"id": "l3", "name": "Someday"}],
        "members": [{"id": "m1", "username": "person2"}],
        "checklists": [{"idCard": "c1", "checkItems": [{"name": "Saw", "state": "complete"}, {"name": "Paint"}]}],
    }  # fmt: skip
    events = imported(json.dumps(board).encode())
    project = made(events)
    one, long, odd = project.tasks.values()

    assert ("Board", "About") == (project.name, project.description)
    assert ("Build it", "How", "in_progress", ("red",), date(2026, 3, 1)) == (
        one.title, one.description, one.status, one.labels, one.due_date,
    )  # fmt: skip
    assert [("Saw", True), ("Paint", False)] == [(step.title, step.is_completed) for step in one.subtasks.values()]
    assert [("First", 1), ("Second", 1)] == [(said.content, said.author_id) for said in project.comments.values()]
    assert (200, "done", True) == (len(long.title), long.status, long.description.startswith("xxx"))
    assert ("todo", ("Someday",)) == (odd.status, odd.labels)


@pytest.mark.parametrize("by", ["user", "author"], ids=["of_the_api", "of_the_command_line"])
def test_github_issues_become_a_project(by):
    issues = [
        {
            "number": 7, "title": "Bug", "body": None, "state": "OPEN", by: {"login": "person2"},
            "labels": [{"name": "bug"}], "assignees": [],
            "milestone": {"title": "v1", "due_on": "2026-03-01T00:00:00Z", "state": "closed"},
            "comments": [{by: {"login": "person3"}, "body": "Hi @person2"}],
            "repository_url": "https://api.github.com/repos/a/site",
        },
        {"number": 8, "title": "Pull", "pull_request": {"url": "x"}},
        {"number": 9, "title": "Old", "state": "closed", "comments": 2},
    ]  # fmt: skip
    project = made(imported(json.dumps(issues).encode()))
    (bug, old), (stone,) = project.tasks.values(), project.milestones.values()

    assert ("site", [7, 9], 10) == (project.name, [bug.number, old.number], project.next_number)
    assert ("Bug", "todo", ("bug",), 1, stone.id) == (bug.title, bug.status, bug.labels, bug.created_by, bug.milestone)
    assert ("done", "completed", date(2026, 3, 1)) == (old.status, stone.status, stone.due_date)
    assert [("Hi @person2", 1)] == [(said.content, said.author_id) for said in project.comments.values()]
