"""/api/admin/: accounts, for superusers."""

from synergy_contracts.sessions import ListUsers, UpdateUser, UserChanges, UserView
from synergy_gateway import methods
from synergy_gateway.answers import Answer
from synergy_gateway.asking import Asking
from synergy_gateway.operations import get, patch
from synergy_gateway.pages import Listing

ADMIN = ("admin",)


@get("/api/admin/users/", Listing[UserView], private=True, scopes=ADMIN)
async def list_users(asking: Asking, query: ListUsers) -> Answer:
    """List all accounts; for superusers."""
    return await asking.page(methods.LIST_USERS, query)


@patch("/api/admin/users/{user_id}/", UserView, private=True, scopes=ADMIN)
async def update_user(asking: Asking, user_id: int, body: UserChanges) -> Answer:
    """Disable or enable an account, make or unmake a superuser, remove a lost second factor; for superusers."""
    return await asking.answer(methods.UPDATE_USER, UpdateUser(user_id=user_id, changes=body))
