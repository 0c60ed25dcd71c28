"""/api/auth/: where you are signed in, signing out, another password, your security log."""

from uuid import UUID

from synergy_contracts.sessions import (
    ChangePassword,
    ListSecurityEvents,
    ListSessions,
    Logout,
    LogoutBody,
    LogoutScope,
    SecurityEvent,
    SessionRef,
    SessionView,
)
from synergy_gateway import methods
from synergy_gateway.answers import Answer, done
from synergy_gateway.asking import Asking
from synergy_gateway.operations import delete, get, post
from synergy_gateway.pages import Listing


@post("/api/auth/logout/", None, status=204, in_session=True)
async def logout(asking: Asking, query: LogoutScope, body: LogoutBody) -> Answer:
    """Sign out: this session ends, or all of yours."""
    await asking.ask(methods.LOGOUT, Logout(refresh=body.refresh, everywhere=query.all))
    return done()


@post("/api/auth/password/change/", None, status=204, secures=True)
async def change_password(asking: Asking, body: ChangePassword) -> Answer:
    """Set another password; all your other sessions end."""
    await asking.ask(methods.CHANGE_PASSWORD, body)
    return done()


@get("/api/auth/sessions/", Listing[SessionView], private=True, secures=True)
async def list_sessions(asking: Asking, query: ListSessions) -> Answer:
    """List where you are signed in."""
    return await asking.page(methods.LIST_SESSIONS, query)


@delete("/api/auth/sessions/{session_id}/", secures=True)
async def end_session(asking: Asking, session_id: UUID) -> Answer:
    """Sign out elsewhere: end one of your sessions."""
    await asking.ask(methods.END_SESSION, SessionRef(session_id=session_id))
    return done()


@get("/api/auth/security-events/", Listing[SecurityEvent], private=True)
async def list_security_events(asking: Asking, query: ListSecurityEvents) -> Answer:
    """List what happened to your account; superusers see everybody's."""
    return await asking.page(methods.LIST_SECURITY_EVENTS, query)
