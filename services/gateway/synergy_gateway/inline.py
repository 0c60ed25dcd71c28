"""Texts within a page that its Content-Security-Policy names by their digest (CSP 3, §2.3.1)."""

import base64
import hashlib


def source(text: str) -> str:
    """The source expression that allows this very style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
