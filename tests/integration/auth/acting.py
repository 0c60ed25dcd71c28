"""What people do to auth in its tests, in the words of the tests."""

import base64
import re
import time
from dataclasses import replace
from uuid import UUID

import jwt
import psycopg
from integration.auth.conftest import HOME, PASSWORD, Person, context

from synergy_auth import handlers, queries
from synergy_auth.domain import commands, one_time
from synergy_chassis.clock import new_id


def claims(pair):
    return jwt.decode(pair["access"], options={"verify_signature": False})


def caller(pair) -> commands.Caller:
    told = claims(pair)
    return commands.Caller(user_id=int(told["sub"]), session_id=UUID(told["sid"]), client=HOME)


def logout(auth: Person, pair, *, refresh=None, everywhere=False):
    command = commands.Logout(caller=caller(pair), refresh=refresh, everywhere=everywhere)
    auth.app.do(handlers.logout, command, context())


def change_password(auth: Person, pair, old=PASSWORD, new="another battery", *, command_id=None):
    command = commands.ChangePassword(caller=caller(pair), old_password=old, new_password=new)
    auth.app.do(handlers.change_password, command, context(command_id))


def update_user(auth: Person, pair, user_id, **changes):
    command = commands.UpdateUser(caller=caller(pair), user_id=user_id, changes=changes)
    return auth.app.do(handlers.update_user, command, context())


def listed(auth: Person, pair):
    who = caller(pair)
    return auth.app.ask(
        queries.list_sessions, who.user_id, current=who.session_id, now=auth.clock.now(), page=1, page_size=50
    )


def revocations(auth: Person, after=None):
    return auth.app.ask(queries.revocations, after=after, beyond=None, now=auth.clock.now())


def refused(auth: Person, pair) -> bool:
    """Whether gateways that know all revocations refuse the access token."""
    told, sub = claims(pair), int(claims(pair)["sub"])
    mine = [one for one in revocations(auth)["revocations"] if one["user_id"] == sub]
    generations = {one["generation"]: one["spared"] for one in mine if one["generation"] is not None}
    called_in = bool(generations) and told["gen"] < max(generations)
    spared = called_in and str(generations[max(generations)]) == told["sid"]
    return told["sid"] in {str(one["session_id"]) for one in mine} or (called_in and not spared)


def mails(auth: Person):
    """What was written to people since they registered."""
    return [row.kind for row in auth.rows("SELECT kind FROM mails WHERE kind <> 'confirm_email' ORDER BY id")]


def events(auth: Person):
    return [event.type for event in auth.app.log.after(0, 100).events]


def begin(ann, password=PASSWORD, **more):
    command = commands.BeginSecondFactor(caller=caller(ann.pair), password=password)
    return ann.app.do(handlers.begin_second_factor, command, context(**more))


def confirm(ann, otp, **more):
    command = commands.ConfirmSecondFactor(caller=caller(ann.pair), otp=otp)
    return ann.app.do(handlers.confirm_second_factor, command, context(**more))["recovery_codes"]


def remove(ann, otp):
    command = commands.RemoveSecondFactor(caller=caller(ann.pair), otp=otp)
    ann.app.do(handlers.remove_second_factor, command, context())


def sign_in(ann, otp=None, password=PASSWORD, address=HOME.address):
    client = replace(HOME, address=address)
    return ann.app.login(commands.Login(name="ann", password=password, client=client, otp=otp))


def shown(ann, secret: str) -> str:
    """What the app shows now."""
    padded = secret + "=" * (-len(secret) % 8)
    return one_time.code(base64.b32decode(padded), one_time.step_of(ann.clock.now()))


def token(ann, name="ci", scopes=("read",), expires_at=None, *, who=None, command_id=None):
    command = commands.CreateToken(
        caller=who or caller(ann.pair), name=name, scopes=tuple(scopes), expires_at=expires_at
    )
    return ann.app.do(handlers.create_token, command, context(command_id))


def by_token(ann, made, **more):
    """The caller who uses this token."""
    told = ann.app.verify_token(made["token"])
    return replace(
        caller(ann.pair), session_id=told["token_id"], scopes=tuple(told["scopes"]), personal_token=True, **more
    )


def sent(auth: Person) -> list[tuple[str, str]]:
    """What is sent now: to whom, and the subject."""
    before = len(auth.office.mails)
    while auth.app.outbox.send_one():
        pass
    return [(mail["To"], mail["Subject"]) for mail in auth.office.mails[before:]]


def token_in(mail) -> str:
    text = mail.get_content().replace("\r\n", "\n")
    (found,) = set(re.findall(r"^  ([\w-]{43})$", text, re.MULTILINE))
    assert f"?token={found}\n" in text
    return found


def latest_token(auth: Person) -> str:
    sent(auth)
    return token_in(auth.office.mails[-1])


def ask_reset(auth: Person, email="ann@example.com"):
    auth.app.ask_reset(commands.AskReset(email=email, client=HOME))


def reset(auth: Person, token: str, new="another battery"):
    auth.app.do(handlers.reset_password, commands.ResetPassword(token=token, new_password=new, client=HOME), context())


def confirm_email(auth: Person, token: str):
    auth.app.do(handlers.confirm_email, commands.ConfirmEmail(token=token, client=HOME), context())


def move(auth: Person, email: str, password: str | None = PASSWORD, **changes: str):
    command = commands.UpdateProfile(
        user_id=auth.pair["user"]["id"], changes={"email": email, **changes}, old_password=password, client=HOME
    )
    return auth.app.update_profile(command, context())


def erase(auth: Person, pair, password=PASSWORD):
    auth.app.do(handlers.erase_account, commands.EraseAccount(caller=caller(pair), password=password), context())


PROJECT = 12


def invite(auth: Person, email: str = "ben@example.com", *, invitation_id: UUID | None = None):
    command = commands.SendInvitation(
        caller=caller(auth.pair), invitation_id=invitation_id or new_id(), project_id=PROJECT,
        project_name="Apollo\r\nBcc: eve@example.com", role="viewer", email=email,
    )  # fmt: skip
    return handlers.send_invitation(command, auth.app.needs)


def accept(auth: Person, pair, token: str):
    return handlers.accept_invitation(commands.AcceptInvitation(caller=caller(pair), token=token), auth.app.needs)


def waiting(watching: psycopg.Connection, count: int) -> None:
    """Until so many others wait for a lock in this database."""
    query = """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    for _ in range(1_000):
        row = watching.execute(query).fetchone()
        if row and row[0] == count:
            return
        time.sleep(0.01)
    raise AssertionError(f"nobody waits, or not {count}")
