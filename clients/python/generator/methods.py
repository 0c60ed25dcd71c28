"""An operation of the OpenAPI document as a method of the client."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from generator.schemas import annotation, docstring, name_of

PREFIX: Final = "types."
NARROWING: Final = "fields"
"""The parameter after which an answer lacks fields: the client's types say what is there, so it does not send it."""
JSON: Final = "application/json"


@dataclass(frozen=True)
class Method:
    """One method of one address; `operation` and `schemas` are the document's."""

    path: str
    verb: str
    operation: Mapping[str, Any]
    schemas: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.operation["operationId"])

    @property
    def group(self) -> str:
        return str(self.operation["tags"][0])

    @property
    def ids(self) -> list[tuple[str, str]]:
        """Parameters of the address: name and type."""
        return [(one["name"], annotation(one["schema"])) for one in self._parameters("path")]

    @property
    def query_class(self) -> str:
        return "".join(part.capitalize() for part in self.name.split("_")) + "Query"

    @property
    def query_schema(self) -> dict[str, Any] | None:
        """The parameters of the query as an object's schema."""
        found = self._parameters("query")
        if not found:
            return None
        required = [one["name"] for one in found if one.get("required")]
        return {"properties": {one["name"]: one["schema"] for one in found}, "required": required}

    @property
    def body(self) -> Mapping[str, Any] | None:
        content = self.operation.get("requestBody", {}).get("content", {})
        found: Mapping[str, Any] | None = content.get(JSON, {}).get("schema")
        return found

    @property
    def own_body(self) -> Mapping[str, Any] | None:
        """A body's schema that no component is."""
        return self.body if self.body is not None and "$ref" not in self.body else None

    @property
    def body_class(self) -> str | None:
        if self.body is None:
            return None
        return name_of(self.body["title"]) if self.own_body else annotation(self.body)

    @property
    def answer(self) -> tuple[str, Mapping[str, Any]] | None:
        """Media type and schema of what is answered where all is well."""
        for status, response in self.operation["responses"].items():
            if status.startswith("2"):
                for media, content in response.get("content", {}).items():
                    return media, _whole(content.get("schema", {}))
        return None

    @property
    def other_media(self) -> list[str]:
        """Media types that it can be answered in beside the first."""
        return list(self.operation["responses"].get("200", {}).get("content", {}))[1:]

    @property
    def streams(self) -> bool:
        """Whether its answer has no end."""
        return self.answer is not None and self.answer[0] == "text/event-stream"

    @property
    def item(self) -> str | None:
        """What a list is of."""
        if self.answer is None or "$ref" not in self.answer[1]:
            return None
        schema = self.schemas[self.answer[1]["$ref"].rpartition("/")[2]].get("properties", {})
        return annotation(schema["results"]["items"], PREFIX) if {"next", "results"} <= schema.keys() else None

    def _parameters(self, place: str) -> list[Mapping[str, Any]]:
        return [one for one in self.operation.get("parameters", ()) if one["in"] == place and one["name"] != NARROWING]


def _whole(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first of several: the others are answers of which only some fields were asked for."""
    whole: Mapping[str, Any] = schema.get("anyOf", [schema])[0]
    return whole


def source(method: Method) -> str:
    """The method, and one that goes through all pages where it is a list."""
    parts = [_call(method)]
    if method.item is not None and method.verb == "GET":
        parts.append(_pages(method))
    return "\n\n".join(parts)


def _call(method: Method) -> str:
    answer = _answer(method)
    arguments = [f'"{method.verb}"', _address(method)]
    if method.body_class:
        arguments.append("body=body")
    if method.query_schema:
        arguments.append("query=query")
    if "security" not in method.operation:
        arguments.append("signed_in=False")
    call = f"self._transport.send({', '.join(arguments)})"
    body = [f"        {call}"] if answer == "None" else [f"        answer: {answer} = {call}", "        return answer"]
    return "\n".join([f"    def {method.name}({_signature(method)}) -> {answer}:", *_doc(method), *body]) + "\n"


def _pages(method: Method) -> str:
    name = f"iter_{method.name.partition('_')[2] or method.name}"
    doc = docstring(f"Every item of `{method.name}`, from page to page.", 8)
    head = f"    def {name}({_signature(method)}) -> Iterator[{method.item}]:"
    query = "query" if method.query_schema else "{}"
    return "\n".join([head, *doc, f"        return self._transport.pages({_address(method)}, {query})"]) + "\n"


def _signature(method: Method) -> str:
    parts = ["self", *(f"{name}: {kind}" for name, kind in method.ids), *(["/"] if method.ids else [])]
    if method.body_class:
        if method.query_schema:
            parts.append(f"query: {PREFIX}{method.query_class} = {{}}")
        parts.append(f"**body: Unpack[{PREFIX}{method.body_class}]")
    elif method.query_schema:
        parts.append(f"**query: Unpack[{PREFIX}{method.query_class}]")
    return ", ".join(parts)


def _address(method: Method) -> str:
    if not method.ids:
        return f'"{method.path}"'
    return f'filled("{method.path}", {", ".join(f"{name}={name}" for name, _ in method.ids)})'


def _answer(method: Method) -> str:
    if method.answer is None:
        return "None"
    media, schema = method.answer
    kinds = [annotation(schema, PREFIX) if "json" in media else "str"]
    return " | ".join(dict.fromkeys([*kinds, *("str" for _ in method.other_media)]))


def _doc(method: Method) -> list[str]:
    return docstring(str(method.operation["summary"]), 8)
