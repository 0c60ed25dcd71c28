"""
An operation: one method of one address, with all that is known of it.

A route is a function whose parameters say what it takes: those named in the path template (`int` or `UUID`), `body`
and `query` (Structs). The same types decode the request and make the OpenAPI document.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_type_hints
from uuid import UUID

import msgspec

from synergy_gateway.answers import Answer

Function = Callable[..., Awaitable[Answer]]
PLACEHOLDER: Final = re.compile(r"{(\w+)}")
SAFE: Final = frozenset({"GET"})
PATH_TYPES: Final = (int, UUID, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """
    `path` is a template that ends as it is advertised; `answers` the type of the body, None for none.

    `signed_in`: an access token is needed. `ignored`: fields a PUT may hold and that are not read. `fixed`: query
    fields that the path gives, by path parameter. `private`: nobody may keep the answers. `also`: statuses beside
    `status` that come with the same body. `problems`: statuses of errors that others do not have. `scopes`: what a
    token must have beside `read` or `write`.

    `secures`: it is about who gets into the account, so that a personal access token needs the scope `admin` for it;
    `in_session`: no personal token does. `conditional`: If-Match is understood. `streamed`: the answer is written
    as it comes, and has no ETag. `narrowed`: a read may ask for some fields of the answer alone. `uploads`: media types
    of a file that is its body, which the function reads by itself, as its `upload`. `media_types`: others that it can
    answer in.
    """

    method: str
    path: str
    function: Function
    answers: Any
    status: int = 200
    signed_in: bool = True
    parameters: Mapping[str, type] = field(default_factory=dict)
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    ignored: frozenset[str] = frozenset()
    view: type[msgspec.Struct] | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    private: bool = False
    media_type: str = "application/json"
    also: tuple[int, ...] = ()
    scopes: tuple[str, ...] = ()
    secures: bool = False
    in_session: bool = False
    problems: tuple[int, ...] = ()
    conditional: bool = False
    streamed: bool = False
    narrowed: bool = True
    uploads: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the OpenAPI document and in the code."""
        return self.function.__name__

    @property
    def safe(self) -> bool:
        """Whether it changes nothing (RFC 9110 §9.2.1)."""
        return self.method in SAFE

    @property
    def tagged(self) -> bool:
        """Whether its answer 200 has an ETag, and who has it already is told so (304)."""
        return self.safe and not self.streamed

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (inspect.getdoc(self.function) or self.name).partition("\n")[0]


def get(path: str, answers: Any, **more: Any) -> Callable[[Function], Operation]:
    """Declare a GET (and with it a HEAD)."""
    return _declare("GET", path, answers, more)


def post(path: str, answers: Any, *, status: int = 201, **more: Any) -> Callable[[Function], Operation]:
    """Declare a POST."""
    return _declare("POST", path, answers, {"status": status, **more})


def patch(path: str, answers: Any, **more: Any) -> Callable[[Function], Operation]:
    """Declare a PATCH."""
    return _declare("PATCH", path, answers, more)


def put(path: str, view: type[msgspec.Struct], **more: Any) -> Callable[[Function], Operation]:
    """Declare a PUT: what its body cannot change of `view` it may hold all the same."""
    return _declare("PUT", path, view, {"view": view, **more})


def delete(path: str, **more: Any) -> Callable[[Function], Operation]:
    """Declare a DELETE."""
    return _declare("DELETE", path, None, {"status": 204, **more})


def _declare(method: str, path: str, answers: Any, more: dict[str, Any]) -> Callable[[Function], Operation]:
    def declared(function: Function) -> Operation:
        types = get_type_hints(function)
        parameters = {name: types[name] for name in PLACEHOLDER.findall(path)}
        if not set(parameters.values()) <= set(PATH_TYPES):
            raise TypeError(f"{function.__name__}: path parameters are int, UUID or str")
        body, view = types.get("body"), more.get("view")
        return Operation(
            method=method,
            path=path,
            function=function,
            answers=answers,
            parameters=parameters,
            body=body,
            query=types.get("query"),
            ignored=frozenset(_fields(view) - _fields(body)) if view is not None else frozenset(),
            **more,
        )

    return declared


def _fields(kind: type[msgspec.Struct] | None) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(kind)} if kind is not None else set()
