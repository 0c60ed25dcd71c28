"""What explains the API: its OpenAPI document, a page made of it, and the meaning of every error."""

from typing import Any, Final

import msgspec

from synergy_gateway.answers import Answer, answered, told
from synergy_gateway.asking import Asking
from synergy_gateway.operations import get
from synergy_gateway.problem_types import PROBLEM_TYPES
from synergy_gateway.problems import not_found

HTML: Final = "text/html"
PUBLIC: Final = {"Cache-Control": "public, no-cache", "Vary": "Accept-Encoding"}


class ProblemExplained(msgspec.Struct, frozen=True, kw_only=True):
    """What an error means and what to do about it."""

    type: str
    title: str
    status: int
    help: str


class ProblemList(msgspec.Struct, frozen=True, kw_only=True):
    """Every error there is."""

    problems: list[ProblemExplained]


@get("/api/openapi.json", dict[str, Any], signed_in=False)
async def read_openapi(asking: Asking) -> Answer:
    """Read this document."""
    return answered(asking.gateway.documents.openapi, PUBLIC)


@get("/api/docs/", None, signed_in=False, media_type=HTML)
async def read_docs(asking: Asking) -> Answer:
    """Read this document as a page for people; it loads nothing from elsewhere."""
    documents = asking.gateway.documents
    headers = {"Content-Security-Policy": documents.page_policy, **PUBLIC}
    return Answer(body=documents.page, media_type=HTML, headers=headers)


@get("/problems/", ProblemList, signed_in=False)
async def list_problems(asking: Asking) -> Answer:
    """List every error there is."""
    return told(ProblemList(problems=[_explained(slug) for slug in sorted(PROBLEM_TYPES)]), PUBLIC)


@get("/problems/{slug}", ProblemExplained, signed_in=False)
async def read_problem(asking: Asking, slug: str) -> Answer:
    """Read what an error means and what to do about it."""
    if slug not in PROBLEM_TYPES:
        raise not_found("There is no error of this name; /problems/ lists them all.")
    return told(_explained(slug), PUBLIC)


def _explained(slug: str) -> ProblemExplained:
    known = PROBLEM_TYPES[slug]
    return ProblemExplained(type=f"/problems/{slug}", title=known.title, status=known.status, help=known.help)
