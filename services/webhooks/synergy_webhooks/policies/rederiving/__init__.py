"""The deliveries that there must be, as the two logs say: derived anew, and what is missing of them made again."""

from synergy_webhooks.policies.rederiving.rederive import Rederived, Rederiver, rederive

__all__ = ["Rederived", "Rederiver", "rederive"]
