"""People as other services and clients see them."""

import msgspec


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A user as shown beside projects and tasks; never an address."""

    id: int
    username: str
    full_name: str


class PeopleByIds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names of these users; unknown ids are left out of the answer."""

    ids: list[int]


class FindPerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One active user by exact name."""

    username: str
