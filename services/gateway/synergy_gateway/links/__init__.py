"""
The page that links in mails lead to: set a new password, confirm an address, join a project.

One document that loads nothing. What a link says stands behind its `#`, which browsers send to nobody.
"""

from dataclasses import dataclass
from importlib.resources import files

from synergy_gateway import inline


@dataclass(frozen=True, slots=True)
class LinksPage:
    """`html` is complete and encoded, `policy` its Content-Security-Policy."""

    html: bytes
    policy: str


def links_page() -> LinksPage:
    """The page, put together from its parts."""
    html, style, script = (_text(name) for name in ("page.html", "page.css", "page.js"))
    policy = (
        f"default-src 'none'; style-src {inline.source(style)}; script-src {inline.source(script)}; "
        "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
    return LinksPage(html.replace("{{style}}", style).replace("{{script}}", script).encode(), policy)


def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
