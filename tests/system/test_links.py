"""A person clicks the links in mails, in a browser."""

import json
import re
from collections.abc import Iterator

import pytest
from system.browser import CHROMIUM, Tab, a_tab
from system.steps import a_project, anyone, somebody, until
from system.superusers import PASSWORD, signed_in_again
from system.test_mail import confirmed, mails, reset

from synergy_local.testing import RunningStack

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with a_tab(tmp_path_factory.mktemp("browser")) as tab:
        yield tab


def link(stack: RunningStack, to: str, subject: str) -> str:
    """The link in the mail of this subject, waited for."""
    text = until(lambda: dict(mails(stack, to)).get(subject), what=f"the mail “{subject}”")
    return re.findall(r"^  (http\S+/#/\S+)$", text, re.MULTILINE)[0]


def follow(tab: Tab, url: str, heading: str) -> None:
    """Open a link; the section of this heading is there, and no other."""
    tab.open(url)
    shown = (
        "[...document.querySelectorAll('section')].filter((one) => one.checkVisibility()).map((one) => one.innerText)"
    )
    until(lambda: tab.does("document.readyState") == "complete", what="the page")
    (text,) = tab.does(shown)
    assert text.startswith(heading)


def fill_in(tab: Tab, step: str, **fields: str) -> None:
    """Type into a form and press its button."""
    tab.does(
        f"""(() => {{
            const form = document.querySelector('form[data-step="{step}"]');
            for (const [name, value] of Object.entries({json.dumps(fields)})) form.elements[name].value = value;
            form.querySelector("button").click();
        }})()"""
    )


def says(tab: Tab) -> str:
    """What the page says once it has an answer."""
    said = "(document.querySelector('button[disabled]') ? '' : document.getElementById('said').textContent)"
    return until(lambda: tab.does(said), what="the page saying something")


def test_a_new_password_is_set(stack: RunningStack, tab: Tab) -> None:
    ann = somebody(stack.url, "ann")
    reset(stack, ann.user["email"])
    follow(tab, link(stack, ann.user["email"], "Set a new password"), "Set a new password")

    fill_in(tab, "reset-password", new_password="password1")
    assert "common" in says(tab)
    fill_in(tab, "reset-password", new_password="another battery")

    assert "Your new password is set. Log in with it." == says(tab)
    assert f"{stack.url}/" == tab.does("location.href")
    assert signed_in_again(ann, ann.user["username"], "another battery").id == ann.id


def test_an_address_is_confirmed_once(stack: RunningStack, tab: Tab) -> None:
    ann = somebody(stack.url, "ann")
    url = link(stack, ann.user["email"], "Confirm your e-mail address")
    follow(tab, url, "Confirm your e-mail address")

    fill_in(tab, "confirm-email")
    assert "Your e-mail address is confirmed." == says(tab)
    assert ann.get("/api/auth/user/").json()["email_confirmed"] is True

    follow(tab, url, "Confirm your e-mail address")
    fill_in(tab, "confirm-email")
    says(tab)
    assert "failed" == tab.does("document.getElementById('said').className")


def test_an_invitation_is_accepted_with_an_account_and_with_a_new_one(stack: RunningStack, tab: Tab) -> None:
    ann, ben = somebody(stack.url, "ann"), confirmed(stack, somebody(stack.url, "ben"))
    project = a_project(ann, name="Apollo")["id"]
    guest = f"guest-{ben.user['email']}"
    for email in (ben.user["email"], guest):
        path = f"/api/projects/{project}/invitations/"
        assert ann.post(path, json={"email": email, "role": "viewer"}).status_code == 201

    follow(tab, link(stack, ben.user["email"], "You are invited to Apollo"), "Join the project")
    fill_in(tab, "log-in", username=ben.user["username"], password="wrong horse")
    assert says(tab)
    assert "failed" == tab.does("document.getElementById('said').className")
    fill_in(tab, "log-in", username=ben.user["username"], password=PASSWORD)
    assert f"You belong to project {project} now, as viewer." == says(tab)

    follow(tab, link(stack, guest, "You are invited to Apollo"), "Join the project")
    name = guest.partition("@")[0]
    fill_in(tab, "register", username=name, email=guest, password=PASSWORD)
    assert f"The account {name} is open, and belongs to the project." == says(tab)
    new = anyone(stack.url)
    new = new.signed_in(new.post("/api/auth/login/", json={"username": name, "password": PASSWORD}))
    assert "viewer" == new.get(f"/api/projects/{project}/").json()["role"]


def test_without_a_link_it_says_what_this_address_is(stack: RunningStack, tab: Tab) -> None:
    for url in (stack.url, f"{stack.url}/#/reset-password", f"{stack.url}/#/said?token=x"):
        follow(tab, url, "This is the address of an API.")
