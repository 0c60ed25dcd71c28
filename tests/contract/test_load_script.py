"""The original's load script is run as it was written: no formatter and no hand has been at it."""

import hashlib
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "load" / "locustfile.py"
ORIGINAL = "2dd6b83f25ab79b8b2bd5c5d19c261f67760987f181cbfcbac0e01a35f5e64c6"
"""SHA-256 of the listing in §6.2.3 of the original's documentation."""


def test_the_load_script_is_the_original_s():
    assert hashlib.sha256(SCRIPT.read_bytes()).hexdigest() == ORIGINAL
