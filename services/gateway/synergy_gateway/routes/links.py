"""What links in mails lead to."""

from synergy_gateway.answers import Answer
from synergy_gateway.asking import Asking
from synergy_gateway.operations import get
from synergy_gateway.routes.documents import HTML, PUBLIC


@get("/", None, signed_in=False, media_type=HTML)
async def read_links_page(asking: Asking) -> Answer:
    """Read the page for people that links in mails lead to; it loads nothing."""
    page = asking.gateway.documents.links
    headers = {"Content-Security-Policy": page.policy, **PUBLIC}
    return Answer(body=page.html, media_type=HTML, headers=headers)
