"""What must hold after every round, asked through HTTP and of the operator's own commands. Breaches are sentences."""

import json
import os
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from typing import Any

import forking
from chaos import stores
from chaos.deeds import check_deeds, check_neighbours
from chaos.history import History, Write
from chaos.load import Load
from standardwebhooks import Webhook as StandardWebhook
from system.steps import Client, Received, until

from synergy_local.testing import RunningStack

COMMAND_SECONDS = 120
"""Seconds an operator's command may take."""
HEARD_WITHIN = 10.0
"""Seconds after the load within which the neighbours have heard of its last change."""
COMMANDS = (
    ("projects", "rebuild", "--check"),
    ("webhooks", "rebuild", "--check"),
    ("auth", "verify"),
    ("projects", "verify"),
    ("webhooks", "verify"),
    ("auth", "parked"),
    ("projects", "parked"),
    ("webhooks", "parked"),
)


def tasks_of(client: Client, project: int) -> list[dict[str, Any]]:
    """Every task of a project, page by page."""
    found: list[dict[str, Any]] = []
    for page in range(1, 1000):
        answer = client.get(f"/api/tasks/?project={project}&page_size=200&page={page}&ordering=number")
        assert answer.status_code == 200, answer.text
        found += answer.json()["results"]
        if answer.json()["next"] is None:
            return found
    raise AssertionError("pages without end")


def check_tasks(load: Load) -> Iterator[str]:
    """No acknowledged write is missing, none happened twice, numbers are 1 … N, progress is what the tasks say."""
    client, history = load.client(), load.history
    by_project: dict[int, list[dict[str, Any]]] = {project: tasks_of(client, project) for project in load.projects}
    titles = Counter((task["project"], task["title"]) for tasks in by_project.values() for task in tasks)
    for title, count in titles.items():
        if count > 1:
            yield f"{title} is there {count} times"
    wanted = {(write.project, write.title): write for write in history.writes if write.creates}
    for title in titles.keys() - wanted.keys():
        yield f"{title} was never asked for"
    for title, write in wanted.items():
        if write.acknowledged and title not in titles:
            yield f"{title} was acknowledged and is missing"
        if write.persistent and not write.acknowledged:
            yield f"{title} was never acknowledged, though it was asked for {len(write.attempts)} times"
    yield from check_states(history, {task["id"]: task for tasks in by_project.values() for task in tasks})
    for project, tasks in by_project.items():
        numbers = [task["number"] for task in tasks]
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"project {project}: the numbers of {len(numbers)} tasks are not 1 to {len(numbers)}"
        told = client.get(f"/api/projects/{project}/progress/").json()["progress"]
        if told != progress_of(tasks):
            yield f"project {project}: progress is {told}, the tasks say {progress_of(tasks)}"


def check_states(history: History, there: dict[int, dict[str, Any]]) -> Iterator[str]:
    """A task has the status of its last acknowledged change, or of a later one that nobody answered for."""
    changes: dict[int, list[Write]] = defaultdict(list)
    for write in history.writes:
        if not write.creates and write.task is not None:
            changes[write.task].append(write)
    for task_id, wanted in changes.items():
        acknowledged = [write.fields["status"] for write in wanted if write.acknowledged]
        unknown = {write.fields["status"] for write in wanted if not write.acknowledged}
        allowed = {*(acknowledged[-1:] or ["todo"]), *unknown}
        if task_id in there and there[task_id]["status"] not in allowed:
            yield f"task {task_id} is {there[task_id]['status']}; the acknowledged changes say {sorted(allowed)}"


