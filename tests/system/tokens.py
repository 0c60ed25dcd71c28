"""Access tokens that look like a caller's own, and are not."""

from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from system.steps import Client

FORGED = ("own_key", "alg_none", "hs256", "rubbish", "empty", "tampered", "foreign_kid")


def genuine(client: Client) -> str:
    """The caller's own token."""
    return str(client.headers["Authorization"]).split()[1]


def signed(client: Client, *, key: Any = None, algorithm: str = "EdDSA", headers: Any = None, **changes: Any) -> str:
    """A token like the caller's, changed and signed with `key`, or with a key that nobody knows."""
    claims = jwt.decode(genuine(client), options={"verify_signature": False}) | changes
    head = jwt.get_unverified_header(genuine(client)) | (headers or {})
    head.pop("alg", None)
    return jwt.encode(claims, key if key is not None else Ed25519PrivateKey.generate(), algorithm, headers=head)


def forged(client: Client, case: str) -> str:
    """A token of one of the FORGED kinds."""
    head, payload, signature = genuine(client).split(".")
    match case:
        case "own_key":
            return signed(client)
        case "alg_none":
            return signed(client, key="", algorithm="none")
        case "hs256":
            return signed(client, key="x" * 64, algorithm="HS256")
        case "foreign_kid":
            return signed(client, headers={"kid": "../../etc/passwd"})
        case "tampered":
            return ".".join((head, payload[:-4] + "AAAA", signature))
        case "rubbish":
            return "a.b.c"
        case "empty":
            return ""
    raise ValueError(case)
