"""/api/search/: words in everything the caller may see."""

from synergy_contracts.search import Found, Search
from synergy_gateway import methods
from synergy_gateway.answers import Answer
from synergy_gateway.asking import Asking
from synergy_gateway.operations import get
from synergy_gateway.pages import Listing


@get("/api/search/", Listing[Found])
async def search(asking: Asking, query: Search) -> Answer:
    """Find words in your tasks, comments and projects, the best match first; `#12` finds the task of that number."""
    return await asking.page(methods.SEARCH, query)
