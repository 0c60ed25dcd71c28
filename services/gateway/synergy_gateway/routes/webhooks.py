"""/api/webhooks/, /api/webhook-deliveries/ and /api/webhook-events/."""

from functools import cache
from uuid import UUID

import msgspec

from synergy_contracts.catalogue import WebhookEvent, told
from synergy_contracts.webhooks import (
    CreateWebhook,
    DeleteWebhook,
    DeliveryRef,
    DeliveryView,
    ListDeliveries,
    ListWebhooks,
    NewSecret,
    OverlapHours,
    Replay,
    Replayed,
    ReplayEvents,
    RotateSecret,
    UpdateWebhook,
    WebhookChanges,
    WebhookRef,
    WebhookView,
)
from synergy_gateway import methods
from synergy_gateway.answers import Answer, answered, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.methods import Method
from synergy_gateway.operations import delete, get, patch, post, put
from synergy_gateway.pages import Listing
from synergy_gateway.replacements import WebhookReplacement, all_of

WEBHOOKS = "/api/webhooks/"
WEBHOOK = "/api/webhooks/{webhook_id}/"
ENABLE = "/api/webhooks/{webhook_id}/enable/"
ROTATION = "/api/webhooks/{webhook_id}/rotate-secret/"
TEST = "/api/webhooks/{webhook_id}/test/"
REPLAY = "/api/webhooks/{webhook_id}/replay/"
DELIVERIES = "/api/webhooks/{webhook_id}/deliveries/"
DELIVERY = "/api/webhook-deliveries/{delivery_id}/"
REDELIVER = "/api/webhook-deliveries/{delivery_id}/redeliver/"
EVENTS = "/api/webhook-events/"


class SecretRotation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how many hours the former secrets go on signing beside the new one: a day by default, a week at most."""

    overlap_hours: OverlapHours = 24


class _Webhook(msgspec.Struct, frozen=True):
    id: UUID


@cache
def _catalogue() -> bytes:
    events = told()
    return msgspec.json.encode(Listing(count=len(events), next=None, previous=None, results=events))


@get(EVENTS, Listing[WebhookEvent], signed_in=False)
async def list_webhook_events(asking: Asking) -> Answer:
    """List the types of events, with a JSON Schema and an example of what is sent for each."""
    return answered(_catalogue(), {"Cache-Control": "public, no-cache", "Vary": "Accept-Encoding"})


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


@patch(WEBHOOK, WebhookView, conditional=True)
async def update_webhook(asking: Asking, webhook_id: UUID, body: WebhookChanges) -> Answer:
    """Change fields of a webhook."""
    return await _update(asking, webhook_id, body)


@put(WEBHOOK, WebhookView, conditional=True)
async def replace_webhook(asking: Asking, webhook_id: UUID, body: WebhookReplacement) -> Answer:
    """Replace a webhook; its secret stays."""
    return await _update(asking, webhook_id, all_of(body, WebhookChanges))


@delete(WEBHOOK, conditional=True)
async def delete_webhook(asking: Asking, webhook_id: UUID) -> Answer:
    """Delete a webhook; what it has not delivered is cancelled."""
    gone = DeleteWebhook(webhook_id=webhook_id, if_match=asking.if_match)
    await asking.ask_if_matched(methods.DELETE_WEBHOOK, gone, reading=_reading(webhook_id))
    return done()


@post(ENABLE, WebhookView, status=200)
async def enable_webhook(asking: Asking, webhook_id: UUID) -> Answer:
    """Switch a webhook on: what waits goes out, and its endpoint is tried at once."""
    return await asking.answer(methods.ENABLE_WEBHOOK, WebhookRef(webhook_id=webhook_id))


@post(ROTATION, NewSecret, status=200, private=True)
async def rotate_secret(asking: Asking, webhook_id: UUID, body: SecretRotation) -> Answer:
    """Give a webhook a new secret, told this once; the former ones sign beside it for a while."""
    asked = RotateSecret(webhook_id=webhook_id, overlap_hours=body.overlap_hours)
    return await asking.answer(methods.ROTATE_SECRET, asked)


@post(TEST, DeliveryView)
async def ping_webhook(asking: Asking, webhook_id: UUID) -> Answer:
    """Send a test; the delivery in the answer tells later what came of it."""
    made = await asking.ask(methods.PING_WEBHOOK, WebhookRef(webhook_id=webhook_id))
    return created(made, DELIVERY.format(delivery_id=identified(made, _Webhook).id))


@post(REPLAY, Replayed, status=200)
async def replay_events(asking: Asking, webhook_id: UUID, body: Replay) -> Answer:
    """Send events of the past again, or count them."""
    return await asking.answer(methods.REPLAY_EVENTS, ReplayEvents(webhook_id=webhook_id, range=body))


@get(DELIVERIES, Listing[DeliveryView], fixed={"webhook_id": "webhook_id"})
async def list_deliveries(asking: Asking, webhook_id: UUID, query: ListDeliveries) -> Answer:
    """List a webhook's deliveries, newest first."""
    return await asking.page(methods.LIST_DELIVERIES, query)


@get(DELIVERY, DeliveryView)
async def read_delivery(asking: Asking, delivery_id: UUID) -> Answer:
    """Read a delivery with its attempts."""
    return await asking.answer(methods.READ_DELIVERY, DeliveryRef(delivery_id=delivery_id))


@post(REDELIVER, DeliveryView, status=200)
async def repeat_delivery(asking: Asking, delivery_id: UUID) -> Answer:
    """Send a delivery again, under the same ids."""
    return await asking.answer(methods.REPEAT_DELIVERY, DeliveryRef(delivery_id=delivery_id))


async def _update(asking: Asking, webhook_id: UUID, changes: WebhookChanges) -> Answer:
    changed = UpdateWebhook(webhook_id=webhook_id, changes=changes, if_match=asking.if_match)
    return answered(await asking.ask_if_matched(methods.UPDATE_WEBHOOK, changed, reading=_reading(webhook_id)))


def _reading(webhook_id: UUID) -> tuple[Method[WebhookRef], WebhookRef]:
    """The question that tells what the webhook is now."""
    return methods.READ_WEBHOOK, WebhookRef(webhook_id=webhook_id)
