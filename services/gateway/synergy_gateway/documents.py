"""The documents a gateway serves, made once at its start."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import msgspec

from synergy_gateway import inline, openapi
from synergy_gateway.links import LinksPage, links_page
from synergy_gateway.operations import Operation

STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
code,pre{font:14px/1.45 ui-monospace,monospace}pre{background:#f4f4f5;padding:.75rem;overflow:auto;border-radius:.4rem}
details{border:1px solid #ddd;border-radius:.4rem;margin:.4rem 0;padding:.4rem .8rem}summary{cursor:pointer}
b{display:inline-block;min-width:4.2rem}td,th{text-align:left;padding:.15rem 1rem .15rem 0;vertical-align:top}
@media(prefers-color-scheme:dark){body{color:#eee;background:#18181b}pre{background:#27272a}details{border-color:#3f3f46}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """`openapi` and `page` are complete and encoded; `page_policy` is the page's Content-Security-Policy."""

    openapi: bytes
    page: bytes
    page_policy: str
    links: LinksPage

    @classmethod
    def of(cls, operations: Sequence[Operation], *, server: str) -> "Documents":
        """The documents of these operations."""
        document = openapi.document(operations, server=server)
        return cls(
            openapi=msgspec.json.encode(document),
            page=_page(document).encode(),
            page_policy=(
                f"default-src 'none'; style-src {inline.source(STYLE)}; frame-ancestors 'none'; base-uri 'none'"
            ),
            links=links_page(),
        )


def _page(document: dict[str, Any]) -> str:
    info = document["info"]
    operations = [
        (path, method, operation) for path, item in document["paths"].items() for method, operation in item.items()
    ]
    groups = dict.fromkeys(operation["tags"][0] for _, _, operation in operations)
    parts = [
        f"<h2>{escape(group.capitalize())}</h2>"
        + "".join(_operation(path, method, made) for path, method, made in operations if made["tags"][0] == group)
        for group in groups
    ]
    schemas = "".join(
        f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>{_json(schema)}</details>'
        for name, schema in document["components"]["schemas"].items()
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(info['title'])} API</title><style>{STYLE}</style>"
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1><p>{escape(info['description'])}</p>"
        f'<p>For machines: <a href="/api/openapi.json">OpenAPI 3.1</a>. Errors: <a href="/problems/">all types</a>.</p>'
        f"{''.join(parts)}<h2>Types</h2>{schemas}</html>"
    )


def _operation(path: str, method: str, made: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(parameter['name'])}</code><td>{parameter['in']}<td><code>{escape(_text(parameter['schema']))}"
        f"</code></tr>"
        for parameter in made.get("parameters", [])
    )
    answers = "".join(
        f"<tr><td>{status}<td>{escape(answer['description'])} {_types(answer)}</tr>"
        for status, answer in made["responses"].items()
    )
    body = f"<p>Body: {_types(made['requestBody'])}</p>" if "requestBody" in made else ""
    lock = "" if "security" in made else " (without signing in)"
    return (
        f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code> {escape(made['summary'])}{lock}"
        f"</summary><table>{rows}</table>{body}<table>{answers}</table></details>"
    )


def _types(content: dict[str, Any]) -> str:
    for media in content.get("content", {}).values():
        name = media["schema"].get("$ref", "").rpartition("/")[2]
        return f'<a href="#{escape(name)}"><code>{escape(name)}</code></a>' if name else _json(media["schema"])
    return ""


def _json(schema: dict[str, Any]) -> str:
    return f"<pre>{escape(msgspec.json.format(_text(schema), indent=2))}</pre>"


def _text(schema: dict[str, Any]) -> str:
    return msgspec.json.encode(schema).decode()
