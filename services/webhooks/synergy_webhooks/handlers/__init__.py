"""One function a command: lock the stream, look the command up, read, decide, append with rows, commit."""

from synergy_webhooks.handlers.create_webhook import create_webhook
from synergy_webhooks.handlers.delete_webhook import delete_webhook
from synergy_webhooks.handlers.disable_webhook import disable_webhook
from synergy_webhooks.handlers.erase_person import erase_person
from synergy_webhooks.handlers.needs import Needs
from synergy_webhooks.handlers.update_webhook import update_webhook

__all__ = ["Needs", "create_webhook", "delete_webhook", "disable_webhook", "erase_person", "update_webhook"]
