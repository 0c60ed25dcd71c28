"""/api/activity/: what happened, in words."""

import msgspec

from synergy_contracts.activity import Activity, ListActivity
from synergy_gateway import methods
from synergy_gateway.answers import Answer, answered
from synergy_gateway.asking import Asking
from synergy_gateway.cursors import ACTIVITY, ActivityQuery, place_of
from synergy_gateway.operations import get
from synergy_gateway.pages import Listing, activity_before


@get("/api/activity/", Listing[Activity])
async def list_activity(asking: Asking, query: ActivityQuery) -> Answer:
    """Read what happened in your projects, in words, newest first; `next` leads to what is older."""
    wanted = msgspec.structs.asdict(query) | {"cursor": place_of(ACTIVITY, query.cursor)}
    told = await asking.ask(methods.LIST_ACTIVITY, ListActivity(**wanted))
    return answered(*activity_before(told, asked=query, url=asking.url))
