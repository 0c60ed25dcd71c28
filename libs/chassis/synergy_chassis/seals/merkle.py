"""The Merkle tree hash of RFC 6962 §2.1, over events of the log."""

from collections.abc import Sequence
from hashlib import sha256
from struct import Struct
from typing import Final

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"
_PLACE: Final = Struct(">2q")


def leaf(position: int, stream: str, version: int, chain: bytes) -> bytes:
    """What the tree holds of one event: where it stands, and the hash of its stream up to it (32 bytes)."""
    return sha256(_LEAF + _PLACE.pack(position, version) + chain + stream.encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The hash of the tree over these leaves, in order. A left half is the largest power of two below the whole."""
    level = list(leaves)
    if not level:
        return sha256(b"").digest()
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(_NODE + left + right).digest() for left, right in pairs]
        level = above + level[-1:] if len(level) % 2 else above
    return level[0]
