"""Makes the databases and roles of the services: one database each, an owner that migrates, a role that serves."""

from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A service's database and its two roles with their passwords."""

    name: str
    owner: str
    owner_password: str
    service: str
    service_password: str


def create(admin_url: str, database: Database) -> None:
    """
    Make the roles and the database, or bring those that exist to the given passwords and rights.

    `admin_url` names a role that may create roles and databases. Raises psycopg.Error when the server refuses.
    """
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for role, password in (
            (database.owner, database.owner_password),
            (database.service, database.service_password),
        ):
            ensure_role(admin, role, password)
        found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database.name]).fetchone()
        names = {
            "database": sql.Identifier(database.name),
            "owner": sql.Identifier(database.owner),
            "service": sql.Identifier(database.service),
        }
        if found is None:
            # An administrator who is no superuser must be a member of the role that will own the database.
            admin.execute(sql.SQL("GRANT {owner} TO CURRENT_USER").format(**names))
            admin.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner} TEMPLATE template0").format(**names))
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**names))
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {database} TO {owner}, {service}").format(**names))
    with psycopg.connect(make_conninfo(admin_url, dbname=database.name), autocommit=True) as admin:
        admin.execute(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        admin.execute(sql.SQL("GRANT CREATE, USAGE ON SCHEMA public TO {owner}").format(**names))


def ensure_role(admin: psycopg.Connection, name: str, password: str) -> None:
    """A login role with this password (hashed here, so that the server's log never sees it)."""
    hashed = admin.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    exists = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = sql.SQL("ALTER" if exists else "CREATE")
    admin.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            verb, sql.Identifier(name), sql.Literal(hashed)
        )
    )


def drop(admin_url: str, database: Database) -> None:
    """Remove the database, ending the sessions in it, and then its roles."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database.name)))
        for role in (database.service, database.owner):
            admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def from_urls(*, owner_url: str, service_url: str) -> Database:
    """What two connection addresses of a service name. Raises ValueError when they name different databases."""
    owner, service = conninfo_to_dict(owner_url), conninfo_to_dict(service_url)
    if owner.get("dbname") != service.get("dbname"):
        raise ValueError(f"{owner.get('dbname')} and {service.get('dbname')} should be one database")
    return Database(
        name=str(owner["dbname"]),
        owner=str(owner["user"]),
        owner_password=str(owner["password"]),
        service=str(service["user"]),
        service_password=str(service["password"]),
    )
