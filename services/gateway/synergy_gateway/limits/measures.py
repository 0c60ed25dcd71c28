"""What a gateway process counts of its limits."""

from typing import Final

from prometheus_client import Counter

from synergy_chassis.metrics import REGISTRY

refused: Final = Counter("http_rate_limited", "Requests beyond a limit, by whose it was.", ["limit"], registry=REGISTRY)
