"""One function a command: lock the stream, look the command up, read, decide, append with rows, commit."""

from synergy_webhooks.handlers.create_webhook import create_webhook
from synergy_webhooks.handlers.delete_webhook import delete_webhook
from synergy_webhooks.handlers.disable_webhook import disable_webhook
from synergy_webhooks.handlers.erase_person import erase_person
from synergy_webhooks.handlers.hear_user import hear_user
from synergy_webhooks.handlers.needs import Needs
from synergy_webhooks.handlers.note_failure import note_failure
from synergy_webhooks.handlers.ping_webhook import ping_webhook
from synergy_webhooks.handlers.repeat_delivery import repeat_delivery
from synergy_webhooks.handlers.replay_events import replay_events
from synergy_webhooks.handlers.rotate_secret import rotate_secret
from synergy_webhooks.handlers.update_webhook import enable_webhook, update_webhook

__all__ = [
    "Needs",
    "create_webhook",
    "delete_webhook",
    "disable_webhook",
    "enable_webhook",
    "erase_person",
    "hear_user",
    "note_failure",
    "ping_webhook",
    "repeat_delivery",
    "replay_events",
    "rotate_secret",
    "update_webhook",
]
