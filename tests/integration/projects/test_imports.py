"""Files become projects: whole or not at all, whoever works on them, and however often it is begun."""

import hashlib
import json
import resource
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event
from typing import Any
from uuid import UUID

import pytest
from integration.projects.steps import World
from sqlalchemy import func, select, text, update

from synergy_chassis.clock import new_id
from synergy_chassis.store import BulkAppender, CommandContext
from synergy_chassis.store.errors import CommandReused
from synergy_chassis.store.rebuild import rebuild
from synergy_projects import handlers, queries, tables
from synergy_projects.domain import commands
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import ImportNotFound, ImportsRunning, ProjectNotFound
from synergy_projects.handlers import importing
from synergy_projects.projections import CODEC, ProjectModel
from synergy_projects.queries.people import forget


class Desk:
    """Somebody who imports and exports."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.exports = queries.Exports(CODEC, world.desk.known, largest=500)

    def importer(self, *, portion: int = 7, closing: Event | None = None) -> handlers.Importer:
        bulk = BulkAppender(self.world.engine, self.world.clock, portion=portion)
        return handlers.Importer(self.world.desk, bulk, self.world.clock, closing or Event())

    def sent(
        self, actor: Actor, content: bytes, *, command_id: UUID | None = None, name: str | None = None, piece: int = 300
    ) -> UUID:
        context = CommandContext(command_id=command_id or new_id(), actor_id=actor.user_id, request_id=None)
        begun = handlers.begin_import(
            actor, format=None, name=name, context=context, desk=self.world.desk, now=self.world.clock.now()
        )
        import_id: UUID = begun["id"]
        pieces = [content[at : at + piece] for at in range(0, len(content), piece)]
        for number, part in enumerate(pieces):
            handlers.add_import_part(actor, import_id, number, part, desk=self.world.desk)
        digest = hashlib.sha256(content).hexdigest()
        handlers.submit_import(actor, import_id, parts=len(pieces), digest=digest, desk=self.world.desk)
        return import_id

    def read(self, actor: Actor, import_id: UUID) -> dict[str, Any]:
        found: dict[str, Any] = self.world.ask("read_import", actor, import_id)
        return found

    def exported(self, actor: Actor, project_id: int, format: Any = "json") -> str:
        parts, version, after = [], None, None
        while True:
            with self.world.uow.reading() as connection:
                part = self.exports.part(connection, actor, project_id, format=format, version=version, after=after)
            parts.append(part["text"])
            version, after = part["version"], part["next"]
            if after is None:
                return "".join(parts)


@pytest.fixture
def files(world: World) -> Desk:
    return Desk(world)


def lasting(text: str) -> Any:
    """What an import makes equal: all but times."""
    times = ("created_at", "completed_at")
    return json.loads(text, object_hook=lambda one: {name: one[name] for name in one if name not in times})


def a_project(world: World, ann: Actor, bob: Actor) -> int:
    project = world.project(ann, (bob, "contributor"), description='Ä\n"x"', budget=None)
    stone = world.do("create_milestone", ann, project_id=project, name="Launch")["id"]
    sprint = world.do("create_sprint", ann, project_id=project, name="One")["id"]
    world.do("start_sprint", ann, sprint_id=sprint)
    ids = []
    for number in range(12):
        fields = {"assignees": (bob.user_id,), "labels": ("bug",), "milestone": stone, "sprint": sprint, "impact": 125}
        task = world.task(ann if number % 2 else bob, project, title=f"Task {number}", **fields)
        ids.append(task["id"])
    world.do("update_task", ann, task_id=ids[1], changes={"depends_on": (ids[11], ids[0])})
    world.do("update_task", ann, task_id=ids[3], changes={"status": "done"})
    world.do("rank_task", ann, task_id=ids[5], before=ids[0])
    world.do("delete_task", ann, task_id=ids[4])
    for number in range(3):
        world.do("create_subtask", ann, task_id=ids[2], title=f"Step {number}", is_completed=number == 1)
        content = f"Ready, @{world.people.known[bob.user_id].username}? " + "long " * 200
        world.do("create_comment", bob, task_id=ids[2], content=content)
    world.do("log_time", bob, task_id=ids[2], minutes=30, note="Drew")
    return project


def in_all(world: World) -> dict[str, int]:
    """How much there is of everything that others see."""
    found = [table for name, table in tables.metadata.tables.items() if name not in ("imports", "people")]
    with world.engine.connect() as rows:
        counts = {one.name: rows.execute(select(func.count()).select_from(one)).scalar_one() for one in found}
        return counts | {"events": rows.execute(text("SELECT count(*) FROM store.events")).scalar_one()}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0",
        b"title,\0\nx,y\n",
        b"title,labels\nx,\0\n",
        b'{"format": "\\u0000"}',
        b'[{"title": "\\ud800"}]',
        b"\xff",
    ],
)
def test_whatever_a_file_holds_it_is_read_once_and_told_what_is_wrong(world, ann, files, content):
    before, import_id = in_all(world), files.sent(ann, content)

    assert files.importer().work()

    told = files.read(ann, import_id)
    assert ("failed", True) == (told["status"], bool(told["errors"]))
    assert "no fault of the file" not in told["errors"][0]["detail"]
    assert before == in_all(world)


def test_an_exported_project_is_imported_equal_and_its_rows_are_the_fold_of_its_events(world, ann, bob, files):
    project = a_project(world, ann, bob)
    before = files.exported(ann, project)

    import_id = files.sent(ann, before.encode())
    assert ("queued", None) == (files.read(ann, import_id)["status"], files.read(ann, import_id)["project"])
    assert files.importer().work()

    told = files.read(ann, import_id)
    assert ("done", 11, 11, [], []) == tuple(told[name] for name in ("status", "done", "total", "errors", "warnings"))
    assert lasting(before) == lasting(files.exported(ann, told["project"]))
    assert lasting(before) == lasting(files.exported(bob, told["project"]))
    progress = [world.ask("read_progress", ann, one)["progress"] for one in (project, told["project"])]
    assert progress[0] == progress[1] > 0
    assert rebuild(world.engine, ProjectModel(), stream=f"project-{told['project']}", check=True).ok
    assert not files.importer().work(), "there is nothing more to do"


def test_what_is_wrong_is_told_by_its_line_and_changes_nothing(world, ann, bob, files):
    wrong = (
        '{"format": "synergyos-project", "version": 1, "project": {"name": "X"},\n"tasks": [\n'
        '{"title": "Good", "depends_on": [2]},\n{"title": "Waits", "number": 2, "depends_on": [3]},\n'
        '{"title": "", "number": 3},\n{"assignees": ["somebody"],'
        '"title": "Late", "start_date": "2026-02-01", "due_date": "2026-01-01"}\n]}'
    )
    world.task(ann, world.project(ann))
    before = in_all(world)

    import_id = files.sent(ann, wrong.encode())
    files.importer().work()

    assert "somebody" not in world.people.asked, "nobody is asked for where something is wrong"
    told = files.read(ann, import_id)
    assert ("failed", None) == (told["status"], told["project"])
    assert {5, 6} == {error["line"] for error in told["errors"]}
    assert before == in_all(world)


def test_whoever_is_not_known_here_is_named_and_what_they_did_is_the_importers(world, ann, files):
    document = {
        "format": "synergyos-project", "version": 1, "project": {"name": "X"},
        "members": [{"username": "nobody", "role": "manager"}],
        "tasks": [{"title": "A", "assignees": ["nobody"], "comments": [{"author": "nobody", "content": "Hello"}]}],
    }  # fmt: skip
    import_id = files.sent(ann, json.dumps(document).encode())
    files.importer().work()

    told = files.read(ann, import_id)
    assert ("done", 1) == (told["status"], len(told["warnings"]))
    assert "nobody" in told["warnings"][0]["detail"]
    again = json.loads(files.exported(ann, told["project"]))
    name = world.people.known[ann.user_id].username
    assert [{"username": name, "role": "owner"}] == again["members"]
    assert [name] == [comment["author"] for comment in again["tasks"][0]["comments"]]
    assert "assignees" not in again["tasks"][0]


class Killed(BaseException):
    pass


def test_an_import_that_is_killed_anywhere_is_taken_over_and_is_out_of_sight_until_it_is_whole(
    world, ann, bob, files, monkeypatch
):
    monkeypatch.setattr(importing, "HELD", timedelta(0))
    before = files.exported(ann, a_project(world, ann, bob))
    import_id = files.sent(ann, before.encode())
    append = importing.Portions.rows
    portions = []

    def dying(self: Any, recorded: Any, writer: Any) -> None:
        if len(portions) % 2:
            portions.append(0)
            raise Killed
        portions.append(len(recorded))
        append(self, recorded, writer)

    monkeypatch.setattr(importing.Portions, "rows", dying)
    for attempt in range(40):
        try:
            assert files.importer(portion=5 + attempt % 3).work()
            break
        except Killed:
            told = files.read(ann, import_id)
            assert ("importing", None) == (told["status"], told["project"])
            with world.engine.connect() as rows:
                own = tables.imports.c.id == import_id
                hidden = rows.execute(select(tables.imports.c.project_id).where(own)).scalar_one()
            for actor in (ann, Actor(user_id=ann.user_id, superuser=True)):
                with pytest.raises(ProjectNotFound):
                    world.ask("read_project", actor, hidden)
                with pytest.raises(ProjectNotFound):
                    world.do("restore_project", actor, project_id=hidden)
            assert hidden not in [one["id"] for one in world.ask("list_trash", ann)["results"]]

    assert len(portions) > 10
    told = files.read(ann, import_id)
    assert ("done", 11) == (told["status"], told["done"])
    assert lasting(before) == lasting(files.exported(ann, told["project"]))
    assert 1 == world.events(told["project"]).count("project.imported")


def test_ten_thousand_tasks_are_imported_where_it_can_be_followed_and_in_no_more_memory(world, ann, files, monkeypatch):
    content = "title,description\n" + "".join(
        f"Task {number},{'What there is to do. ' * 5}\n" for number in range(10_000)
    )
    import_id = files.sent(ann, content.encode(), name="tasks.csv", piece=50_000)
    append = importing.Portions.rows
    followed: list[tuple[int, int]] = []

    def watched(self: Any, recorded: Any, writer: Any) -> None:
        append(self, recorded, writer)
        followed.append((files.read(ann, import_id)["done"], resident()))

    monkeypatch.setattr(importing.Portions, "rows", watched)
    assert files.importer(portion=importing.PORTION).work()

    told = files.read(ann, import_id)
    done, memory = zip(*followed, strict=True)
    assert ("done", 10_000, 10_000) == (told["status"], told["done"], told["total"])
    assert len(set(done)) > 40
    assert list(done) == sorted(done)
    fifth = len(memory) // 5
    assert max(memory[fifth:]) - memory[fifth] < 6_000_000, "grows with what was done"
    assert 10_000 == world.ask("list_tasks", ann, project=told["project"])["count"]


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_the_same_import_again_is_the_same_and_another_file_under_its_id_is_refused(world, ann, bob, files):
    board = b"title\nOne\nTwo\n"
    command_id = new_id()
    assert files.sent(ann, board, command_id=command_id, name="List") == command_id
    assert files.sent(ann, board, command_id=command_id, name="List") == command_id
    files.importer().work()
    project = files.read(ann, command_id)["project"]
    files.sent(ann, board, command_id=command_id, name="List")
    assert not files.importer().work()
    assert project == files.read(ann, command_id)["project"]
    for other, name in ((b"title\nThree\n", "List"), (board, "Else")):
        with pytest.raises(CommandReused):
            files.sent(ann, other, command_id=command_id, name=name)
    with pytest.raises(ImportNotFound):
        files.read(bob, command_id)


def test_the_id_of_another_command_is_no_imports_and_never_what_its_project_is_made_by(world, ann, files):
    def asked(command_id: UUID, how: str) -> CommandContext:
        return CommandContext(command_id=command_id, actor_id=ann.user_id, request_id=None, fingerprint=how)

    def created(command_id: UUID) -> Any:
        command = commands.CreateProject(actor=ann, name="Apollo")
        return handlers.create_project(command, context=asked(command_id, "create"), desk=world.desk)

    def begun(command_id: UUID) -> Any:
        context, now = asked(command_id, "import"), world.clock.now()
        return handlers.begin_import(ann, format=None, name=None, context=context, desk=world.desk, now=now)

    created(one := new_id())
    with pytest.raises(CommandReused):
        begun(one)
    begun(other := new_id())
    assert other == begun(other)["id"]
    with pytest.raises(CommandReused):
        created(other)

    world.do("create_project", ann, name="Apollo", command_id=(unmarked := new_id()))
    files.sent(ann, b"title\nOne\n", command_id=unmarked)
    files.importer().work()
    assert "done" == files.read(ann, unmarked)["status"]


def test_a_process_that_ends_is_no_attempt_and_what_somebody_else_holds_is_left_alone(world, ann, files):
    def stored() -> tuple[Any, ...]:
        with world.engine.connect() as rows:
            parts = select(func.count()).select_from(tables.import_parts)
            kept = rows.execute(parts.where(tables.import_parts.c.import_id == import_id)).scalar_one()
            return (*rows.execute(select(tables.imports.c.attempts, tables.imports.c.status).where(own)).one(), kept)

    import_id = files.sent(ann, b"title\nOne\n")
    own, closing = tables.imports.c.id == import_id, Event()
    closing.set()
    assert files.importer(closing=closing).work()
    assert (0, "checking", 1) == stored()

    late = files.importer()
    assert late._taken() is not None
    with world.uow.writing() as rows:
        rows.execute(update(tables.imports).where(own).values(holder=None, held_until=None))
    late._failed(import_id, [importing.Fault(1, "Wrong.")])
    assert (1, "checking", 1) == stored()
    files.importer().work()
    assert (2, "done", 0) == stored()


def test_imports_end_with_the_account_and_with_the_week(world, ann, files):
    for _ in range(5):
        context, now = _context(ann), world.clock.now()
        handlers.begin_import(ann, format=None, name=None, context=context, desk=world.desk, now=now)
    with pytest.raises(ImportsRunning):
        files.sent(ann, b"title\nOne\n")
    world.clock.advance(timedelta(minutes=6))
    handlers.begin_import(ann, format=None, name=None, context=_context(ann), desk=world.desk, now=world.clock.now())
    with world.engine.connect() as rows:
        theirs = tables.imports.c.user_id == ann.user_id
        assert 1 == rows.execute(select(func.count()).select_from(tables.imports).where(theirs)).scalar_one()
    with world.uow.writing() as rows:
        assert 1 <= handlers.forget_imports(rows, world.clock.now() + timedelta(hours=2))
    import_id = files.sent(ann, b"title\nOne\n")
    with pytest.raises(ImportsRunning):
        world.do("prepare_leaving", ann)
    files.importer().work()
    with world.uow.writing() as rows:
        handlers.forget_imports(rows, world.clock.now() + timedelta(days=6))
    assert "done" == files.read(ann, import_id)["status"]
    with world.uow.writing() as rows:
        handlers.forget_imports(rows, world.clock.now() + timedelta(days=8))
    with pytest.raises(ImportNotFound):
        files.read(ann, import_id)


def test_nobody_begins_more_imports_than_there_may_be_by_doing_so_at_once(world, ann):
    ready = Barrier(8)

    def begin(_: int) -> bool:
        ready.wait()
        try:
            context, now = _context(ann), world.clock.now()
            return bool(handlers.begin_import(ann, format=None, name=None, context=context, desk=world.desk, now=now))
        except ImportsRunning:
            return False

    with ThreadPoolExecutor(8) as several:
        assert 5 == sum(several.map(begin, range(8)))


def test_an_export_asks_for_names_that_are_not_known_here(world, ann, bob, files):
    project = world.project(ann, (bob, "contributor"))
    before = files.exported(ann, project)
    with world.uow.writing() as rows:
        forget(rows, [bob.user_id])

    assert before == files.exported(ann, project)


def test_an_export_is_of_one_moment_and_what_it_is_written_from_is_let_go_of(world, ann, bob):
    project, now = a_project(world, ann, bob), [0.0]
    exports = queries.Exports(CODEC, world.desk.known, largest=500, monotonic=lambda: now[0])

    def part(**asked: Any) -> dict[str, Any]:
        with world.uow.reading() as connection:
            told: dict[str, Any] = exports.part(connection, ann, project, **asked)
            return told

    first = part()
    world.do("update_project", ann, project_id=project, changes={"name": "Artemis"})
    world.task(ann, project, title="Later")
    whole = [first["text"]]
    while (following := first["next"]) is not None:
        now[0] += 50
        exports.forget()
        first = part(version=first["version"], after=following)
        whole.append(first["text"])
    told = json.loads("".join(whole))
    assert ("Apollo", False) == (told["project"]["name"], "Later" in [task["title"] for task in told["tasks"]])

    begun = part()
    assert 1 == len(exports._held)
    now[0] += 100
    exports.forget()
    assert 0 == len(exports._held)
    assert part(version=begun["version"], after=begun["next"])["text"], "it is made again"


def _context(actor: Actor) -> CommandContext:
    return CommandContext(command_id=new_id(), actor_id=actor.user_id, request_id=None)
