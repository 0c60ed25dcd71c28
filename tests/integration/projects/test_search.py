"""Search on a real database: which words find what, for whom, in which order, in how many statements."""

from importlib import import_module

import pytest

from synergy_projects.domain.errors import ProjectNotFound

TASKS = {
    "login": {"title": "Login fails", "description": "Users cannot log in since Monday"},
    "bill": {"title": "Rechnungen drucken", "description": "Größe und Häuser der Kunden"},
    "report": {"title": "Weekly report", "description": "The running totals, see v2.0 and AB-123; login as admin"},
    "snake": {"title": "Rename user_name", "description": "mail ann@example.com or https://example.com/a"},
}


@pytest.fixture
def project(world, ann, bob):
    return world.project(ann, (bob, "member"), name="Website relaunch", description="All about the moon landing")


@pytest.fixture
def ids(world, ann, project):
    return {world.task(ann, project, **fields)["id"]: name for name, fields in TASKS.items()}


def found(world, actor, ids, q, **fields):
    results = world.ask("search", actor, q=q, **fields)["results"]
    return [ids[one["id"]] if one["type"] == "task" else one["type"] for one in results]


FOUND = {
    "LOGIN": ["login", "report"],  # titles rank above texts
    "logins": ["login", "report"],  # English stems
    "run totals": ["report"],  # stems of texts
    "rechnung": ["bill"],  # German stems
    "GRÖSSE häuser": ["bill"],  # sharp s and double s
    "größe haus": ["bill"],  # umlauts and German plurals
    "Rech": ["bill"],  # the beginning of the last word
    "Rech drucken": [],  # of the last word only
    "cannot mon": ["login"],  # all words must be there
    '"log in"': ["login"],  # in quotes
    "login -admin": ["login"],  # without
    "rechnung or moon": ["bill", "project"],  # or
    "AB-123": ["report"],  # a code
    "v2.0": ["report"],  # a version
    "user_name": ["snake"],  # an identifier
    "ann@example.com": ["snake"],  # an address
    "#3": ["report"],  # a number
    "about the": ["project", "report"],  # stop words alone
    "moon": ["project"],  # projects
    "nowhere": [],  # nothing
}
RUBBISH = [
    "!", "&|", "'", '"', "\\", ":*", "-", "--", "()", "a & !", "<->", "%", "or", "-or", "'; DROP", "🚀",
    "a" * 200, "#", "#0", "#99999999999", "(((", "\u200b", "x:A*", '"a', "a\tb",
]  # fmt: skip


def test_words_find_what_holds_them_and_rubbish_finds_nothing_and_never_fails(world, ann, ids):
    assert FOUND == {q: found(world, ann, ids, q) for q in FOUND}
    for q in RUBBISH:
        page = world.ask("search", ann, q=q)
        assert (q, page["count"]) == (q, len(page["results"]))


def test_comments_are_found_and_shown_with_names_of_today(world, ann, bob, project, ids):
    task = next(iter(ids))
    name = world.people.known[bob.user_id].username
    said = world.do("create_comment", ann, task_id=task, content=f"@{name}, the zeppelin\n is late")
    (hit,) = world.ask("search", bob, q="zeppelins")["results"]

    assert ("comment", said["id"], "Login fails") == (hit["type"], hit["id"], hit["title"])
    assert ({"id": task, "number": 1, "title": "Login fails"}, project) == (hit["task"], hit["project"]["id"])
    assert f"@{name}, the zeppelin is late" == hit["snippet"]
    assert ["zeppelin"] == [hit["snippet"][one["begin"] : one["end"]] for one in hit["matches"]]
    assert [] == found(world, ann, ids, "zeppelin", types=["task", "project"])
    world.do("delete_task", ann, task_id=task)
    assert [] == found(world, ann, ids, "zeppelin")
    assert ["report"] == found(world, ann, ids, "login")


def test_only_what_the_caller_may_see_today_is_found(world, ann, bob, eve, project, ids):
    own = world.task(eve, world.project(eve), title="Login, too")["id"]

    assert ["login", "report"] == found(world, bob, ids, "login")
    assert [own] == [one["id"] for one in world.ask("search", eve, q="login")["results"]]
    assert [] == found(world, ann, ids, "login project 1")
    assert [] == found(world, eve, ids, f'"project {project}"')
    with pytest.raises(ProjectNotFound):
        world.ask("search", eve, q="login", project=project)
    world.do("remove_member", ann, project_id=project, user_id=bob.user_id)
    assert [] == found(world, bob, ids, "login")
    assert ["login", "report"] == found(world, world.somebody(superuser=True), ids, "login", project=project)
    world.do("delete_project", ann, project_id=project)
    assert [] == found(world, ann, ids, "login")


def test_pages_counts_and_statements(world, ann, project, ids, monkeypatch):
    def counted():
        with world.statements() as statements:
            world.ask("search", ann, q="login")
        return len(statements.texts)

    few = counted()
    tasks = [world.task(ann, project, title=f"Login {n}")["id"] for n in range(4)]
    for task in tasks:
        world.do("create_comment", ann, task_id=task, content="login")
    whole = world.ask("search", ann, q="login")
    pages = [world.ask("search", ann, q="login", page=page, page_size=4) for page in (1, 2, 3, 4)]

    assert (10, [10] * 4) == (whole["count"], [page["count"] for page in pages])
    assert whole["results"] == [one for page in pages for one in page["results"]]
    assert few == counted() == 6
    monkeypatch.setattr(import_module("synergy_projects.queries.search"), "MOST_RANKED", 3)
    assert None is world.ask("search", ann, q="login")["count"]
