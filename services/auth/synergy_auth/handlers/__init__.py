"""What auth does: one function a command."""

from synergy_auth.handlers.change_password import change_password
from synergy_auth.handlers.erase_account import erase_account
from synergy_auth.handlers.erase_user import erase_user
from synergy_auth.handlers.forget_sessions import forget_sessions
from synergy_auth.handlers.invitations import (
    accept_invitation,
    cancel_invitation,
    check_invitation,
    send_invitation,
)
from synergy_auth.handlers.login import login
from synergy_auth.handlers.logout import end_session, logout
from synergy_auth.handlers.needs import Needs
from synergy_auth.handlers.one_time import begin_second_factor, confirm_second_factor, remove_second_factor
from synergy_auth.handlers.personal_tokens import create_token, revoke_token, verify_token
from synergy_auth.handlers.refresh_tokens import refresh_tokens
from synergy_auth.handlers.register import open_account, register
from synergy_auth.handlers.remove_lost_second_factor import remove_lost_second_factor
from synergy_auth.handlers.reset_password import ask_reset, confirm_email, reset_password
from synergy_auth.handlers.update_profile import update_profile
from synergy_auth.handlers.update_user import update_user

__all__ = [
    "Needs",
    "accept_invitation",
    "ask_reset",
    "begin_second_factor",
    "cancel_invitation",
    "change_password",
    "check_invitation",
    "confirm_email",
    "confirm_second_factor",
    "create_token",
    "end_session",
    "erase_account",
    "erase_user",
    "forget_sessions",
    "login",
    "logout",
    "open_account",
    "refresh_tokens",
    "register",
    "remove_lost_second_factor",
    "remove_second_factor",
    "reset_password",
    "revoke_token",
    "send_invitation",
    "update_profile",
    "update_user",
    "verify_token",
]
