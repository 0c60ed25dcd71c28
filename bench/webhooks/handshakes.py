"""What a TLS handshake takes of the processor in OpenSSL alone: nobody who opens connections can be below that."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Final

ROUNDS: Final = 100


@dataclass(frozen=True, slots=True)
class Handshake:
    """Seconds of processor time of a full one, on the side of the sender and on that of the receiver."""

    sender: float
    receiver: float


def a_handshake(certificate: Path) -> Handshake:
    """The mean of many, in memory, with the certificate verified as the sender does."""
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    ours = ssl.create_default_context(cafile=str(certificate))
    spent = [0.0, 0.0]
    for _ in range(ROUNDS):
        inward, outward = ssl.MemoryBIO(), ssl.MemoryBIO()
        sides = (
            ours.wrap_bio(inward, outward, server_hostname="127.0.0.1"),
            theirs.wrap_bio(outward, inward, server_side=True),
        )
        under_way = list(enumerate(sides))
        while under_way:
            under_way = [(number, side) for number, side in under_way if not _goes_on(side, number, spent)]
    return Handshake(*(seconds / ROUNDS for seconds in spent))


def _goes_on(side: ssl.SSLObject, number: int, spent: list[float]) -> bool:
    """Whether this side is done, after what it can do now."""
    begun = process_time()
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    finally:
        spent[number] += process_time() - begun
    return True
