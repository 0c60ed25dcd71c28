"""The OpenAPI 3.1 document, made of the operations and the types that decode them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from synergy_contracts.documents import ProjectDocument
from synergy_gateway import __version__, examples, fields, forms
from synergy_gateway.bodies import JSON, MEDIA_TYPES
from synergy_gateway.following.stream import MEDIA_TYPE as EVENTS
from synergy_gateway.following_on import links
from synergy_gateway.hosts import EXEMPT
from synergy_gateway.operations import Operation
from synergy_gateway.parameters import parameter_names
from synergy_gateway.problems import MEDIA_TYPE as PROBLEM
from synergy_gateway.problems import ProblemDetails

DESCRIPTION: Final = (
    "Projects and tasks whose every change is an event that is kept. Log in at `/api/auth/login/` and send "
    "`Authorization: Bearer <access>`. `RateLimit` and `X-RateLimit-Remaining` tell how many requests are left. "
    "Errors are `application/problem+json` (RFC 9457) whose `type` explains itself. "
    "Addresses work with and without the slash at their end. `?fields=id,name` narrows answers down to these fields."
)
REASONS: Final = {
    200: "As asked.", 201: "Made.", 202: "Taken in; Location tells what becomes of it.",
    204: "Done; there is nothing to tell.", 304: "You have it already (ETag).",
    400: "The request cannot be read, or a parameter is wrong.", 401: "Who asks is not known.",
    403: "Who asks may not.", 404: "There is no such thing, or you may not see it.",
    409: "Something stands against it.",
    412: "It was changed since you read it; ETag tells what it is now.",
    408: "The body came too slowly.", 410: "What was asked for is no more.",
    413: "The body is too large.", 414: "The address is too long.",
    415: "The body is of a kind that is not understood.",
    422: "Fields of the body are wrong.", 429: "Too often; wait for Retry-After seconds.",
    501: "A precondition that is not understood here (If-Unmodified-Since; If-Match where it is not a parameter).",
    503: "A part of the system is down; try again after Retry-After seconds.",
}  # fmt: skip
WAITING: Final = (429, 503)
SOME: Final = "Some_"
"""How schemas of answers begin of which only some fields were asked for."""
RETRY_AFTER: Final = {"description": "Seconds after which to try again.", "schema": {"type": "string"}}
ETAG: Final = {
    "description": "What tells this state of it from others (RFC 9110 §8.8.3).",
    "schema": {"type": "string"},
}
REQUEST_ID: Final = {"description": "What to quote to an operator.", "schema": {"type": "string"}}


def document(operations: Sequence[Operation], *, server: str) -> dict[str, Any]:
    """The whole document. `server` is the address in front of every path."""
    schemas = _Schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        made = _operation(operation, schemas)
        if found := links(operation, operations):
            made["responses"]["201"]["links"] = found
        paths.setdefault(operation.path, {})[operation.method.lower()] = made
    return {
        "openapi": "3.1.0",
        "info": {"title": "SynergyOS", "version": __version__, "description": DESCRIPTION},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


class _Schemas:
    """The JSON Schemas of all types that operations mention, by type."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        types = list(_types(operations))
        schemas, self.components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
        self._schemas = list(zip(types, schemas, strict=True))

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type that some operation mentions."""
        return next(schema for known, schema in self._schemas if known is kind or known == kind)

    def narrowed(self, kind: Any) -> dict[str, Any]:
        """The schema of an answer of which some fields were asked for, made where there is none yet."""
        item = fields.item_of(kind)
        name = f"{SOME}{self.of(kind)['$ref'].rpartition('/')[2]}"
        if name not in self.components:
            whole = self.whole(kind)
            if item is not None:
                some = {"type": "array", "items": self.narrowed(item)}
                made = {**whole, "properties": {**whole["properties"], "results": some}}
            else:
                made = {"type": "object", "properties": whole["properties"], "additionalProperties": False}
            self.components[name] = {**made, "title": name}
        return {"$ref": f"#/components/schemas/{name}"}

    def whole(self, kind: Any) -> dict[str, Any]:
        """The schema of a Struct itself, where `of` refers to it."""
        schema: dict[str, Any] = self.components[self.of(kind)["$ref"].rpartition("/")[2]]
        return schema


def _types(operations: Iterable[Operation]) -> Iterator[Any]:
    yield ProblemDetails
    for operation in operations:
        kinds = (operation.answers, operation.body, operation.view, fields.item_of(operation.answers))
        yield from (kind for kind in kinds if kind is not None)
        yield from operation.parameters.values()
        if operation.query is not None:
            yield from (field.type for field in msgspec.structs.fields(operation.query))


def _operation(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.function.__module__.rpartition(".")[2]],
        "responses": _responses(operation, schemas),
    }
    of_address = [*_path_parameters(operation, schemas), *_query_parameters(operation, schemas)]
    if parameters := [*of_address, *_header_parameters(operation)]:
        made["parameters"] = parameters
    if operation.body is not None:
        schema = _body_schema(operation, schemas)
        made["requestBody"] = {
            "required": bool(schemas.whole(operation.body).get("required")),
            "content": {
                kind: {
                    "schema": schema if kind == JSON else forms.of_body(schema, schemas.components),
                    "example": examples.of_body(schema, schemas.components),
                }
                for kind in MEDIA_TYPES
            },
        }
    if operation.uploads:
        made["requestBody"] = {"required": True, "content": dict(_uploads(operation, schemas))}
    if operation.signed_in:
        made["security"] = [{"bearer": []}]
    return made


def _uploads(operation: Operation, schemas: _Schemas) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a file may be: as JSON a document of ours is described, others come as they are."""
    for kind in operation.uploads:
        if kind == JSON:
            schema = schemas.of(ProjectDocument)
            yield kind, {"schema": schema, "example": examples.value(schema, schemas.components)}
        else:
            yield kind, {"schema": {"type": "string"}, "example": examples.CSV}


