"""What auth does: one function a command."""

from synergy_auth.handlers.erase_user import erase_user
from synergy_auth.handlers.login import login
from synergy_auth.handlers.refresh_tokens import refresh_tokens
from synergy_auth.handlers.register import create_superuser, register
from synergy_auth.handlers.update_profile import update_profile

__all__ = ["create_superuser", "erase_user", "login", "refresh_tokens", "register", "update_profile"]