def progress_of(tasks: list[dict[str, Any]]) -> int:
    """Progress by impact, counted here once more."""
    impacts = [(Decimal(str(task["impact"])), task["status"] == "done") for task in tasks]
    total = sum(impact for impact, _ in impacts)
    done = sum(impact for impact, finished in impacts if finished)
    if total:
        return int(100 * done // total)
    return 100 * sum(finished for _, finished in impacts) // len(impacts) if impacts else 0


def versions(load: Load) -> dict[int, int]:
    """The version each project has come to."""
    client = load.client()
    found: dict[int, int] = {}
    for project in load.projects:
        answer = client.get(f"/api/projects/{project}/")
        assert answer.status_code == 200, f"project {project} cannot be read: {answer.status_code} {answer.text[:300]}"
        found[project] = answer.json()["version"]
    return found


def arrivals(load: Load) -> dict[int, list[tuple[int, int, Received]]]:
    """What the receiver got for each project, in the order of first arrival: (project version, sequence, request)."""
    seen: set[str] = set()
    found: dict[int, list[tuple[int, int, Received]]] = {project: [] for project in load.projects}
    for body, request in zip(load.heard(), load.receiver.requests, strict=False):
        if request.headers["webhook-id"] in seen:
            continue
        seen.add(request.headers["webhook-id"])
        found[project_of(body)].append((body["project_version"], int(request.headers["webhook-sequence"]), request))
    return found


def project_of(body: dict[str, Any]) -> int:
    """The project an event's body is about."""
    data = body["data"]
    return int(data["id"] if body["type"].startswith("project.") else data["project"])


def check_webhooks(load: Load) -> Iterator[str]:
    """Every event of every project arrived, in order per project; repeats are the same message."""
    upto_by_project = versions(load)
    for project, got in arrivals(load).items():
        upto = upto_by_project[project]
        if missing := set(range(1, upto + 1)) - {version for version, _, _ in got}:
            yield f"project {project}: no webhook for {len(missing)} of {upto} versions, such as {sorted(missing)[:5]}"
        for what, order in (("version", [v for v, _, _ in got]), ("webhook-sequence", [s for _, s, _ in got])):
            if order != sorted(order):
                yield f"project {project}: webhooks came out of order by {what}"
    tasks = {body["data"]["id"] for body in load.heard() if body["type"] == "task.created"}
    for write in load.history.acknowledged:
        if write.creates and write.task not in tasks:
            yield f"{write.title} was acknowledged, and no task.created arrived for it"
    yield from check_repeats(load)


def check_repeats(load: Load) -> Iterator[str]:
    """One webhook-id, one body, one number, one delivery; sequences have no gap; every signature is good."""
    by_id: dict[str, set[tuple[str, str, bytes]]] = defaultdict(set)
    verify = StandardWebhook(load.webhook["secret"])
    for request in list(load.receiver.requests):
        headers = request.headers
        verify.verify(request.body, headers)
        by_id[headers["webhook-id"]].add((headers["webhook-sequence"], headers["X-Webhook-Delivery"], request.body))
    for event, messages in by_id.items():
        if len(messages) > 1:
            yield f"webhook-id {event} stands for {len(messages)} different messages"
    numbers = sorted(int(sequence) for messages in by_id.values() for sequence, _, _ in messages)
    if numbers != list(range(1, len(numbers) + 1)):
        yield "the webhook-sequence has a gap or a number twice"


def everything_arrived(load: Load) -> bool:
    """Whether a webhook for every version of every project has come."""
    got = arrivals(load)
    return all(len(got[project]) >= upto for project, upto in versions(load).items())


def check_people(load: Load, stack: RunningStack) -> Iterator[str]:
    """Accounts and subscriptions are there once each, and names and memberships have reached the neighbours."""
    with suppress(AssertionError):  # what has not come then, is told below
        until(
            lambda: not any(check_neighbours(stores.found(stack, load.people.prefix))),
            seconds=HEARD_WITHIN,
            what="the neighbours knowing all",
        )
    there = stores.found(stack, load.people.prefix)
    yield from check_deeds(load.history.deeds, there)
    yield from check_neighbours(there)


def check_stores(stack: RunningStack) -> Iterator[str]:
    """Rows equal the fold, chains are whole, nothing is parked."""
    with ThreadPoolExecutor(2) as pool:
        for command, (code, told) in zip(COMMANDS, pool.map(lambda c: operator(stack, *c), COMMANDS), strict=True):
            if code != 0:
                yield f"{' '.join(command)} ended with {code}: {told[-500:]}"
            elif command[1] == "parked" and json.loads(told) != []:
                yield f"{command[0]} has parked events: {told[:500]}"


def operator(stack: RunningStack, service: str, *arguments: str) -> tuple[int, str]:
    """Run a service's own command with its environment; its exit code and the last line it said."""
    env = {"PATH": os.environ["PATH"]} | stack.env(service)
    try:
        done = forking.run(["-m", f"synergy_{service}", *arguments, "--json"], env=env, timeout=COMMAND_SECONDS)
    except subprocess.TimeoutExpired:
        return 124, f"it had not ended after {COMMAND_SECONDS} s"
    return done.returncode, (done.stdout.splitlines() or [done.stderr])[-1]
