"""Whom a login meant."""

import hashlib
import hmac


def account_key(user_id: int | None, name: str, *, secret_key: str) -> str:
    """
    Whom a login meant, as the security log and the limits know it: the account, or a keyed digest of an unknown name.

    Digested, because people type passwords into the name field.
    """
    if user_id is not None:
        return f"user:{user_id}"
    return "name:" + hmac.new(secret_key.encode(), b"login-name\x00" + name.encode(), hashlib.sha256).hexdigest()
