"""
The page that links in mails lead to: set a new password, confirm an address, join a project.

One document that loads nothing. What a link says stands behind its `#`, which browsers send to nobody.
"""

import base64
import hashlib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class LinksPage:
    """`html` is complete and encoded, `policy` its Content-Security-Policy."""

    html: bytes
    policy: str


def links_page() -> LinksPage:
    """The page, put together from its parts."""
    html, style, script = (_text(name) for name in ("page.html", "page.css", "page.js"))
    policy = (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; connect-src 'self'; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
    return LinksPage(html.replace("{{style}}", style).replace("{{script}}", script).encode(), policy)


def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """How a policy names an inline text (CSP 3, §2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