def _body_schema(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    """What a body may hold: for a PUT also the fields that are not read."""
    if operation.view is None or not operation.ignored:
        return schemas.of(operation.body)
    whole, view = schemas.whole(operation.body), schemas.whole(operation.view)["properties"]
    unread = {name: {**view[name], "readOnly": True} for name in sorted(operation.ignored)}
    return {**whole, "properties": {**whole["properties"], **unread}}


def _path_parameters(operation: Operation, schemas: _Schemas) -> Iterator[dict[str, Any]]:
    for name, kind in operation.parameters.items():
        schema = schemas.of(kind)
        example = examples.value(schema, schemas.components, name)
        yield {"name": name, "in": "path", "required": True, "schema": schema, "example": example}


def _query_parameters(operation: Operation, schemas: _Schemas) -> Iterator[dict[str, Any]]:
    if names := fields.names_of(operation):
        schema = {"type": "string", "pattern": f"^({'|'.join(names)})(,({'|'.join(names)}))*$"}
        told = {"required": False, "schema": schema, "example": ",".join(names[:2]), "description": fields.DESCRIPTION}
        yield {"name": fields.PARAMETER, "in": "query", **told}
    if operation.query is None:
        return
    allowed = set(parameter_names(operation.query, operation.fixed))
    for field in msgspec.structs.fields(operation.query):
        if field.encode_name not in allowed:
            continue
        schema = _without_null(schemas.of(field.type))
        if field.default is not msgspec.NODEFAULT and field.default is not None:
            schema = {**schema, "default": msgspec.to_builtins(field.default)}
        name = field.encode_name
        example = examples.value(schema, schemas.components, name)
        yield {"name": name, "in": "query", "required": field.required, "schema": schema, "example": example}


def _header_parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    """Those that change what an operation does."""
    told = {
        "If-Match": (
            operation.conditional,
            1_000,
            '"2-1f0c9a7be5d4c3a2"',
            "The ETag of what you have seen: what is otherwise by now is not changed. Its digest does not count.",
        ),
        "Idempotency-Key": (
            operation.signed_in and not operation.safe,
            255,
            "2f1b6a52-1c0e-4a4e-9a53-6d1f0c9a7be5",
            "A key of your own: the same request under it is done once, however often it is sent.",
        ),
    }
    for name, (understood, longest, example, description) in told.items():
        if understood:
            schema = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": "^[ -~]+$"}
            yield _header_parameter(name, schema, example, description)
    if operation.tagged:  # one that cannot be read matches nothing (RFC 9110 §13.1.2), so none is wrong
        yield _header_parameter(
            "If-None-Match",
            {"type": "string"},
            '"2-1f0c9a7be5d4c3a2"',
            "The ETag of what you have: where it is still so, the answer is 304 and has no body.",
        )
    if operation.media_type == EVENTS:
        schema = {"type": "string", "pattern": "^[0-9]{1,15}$"}
        yield _header_parameter(
            "Last-Event-ID", schema, "17", "The id of the last event that was read: the stream goes on after it."
        )


def _header_parameter(name: str, schema: dict[str, Any], example: str, description: str) -> dict[str, Any]:
    told = {"required": False, "description": description, "schema": schema, "example": example}
    return {"name": name, "in": "header", **told}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out rather than null."""
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if options:
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        return {**rest, **options[0]} if len(options) == 1 else {**rest, "anyOf": options}
    if None in schema.get("enum", []):
        return {**schema, "enum": [value for value in schema["enum"] if value is not None]}
    return schema


def _responses(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if operation.answers is not None:
        schema = schemas.of(operation.answers)
        example = examples.value(schema, schemas.components)
        if fields.names_of(operation):
            schema = {"anyOf": [schema, schemas.narrowed(operation.answers)]}
        others = {kind: {"schema": {"type": "string"}, "example": examples.CSV} for kind in operation.media_types}
        content = {"content": {operation.media_type: {"schema": schema, "example": example}, **others}}
    elif operation.status != 204:
        content = {"content": {operation.media_type: {"schema": {"type": "string"}}}}
    responses: dict[str, Any] = {
        str(status): {"description": REASONS[status], **content} for status in (operation.status, *operation.also)
    }
    if operation.status == 201:
        location = {"description": "The path of what was made.", "schema": {"type": "string"}}
        responses["201"]["headers"] = {"Location": location}
    if operation.tagged:
        responses["304"] = {"description": REASONS[304]}
    for status in sorted(_problem_statuses(operation)):
        told = {"schema": schemas.of(ProblemDetails), "example": examples.of_problem(status, operation)}
        problem: dict[str, Any] = {"description": REASONS[status], "content": {PROBLEM: told}}
        if status in WAITING:
            problem["headers"] = {"Retry-After": RETRY_AFTER}
        responses.setdefault(str(status), problem)
    for status in _tagged_statuses(operation):
        responses[str(status)].setdefault("headers", {})["ETag"] = ETAG
    for response in responses.values():
        response["headers"] = {"X-Request-Id": REQUEST_ID, **response.get("headers", {})}
    return responses


def _tagged_statuses(operation: Operation) -> set[int]:
    """Statuses of answers that have an ETag."""
    if operation.tagged:
        return {200, 304}
    return {operation.status, 412} - {204} if operation.conditional else set()


def _problem_statuses(operation: Operation) -> set[int]:
    statuses = {400, 414, *operation.problems} | (set() if operation.path in EXEMPT else {429, 503})
    if operation.signed_in:
        statuses |= {401, 403}
    if operation.parameters or operation.uploads or _names_a_project(operation):
        statuses |= {404}
    if operation.body is not None or operation.uploads:
        statuses |= {408, 413, 415, 422}
    if not operation.safe:
        statuses |= {501} | ({409, 422} if operation.signed_in else set())  # a key that belongs to another request
    if operation.conditional:
        statuses |= {412}
    return statuses


def _names_a_project(operation: Operation) -> bool:
    """Whether its query or body says of which project: that is asked for like the project itself."""
    query = parameter_names(operation.query) if operation.query is not None else ()
    body = operation.body.__struct_fields__ if operation.body is not None else ()
    return not {"project", "project_id"}.isdisjoint((*query, *body))
