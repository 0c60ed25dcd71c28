"""What a service has to tell somebody goes by mail: through the whole stack."""

from typing import Any

from system.steps import a_project, a_task, receiving, somebody, until
from system.test_mail import mails
from system.test_operations import as_owner, operator

from synergy_local.testing import RunningStack

SUBJECT = "Your webhook Mirror was switched off"


def test_the_owner_of_a_webhook_whose_receiver_is_gone_is_told_once_by_mail(stack: RunningStack) -> None:
    with receiving() as receiver:
        receiver.status = 410
        ann = somebody(stack.url, "ann")
        hook = {"name": "Mirror", "url": receiver.url, "events": ["task.created"]}
        path = f"/api/webhooks/{ann.post('/api/webhooks/', json=hook).json()['id']}/"
        project = a_project(ann)["id"]
        a_task(ann, project, title="told too late")

        def told() -> list[str]:
            return [text for subject, text in mails(stack, ann.user["email"]) if subject == SUBJECT]

        (text,) = until(told, what="the mail to the owner")
        assert "Its endpoint answered 410 Gone." in text
        address = next(line.strip() for line in text.splitlines() if line.startswith("  http"))
        assert address.endswith(f"{path}enable/")
        assert ann.get(path).json()["health"] == "disabled"

        receiver.status = 200
        assert ann.post(address.removeprefix(stack.url)).status_code == 200
        until(lambda: len(receiver.requests) == 2, what="what had waited")

        assert 0 == operator(stack, "auth", "follow-anew")[0]
        code, report = until(lambda: reconciled(stack), what="auth to have followed anew")
    assert (0, "webhooks", 0) == (code, report["consumers"][0]["source"], report["consumers"][0]["parked"])
    assert [(1,)] == noted(stack, ann.id)
    assert [text] == told()


def reconciled(stack: RunningStack) -> Any:
    code, report = operator(stack, "auth", "reconcile")
    return None if code else (code, report)


def noted(stack: RunningStack, user_id: int) -> list[Any]:
    """How many mails for events of others auth has put into its outbox for this person."""
    wanted = "SELECT count(*) FROM mails WHERE event_id IS NOT NULL AND user_id = %s"
    with as_owner(stack, "auth") as database:
        return database.execute(wanted, (user_id,)).fetchall()
