"""
Auth's own rows. They are the source, not a projection: nothing of a person is in an event.

The service's role may change users, sessions, tokens and keys; security events it may only add and read.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)

metadata = MetaData()

USERNAME_UNIQUE = "users_username_key_unique"
EMAIL_UNIQUE = "users_email_key_unique"

users = Table(
    "users",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("username", Text, nullable=False),
    Column("username_key", Text, nullable=False),  # domain.account.unique_key
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("bio", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("company", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("is_superuser", Boolean, nullable=False),
    Column("generation", BigInteger, nullable=False, default=0),  # of access tokens
    Column("revision", Integer, nullable=False, default=0),  # of the profile
    Column("email_confirmed_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_because", Text),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("id", LargeBinary, primary_key=True),  # SHA-256 of the secret
    Column("session_id", Uuid, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("spent_at", DateTime(timezone=True)),
    Column("follower", LargeBinary),
    Column("retried", Boolean, nullable=False),
    Column("cancelled", Boolean, nullable=False),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("public_key", LargeBinary, nullable=False),  # 32 bytes, raw Ed25519
    Column("sealed_private_key", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("not_before", DateTime(timezone=True), nullable=False),
    Column("retires_at", DateTime(timezone=True)),
)

security_events = Table(
    "security_events",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False),  # registered, login_success, login_failed, logout, token_reuse …
    Column("account_key", Text, nullable=False),  # who was meant, also where the name is nobody's: hashing.account_key
    Column("user_id", BigInteger),
    Column("session_id", Uuid),
    Column("address", Text, nullable=False),
    Column("network", Text, nullable=False),  # domain.login_limits.network_of the address: what limits count by
    Column("user_agent", Text, nullable=False),
    Column("actor_id", BigInteger),  # the superuser who did it to the account; else who is signed in to it
)

revocations = Table(
    "revocations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("session_id", Uuid),  # one session; without it, all access tokens
    Column("generation", BigInteger),  # of a generation before this one
    Column("spared", Uuid),  # but those of this session
    Column("until", DateTime(timezone=True), nullable=False),  # when the tokens concerned have expired by themselves
    Column("xid", BigInteger),  # the transaction that wrote it: filled in by the database
)

mails = Table(
    "mails",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE")),
    Column("address", Text),  # where to, when not to the address of the account
    Column("address_key", Text),  # domain.account.unique_key of it
    Column("sealed", LargeBinary),  # what the text needs beside, sealed
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("attempts", BigInteger, nullable=False, default=0),
    Column("sent_at", DateTime(timezone=True)),
    Column("given_up_at", DateTime(timezone=True)),
    Column("event_id", Uuid),  # of another service, which means this mail: one for each event and user
)

notice_sources = Table(
    "notice_sources",
    metadata,
    Column("source", Text, primary_key=True),
    Column("since", DateTime(timezone=True), nullable=False),  # what its events said before, nobody is told
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("last_step", BigInteger),  # of the last code that was accepted: domain.one_time
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, primary_key=True),  # keyed: hashing.code_digest
)

personal_tokens = Table(
    "personal_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("digest", LargeBinary, nullable=False),  # SHA-256 of the secret
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # with spaces between
    Column("hint", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
)

mail_links = Table(
    "mail_links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of the token
    Column("kind", Text, nullable=False),  # domain.links
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE")),
    Column("email", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False),  # SHA-256 of the token
    Column("project_id", BigInteger, nullable=False),
    Column("role", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False),
    Column("invited_by", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("accepted_by", BigInteger),
    Column("cancelled_at", DateTime(timezone=True)),
)
