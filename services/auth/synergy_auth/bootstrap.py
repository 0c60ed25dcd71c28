"""Where everything meets: builds the application from its settings, once a process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, cached_property
from importlib.resources import files
from threading import Event
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import available_timezones

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from synergy_auth import handlers, policies, queries
from synergy_auth.domain.account import unique_key
from synergy_auth.domain.commands import AskReset, Login, Register, UpdateProfile
from synergy_auth.domain.errors import PersonNotFound
from synergy_auth.domain.events import STORED_AS, entity
from synergy_auth.domain.login_limits import LoginLimits
from synergy_auth.domain.rules import AccountRules
from synergy_auth.domain.signing import RotationPlan
from synergy_auth.handlers import Needs
from synergy_auth.hashing import Argon2Hashes, PasswordHashes, RememberedPasswords
from synergy_auth.keys import PURPOSE, SigningKeys
from synergy_auth.mailing import Outbox, transport
from synergy_auth.settings import Settings
from synergy_auth.tokens import Lifetimes, Tokens
from synergy_chassis.bus import RpcClient
from synergy_chassis.clock import Clock, SystemClock, new_id
from synergy_chassis.follower import Follower, OwnerByRpc
from synergy_chassis.sealing import Sealer
from synergy_chassis.store import CommandContext, EventCodec, EventLog, StoreUnavailable, UnitOfWork, engine
from synergy_chassis.store.erasing import Erasure

C = TypeVar("C")
T = TypeVar("T")
P = ParamSpec("P")

POOL_SIZE = 10
KEY_NOTICE = timedelta(minutes=10)
KEY_LEEWAY = timedelta(minutes=5)
CODEC = EventCodec(STORED_AS, entity=entity)


@dataclass(frozen=True, kw_only=True)
class Auth:
    """The application: each command and question by its name, with what it needs already in hand."""

    settings: Settings
    engine: Engine
    clock: Clock
    uow: UnitOfWork
    log: EventLog
    hashes: PasswordHashes
    rules: AccountRules
    limits: LoginLimits
    codec: EventCodec
    keys: SigningKeys
    tokens: Tokens
    closing: Event = field(default_factory=Event)

    def register(self, command: Register, context: CommandContext) -> dict[str, Any]:
        """See handlers.register."""
        return handlers.register(command, context, self.needs, mode=self.settings.registration)

    def open_account(self, command: Register, context: CommandContext) -> dict[str, Any]:
        """See handlers.open_account."""
        return handlers.open_account(
            command, context, uow=self.uow, hashes=self.hashes, rules=self.rules, codec=self.codec
        )

    def login(self, command: Login) -> dict[str, Any]:
        """See handlers.login."""
        return handlers.login(command, self.needs)

    def verify_token(self, text: str) -> dict[str, Any]:
        """See handlers.verify_token."""
        return handlers.verify_token(text, self.needs)

    @cached_property
    def needs(self) -> Needs:
        """What handlers are given."""
        return Needs(
            uow=self.uow, clock=self.clock, hashes=self.hashes, rules=self.rules, limits=self.limits,
            codec=self.codec, tokens=self.tokens, secret_key=self.settings.secret_key,
            second_factors=Sealer(self.settings.secret_key, purpose="second-factors"),
            mails=Sealer(self.settings.secret_key, purpose="mails"), asking=self.settings.rate_register,
        )  # fmt: skip

    def do(self, handler: Callable[[C, CommandContext, Needs], T], command: C, context: CommandContext) -> T:
        """What the handler makes of the command."""
        return handler(command, context, self.needs)

    def ask(self, question: Callable[Concatenate[Connection, P], T], *about: P.args, **more: P.kwargs) -> T:
        """What the question is answered, of one moment."""
        with self.uow.reading() as rows:
            return question(rows, *about, **more)

    def update_profile(self, command: UpdateProfile, context: CommandContext) -> dict[str, Any]:
        """See handlers.update_profile."""
        return handlers.update_profile(command, context, self.needs)

    def ask_reset(self, command: AskReset) -> None:
        """See handlers.ask_reset."""
        handlers.ask_reset(command, self.needs)

    def read_profile(self, user_id: int) -> dict[str, Any]:
        """See queries.read_profile."""
        with self.uow.reading() as rows:
            return queries.read_profile(rows, user_id, now=self.clock.now())

    def people(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        """See queries.people."""
        with self.uow.reading() as rows:
            return queries.people(rows, ids)

    def find_person(self, username: str) -> dict[str, Any]:
        """See queries.find_person."""
        with self.uow.reading() as rows:
            return queries.find_person(rows, username)

    def erase_user(self, person: str, dry_run: bool) -> Erasure:
        """See handlers.erase_user. Raises ValueError when there is nobody of that name, or it is not clear who."""
        context = CommandContext(command_id=new_id(), actor_id=None, request_id=None)
        try:
            return handlers.erase_user(
                person, dry_run=dry_run, context=context, uow=self.uow, codec=self.codec,
                access_lifetime=self.settings.access_lifetime,
            )  # fmt: skip
        except PersonNotFound as nobody:
            raise ValueError(str(nobody)) from None

    @cached_property
    def outbox(self) -> Outbox:
        """Mail that is to be sent."""
        mail = self.settings.mail
        return Outbox(self.uow, self.clock, transport(mail), self.needs.mails, public_url=mail.public_url)

    def forget(self) -> None:
        """
        Forget what is kept for a time only: mails, links, invitations and sessions of long ago. What fails is logged,
        and holds up nothing else.
        """
        parts: dict[str, Callable[[], object]] = {
            "mails": self.outbox.forget,
            "invitations": self.outbox.forget_invitations,
            "links": self.outbox.forget_links,
            "sessions": lambda: handlers.forget_sessions(self.needs),
        }
        for part, forget in parts.items():
            try:
                forget()
            except Exception as error:  # the database is away, say, or somebody holds a row for long
                structlog.get_logger(__name__).warning(
                    "not-forgotten", part=part, error=f"{type(error).__name__}: {error}"[:200]
                )

    @cached_property
    def client(self) -> RpcClient:
        """Calls to other services; only who follows them needs the bus."""
        return RpcClient(self.settings.amqp_url, service="auth")

    @cached_property
    def followers(self) -> dict[str, Follower]:
        """Who takes the events of the services that have something to tell people, by service."""
        return {source: self._follower(source) for source in policies.NOTICES}

    def _follower(self, source: str) -> Follower:
        tell = policies.TellPeople(source=source, box=self.needs.mails, clock=self.clock)
        owner = OwnerByRpc(self.client, source)
        return Follower(self.engine, consumer="auth", source=source, owner=owner, apply=tell)

    def close(self) -> None:
        """Stop sending mail, and let go of the database and the bus."""
        self.closing.set()
        if "client" in vars(self):
            self.client.close()
        self.engine.dispose()


def build(
    settings: Settings,
    *,
    argon2id: Argon2Hashes | None = None,
    clock: Clock | None = None,
    database: Engine | None = None,
) -> Auth:
    """
    The application. `argon2id` hashes passwords; without it that is done in the caller's thread. `database` is a pool
    of connections that are there already.
    """
    clock = clock or SystemClock()
    database = database or engine(settings.database_url, pool_size=POOL_SIZE, application_name="auth")
    uow = UnitOfWork(database, clock)
    sealer = Sealer(settings.secret_key, purpose=PURPOSE)
    plan = RotationPlan(every=settings.key_rotation, notice=KEY_NOTICE, overlap=settings.access_lifetime + KEY_LEEWAY)
    keys = SigningKeys(uow, clock, sealer, plan)
    lifetimes = Lifetimes(
        access=settings.access_lifetime, refresh=settings.refresh_lifetime, session=settings.session_lifetime
    )
    argon2id = argon2id or Argon2Hashes()
    argon2id.prepare()
    return Auth(
        settings=settings,
        engine=database,
        clock=clock,
        uow=uow,
        log=EventLog(database),
        hashes=RememberedPasswords(argon2id, lifetime=settings.remembered_for),
        rules=AccountRules(common_passwords(), timezones()),
        limits=LoginLimits(
            per_pair=settings.login_failures,
            per_address=settings.login_failures_per_address,
            per_account=settings.login_failures_per_account,
            window=settings.login_window,
        ),
        codec=CODEC,
        keys=keys,
        tokens=Tokens(keys, lifetimes),
    )


def build_green(config: Mapping[str, Any]) -> Auth:
    """
    The application inside the patched service process; `config` is what __main__ handed to the runner.

    Raises SealedByAnotherKey when SECRET_KEY is not the one of the stored signing keys.
    """
    from synergy_auth.green import BoundedThreads, forgetting, sending

    settings: Settings = config["settings"]
    app = build(settings, argon2id=Argon2Hashes(BoundedThreads(settings.hashes_at_once)))
    try:
        app.keys.look_up()
    except (StoreUnavailable, SQLAlchemyError) as error:  # not there, or not migrated yet: the first login looks again
        structlog.get_logger(__name__).warning("signing-keys-not-read", error=str(error).splitlines()[0])
    sending(app.outbox, app.closing)
    forgetting(app.forget, app.closing)
    return app


@cache
def common_passwords() -> frozenset[str]:
    """The shipped list, one a line, `#` begins a comment; see its head for where it comes from."""
    text = (files(__package__) / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(unique_key(line) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def timezones() -> frozenset[str]:
    """The names of IANA's time zones that this machine knows: a thousand files are looked at."""
    return frozenset(available_timezones())
