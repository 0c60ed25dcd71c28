"""The demo journey: what SynergyOS does, played through HTTP and shown step by step."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty

from rich.console import Console

from synergy_local.receiver import Receiver, genuine
from synergy_local.trouble import Trouble
from synergy_local.visitor import Visitor

TASKS = (("Design", 50), ("Build", 30), ("Ship", 20))
"""Title and impact in percent."""


class Journey:
    """
    A new user's first minutes; every step is printed with its result and raises Trouble when it goes wrong.

    With `account` (name and password) it is the visit of a user who is there already: nobody is registered, and the
    project is deleted in the end.
    """

    def __init__(
        self,
        url: str,
        receiver: Receiver,
        console: Console,
        rebuild: Callable[[], None],
        *,
        account: tuple[str, str] | None = None,
    ) -> None:
        self.visitor = Visitor(url)
        self.receiver = receiver
        self.console = console
        self.rebuild = rebuild
        self.account = account

    def play(self) -> None:
        """All steps. Raises Trouble at the first that goes wrong."""
        self.arrive()
        webhook = self.subscribe()
        project, tasks = self.plan()
        progress = self.finish(project, tasks[0])
        self.check_webhook(webhook["secret"], project)
        self.check_rebuild(project, progress)
        self.unsubscribe(webhook["id"])
        if self.account:
            self.tidy(project)

    def arrive(self) -> None:
        """Register, unless the account is there already; then log in."""
        username, password = self.account or self.register()
        with self.step("Log in") as tell:
            self.visitor.sign_in(username, password)
            tell(f"as {username}: an access and a refresh token")

    def register(self) -> tuple[str, str]:
        """Open an account: its name and password."""
        username, password = f"demo-{secrets.token_hex(4)}", secrets.token_urlsafe(12)
        with self.step("Register") as tell:
            self.visitor.register(username, password, email=f"{username}@example.com", first_name="Demo")
            tell(f"user {username}")
        return username, password

    def subscribe(self) -> dict[str, str]:
        """Make a webhook to our receiver."""
        with self.step("Subscribe a webhook") as tell:
            body = {"name": "Demo receiver", "url": self.receiver.url, "events": ["task.completed"]}
            webhook: dict[str, str] = self.visitor.ask("POST", "/api/webhooks/", body, expect=201)
            tell(f"task.completed → {self.receiver.url}")
            return webhook

    def plan(self) -> tuple[int, list[int]]:
        """A project with three tasks: its id and theirs."""
        with self.step("Create a project") as tell:
            project = self.visitor.ask("POST", "/api/projects/", {"name": "Demo journey"}, expect=201)["id"]
            tell(f"project {project}")
        with self.step("Add three tasks with impact") as tell:
            tasks = [
                self.visitor.ask(
                    "POST", "/api/tasks/", {"project": project, "title": title, "impact": impact}, expect=201
                )["id"]
                for title, impact in TASKS
            ]
            tell(" · ".join(f"{title} {impact} %" for title, impact in TASKS))
        return project, tasks

    def finish(self, project: int, task: int) -> int:
        """Finish a task and see the progress."""
        with self.step("Finish the first task") as tell:
            self.visitor.ask("PATCH", f"/api/tasks/{task}/", {"status": "done"})
            tell(TASKS[0][0])
        with self.step("Progress") as tell:
            progress = self.progress(project)
            expect(TASKS[0][1], progress, "progress")
            tell(f"{progress} %")
        return progress

    def check_webhook(self, secret: str, project: int) -> None:
        """Wait for the delivery and check its signature."""
        with self.step("The webhook arrives, signed") as tell:
            try:
                headers, body = self.receiver.received.get(timeout=20)
            except Empty:
                raise Trouble("No webhook arrived within 20 s.") from None
            if not genuine(headers, body, secret):
                raise Trouble("The webhook's signature is not right.")
            event = json.loads(body)
            expect("task.completed", event["type"], "event type")
            tell(f"{event['type']} of project {project}, signature genuine")

    def check_rebuild(self, project: int, before: int) -> None:
        """Rebuild the project's rows from its events and compare."""
        with self.step("Rebuild progress from the events") as tell:
            self.rebuild()
            after = self.progress(project)
            expect(before, after, "progress after the rebuild")
            tell(f"{after} % again")

    def unsubscribe(self, webhook: str) -> None:
        """Delete the webhook: its receiver ends with the journey."""
        with self.step("Delete the webhook") as tell:
            self.visitor.ask("DELETE", f"/api/webhooks/{webhook}/", expect=204)
            tell("nothing is sent to the receiver any more")

    def tidy(self, project: int) -> None:
        """Delete the project: it is nobody's but the journey's."""
        with self.step("Delete the project") as tell:
            self.visitor.ask("DELETE", f"/api/projects/{project}/", expect=204)
            tell(f"project {project}")

    def progress(self, project: int) -> int:
        """The project's progress as the API tells it."""
        answer: int = self.visitor.ask("GET", f"/api/projects/{project}/progress/")["progress"]
        return answer

    @contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """Print a step with what it yielded, or where it stopped."""
        results: list[str] = []
        try:
            yield results.append
        except BaseException:
            self.console.print(f"  [red]✗[/] {title}")
            raise
        self.console.print(f"  [green]✓[/] {title:<34} [dim]{' '.join(results)}[/]", highlight=False, soft_wrap=True)


def expect(expected: object, actual: object, what: str) -> None:
    """Raises Trouble unless both are equal."""
    if expected != actual:
        raise Trouble(f"The {what} is {actual}, not {expected}.")
