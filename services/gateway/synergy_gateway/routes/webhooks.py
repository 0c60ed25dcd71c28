"""/api/webhooks/ and /api/webhook-deliveries/."""

from uuid import UUID

import msgspec

from synergy_contracts.webhooks import (
    CreateWebhook,
    DeliveryRef,
    DeliveryView,
    ListDeliveries,
    ListWebhooks,
    UpdateWebhook,
    WebhookChanges,
    WebhookRef,
    WebhookView,
)
from synergy_gateway import methods
from synergy_gateway.answers import Answer, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.operations import delete, get, patch, post, put
from synergy_gateway.pages import Listing
from synergy_gateway.replacements import WebhookReplacement, all_of

WEBHOOKS = "/api/webhooks/"
WEBHOOK = "/api/webhooks/{webhook_id}/"
DELIVERIES = "/api/webhooks/{webhook_id}/deliveries/"
DELIVERY = "/api/webhook-deliveries/{delivery_id}/"


class _Webhook(msgspec.Struct, frozen=True):
    id: UUID


@get(WEBHOOKS, Listing[WebhookView])
async def list_webhooks(asking: Asking, query: ListWebhooks) -> Answer:
    """List your webhooks."""
    return await asking.page(methods.LIST_WEBHOOKS, query)


@post(WEBHOOKS, WebhookView, private=True)
async def create_webhook(asking: Asking, body: CreateWebhook) -> Answer:
    """Subscribe a URL to events; the secret is told this once."""
    made = await asking.ask(methods.CREATE_WEBHOOK, body)
    return created(made, WEBHOOK.format(webhook_id=identified(made, _Webhook).id))


@get(WEBHOOK, WebhookView)
async def read_webhook(asking: Asking, webhook_id: UUID) -> Answer:
    """Read a webhook and its statistics."""
    return await asking.answer(methods.READ_WEBHOOK, WebhookRef(webhook_id=webhook_id))


@patch(WEBHOOK, WebhookView)
async def update_webhook(asking: Asking, webhook_id: UUID, body: WebhookChanges) -> Answer:
    """Change fields of a webhook."""
    return await asking.answer(methods.UPDATE_WEBHOOK, UpdateWebhook(webhook_id=webhook_id, changes=body))


@put(WEBHOOK, WebhookView)
async def replace_webhook(asking: Asking, webhook_id: UUID, body: WebhookReplacement) -> Answer:
    """Replace a webhook; its secret stays."""
    changes = all_of(body, WebhookChanges)
    return await asking.answer(methods.UPDATE_WEBHOOK, UpdateWebhook(webhook_id=webhook_id, changes=changes))


@delete(WEBHOOK)
async def delete_webhook(asking: Asking, webhook_id: UUID) -> Answer:
    """Delete a webhook; what it has not delivered is cancelled."""
    await asking.ask(methods.DELETE_WEBHOOK, WebhookRef(webhook_id=webhook_id))
    return done()


@get(DELIVERIES, Listing[DeliveryView], fixed={"webhook_id": "webhook_id"})
async def list_deliveries(asking: Asking, webhook_id: UUID, query: ListDeliveries) -> Answer:
    """List a webhook's deliveries, newest first."""
    return await asking.page(methods.LIST_DELIVERIES, query)


@get(DELIVERY, DeliveryView)
async def read_delivery(asking: Asking, delivery_id: UUID) -> Answer:
    """Read a delivery with its attempts."""
    return await asking.answer(methods.READ_DELIVERY, DeliveryRef(delivery_id=delivery_id))
