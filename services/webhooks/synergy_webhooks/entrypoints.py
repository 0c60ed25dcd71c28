"""The doors: decode, hand to the application, encode. Alone in knowing nameko and the contracts."""

from typing import Any

import msgspec

from synergy_chassis.bus import Application, Call, CallContext, follow, refusing, rpc
from synergy_chassis.clock import new_id
from synergy_chassis.codec import decode, encode
from synergy_chassis.health import DOWN, UP, database_health, follower_health, models_health, relay_health
from synergy_chassis.store.pages import fitting
from synergy_chassis.store.tally import tally
from synergy_contracts import webhooks as contract
from synergy_contracts.envelope import (
    EventsAfter,
    Nothing,
    Page,
    PartHealth,
    ServiceHealth,
    StoredEvent,
    TallyUpTo,
)
from synergy_webhooks import __version__
from synergy_webhooks.bootstrap import Webhooks, build_green
from synergy_webhooks.domain import commands
from synergy_webhooks.domain.errors import DomainError
from synergy_webhooks.policies.place import PLACE


class WebhooksService:
    """Subscriptions and deliveries. The names of its methods are public: `webhooks.<method>` on the bus."""

    name = "webhooks"
    app: Webhooks = Application(build_green)
    call: CallContext = Call()

    @rpc
    def create_webhook(self, body: dict[str, Any]) -> Any:
        """CreateWebhook → WebhookView of the caller's new subscription, with its secret."""
        actor = self.call.signed_in()
        asked = decode(contract.CreateWebhook, body)
        command = commands.CreateWebhook(
            webhook_id=new_id(),
            owner_id=actor.user_id,
            name=asked.name,
            url=asked.url,
            events=tuple(asked.events),
            secret=asked.secret,
            is_active=asked.is_active,
            projects=tuple(asked.projects),
            format=asked.format,
            ordered=asked.ordered,
            superuser=actor.superuser,
        )
        with refusing(DomainError):
            return encode(contract.WebhookView, self.app.create_webhook(command, self.call.command()))

    @rpc
    def list_webhooks(self, body: dict[str, Any]) -> Any:
        """ListWebhooks → Page of the caller's subscriptions."""
        actor = self.call.signed_in()
        asked = decode(contract.ListWebhooks, body)
        found = self.app.list_webhooks(
            actor.user_id, is_active=asked.is_active, page=asked.page, page_size=asked.page_size
        )
        return encode(Page[contract.WebhookView], found)

    @rpc
    def read_webhook(self, body: dict[str, Any]) -> Any:
        """WebhookRef → WebhookView."""
        actor = self.call.signed_in()
        asked = decode(contract.WebhookRef, body)
        with refusing(DomainError):
            return encode(contract.WebhookView, self.app.read_webhook(asked.webhook_id, actor.user_id))

    @rpc
    def update_webhook(self, body: dict[str, Any]) -> Any:
        """UpdateWebhook → WebhookView."""
        actor = self.call.signed_in()
        asked = decode(contract.UpdateWebhook, body)
        changes = {
            field: tuple(value) if isinstance(value, list) else value
            for field, value in msgspec.structs.asdict(asked.changes).items()
            if value is not msgspec.UNSET
        }
        command = commands.UpdateWebhook(
            webhook_id=asked.webhook_id,
            owner_id=actor.user_id,
            changes=changes,
            if_match=_matched(asked.if_match),
            superuser=actor.superuser,
        )
        with refusing(DomainError):
            return encode(contract.WebhookView, self.app.update_webhook(command, self.call.command()))

    @rpc
    def delete_webhook(self, body: dict[str, Any]) -> None:
        """DeleteWebhook → nothing."""
        actor = self.call.signed_in()
        asked = decode(contract.DeleteWebhook, body)
        command = commands.DeleteWebhook(
            webhook_id=asked.webhook_id, owner_id=actor.user_id, if_match=_matched(asked.if_match)
        )
        with refusing(DomainError):
            self.app.delete_webhook(command, self.call.command())

    @rpc
    def enable_webhook(self, body: dict[str, Any]) -> Any:
        """WebhookRef → WebhookView."""
        actor = self.call.signed_in()
        asked = decode(contract.WebhookRef, body)
        command = commands.EnableWebhook(webhook_id=asked.webhook_id, owner_id=actor.user_id)
        with refusing(DomainError):
            return encode(contract.WebhookView, self.app.enable_webhook(command, self.call.command()))

    @rpc
    def rotate_secret(self, body: dict[str, Any]) -> Any:
        """RotateSecret → NewSecret."""
        actor = self.call.signed_in()
        asked = decode(contract.RotateSecret, body)
        command = commands.RotateSecret(
            webhook_id=asked.webhook_id, owner_id=actor.user_id, overlap_hours=asked.overlap_hours
        )
        with refusing(DomainError):
            return encode(contract.NewSecret, self.app.rotate_secret(command, self.call.command()))

    @rpc
    def ping_webhook(self, body: dict[str, Any]) -> Any:
        """WebhookRef → DeliveryView of a test."""
        actor = self.call.signed_in()
        asked = decode(contract.WebhookRef, body)
        command = commands.PingWebhook(webhook_id=asked.webhook_id, owner_id=actor.user_id)
        with refusing(DomainError):
            return encode(contract.DeliveryView, self.app.ping_webhook(command, self.call.command()))

    @rpc
    def repeat_delivery(self, body: dict[str, Any]) -> Any:
        """DeliveryRef → DeliveryView."""
        actor = self.call.signed_in()
        asked = decode(contract.DeliveryRef, body)
        command = commands.RepeatDelivery(delivery_id=asked.delivery_id, owner_id=actor.user_id)
        with refusing(DomainError):
            return encode(contract.DeliveryView, self.app.repeat_delivery(command, self.call.command()))

    @rpc
    def replay_events(self, body: dict[str, Any]) -> Any:
        """ReplayEvents → Replayed."""
        actor = self.call.signed_in()
        asked = decode(contract.ReplayEvents, body)
        command = commands.ReplayEvents(
            webhook_id=asked.webhook_id,
            owner_id=actor.user_id,
            from_position=asked.range.from_position,
            since=asked.range.since,
            to=asked.range.to,
            types=tuple(asked.range.types),
            dry_run=asked.range.dry_run,
        )
        with refusing(DomainError):
            return encode(contract.Replayed, self.app.replay_events(command, self.call.command()))

    @rpc
    def list_deliveries(self, body: dict[str, Any]) -> Any:
        """ListDeliveries → Page of DeliveryView, newest first."""
        actor = self.call.signed_in()
        asked = decode(contract.ListDeliveries, body)
        with refusing(DomainError):
            found = self.app.list_deliveries(
                asked.webhook_id,
                actor.user_id,
                status=asked.status,
                event_type=asked.event_type,
                page=asked.page,
                page_size=asked.page_size,
                cursor=asked.cursor,
            )
        return encode(Page[contract.DeliveryView], found)

    @rpc
    def read_delivery(self, body: dict[str, Any]) -> Any:
        """DeliveryRef → DeliveryView."""
        actor = self.call.signed_in()
        asked = decode(contract.DeliveryRef, body)
        with refusing(DomainError):
            return encode(contract.DeliveryView, self.app.read_delivery(asked.delivery_id, actor.user_id))

    @rpc
    def head(self, body: dict[str, Any]) -> Any:
        """Nothing → Head of the webhooks' store."""
        decode(Nothing, body)
        return msgspec.to_builtins(self.app.log.head())

    @rpc
    def events_after(self, body: dict[str, Any]) -> Any:
        """EventsAfter → EventsPage of the webhooks' store."""
        asked = decode(EventsAfter, body)
        page = self.app.log.after(asked.position, asked.limit, wait=self.call.may_wait(asked.wait))
        return msgspec.to_builtins(fitting(page))

    @rpc
    def tally(self, body: dict[str, Any]) -> Any:
        """TallyUpTo → Tally of the webhooks' store."""
        asked = decode(TallyUpTo, body)
        return msgspec.to_builtins(tally(self.app.engine, asked.position))

    @rpc
    def health(self, body: dict[str, Any]) -> Any:
        """Nothing → ServiceHealth: database, relay, consumers, senders."""
        decode(Nothing, body)
        database, auth = self.app.engine, self.app.followers["auth"]
        parts = {
            "database": database_health(database),
            "relay": relay_health(database),
            "models": models_health(database),
            "consumer": follower_health(database, **PLACE.fields(), head=self.app.owner.head),
            "accounts": follower_health(database, **auth.place.fields(), head=auth.owner.head),
            "senders": self._senders(),
        }
        return msgspec.to_builtins(ServiceHealth(service=self.name, version=__version__, parts=parts))

    @follow("projects")
    def on_projects_events(self, events: list[StoredEvent]) -> None:
        """Makes the deliveries that follow from the events; without any, catches up with the projects store."""
        self.app.followers["projects"].take(events)

    @follow("auth")
    def on_auth_events(self, events: list[StoredEvent]) -> None:
        """Tells superusers what happens to accounts; without any events, catches up with auth's store."""
        self.app.followers["auth"].take(events)

    def _senders(self) -> PartHealth:
        try:
            living, waiting = self.app.senders()
        except Exception:
            return PartHealth(status=DOWN, detail="The database does not answer.")
        if living:
            return PartHealth(status=UP, lag=waiting)
        return PartHealth(status=DOWN, lag=waiting, detail="No sender lives: start `python -m synergy_webhooks send`.")


def _matched(if_match: list[int] | None) -> tuple[int, ...] | None:
    """The revisions a subscription must have one of, where the caller says which it has seen."""
    return None if if_match is None else tuple(if_match)
