"""
What webhooks does about the events of `projects` and `auth`: for each, one delivery to every subscription that asked
for it.
"""

from synergy_webhooks.policies.hearing import HearUsers
from synergy_webhooks.policies.losing import cancel_lost
from synergy_webhooks.policies.scheduling import ScheduleDeliveries

__all__ = ["HearUsers", "ScheduleDeliveries", "cancel_lost"]
