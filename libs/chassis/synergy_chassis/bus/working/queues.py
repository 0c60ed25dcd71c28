"""
The queues of one kind of work, `<service>.work.<name>` and its companions, all durable and replicated (quorum).

    <name>             what is to be done; a process takes several at once
    <name>.alone       what was under way when a process ended; taken one at a time, so that a job which ends
                       processes takes no others along
    <name>.delay.<ms>  what failed, until it is tried again; one queue for each delay, which its name says
    <name>.parked      what failed too often, or ended too many processes; nobody consumes it

They are bound to the exchange `<service>.work`, on which only the service may publish, under the part of the name
after it. The broker moves what is due, or was delivered too often, itself, confirmed (at-least-once dead-lettering).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from synergy_chassis.bus.topology import bind_queue, declare_queue

DELIVERIES: Final = 20
"""Times the broker delivers a message again from the main queue; whoever gets it the second time moves it."""
ALONE: Final = 2
"""Times it is delivered again from the queue of those that are taken alone: the process ended each time before."""
UNLIMITED: Final = 1_000_000_000
"""Looking at a parked message counts as a delivery, and RabbitMQ 4 drops a message after 20 where none is given."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,40}")


@dataclass(frozen=True, slots=True)
class WorkQueues:
    """Names, arguments and declaration; `delays` in seconds, one for each further try. Raises ValueError for a name."""

    service: str
    name: str
    delays: Sequence[float] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name for work: small letters, digits and _.")

    @property
    def exchange(self) -> str:
        """The exchange through which everything is sent."""
        return f"{self.service}.work"

    @property
    def alone(self) -> str:
        """Routing key of work that was interrupted."""
        return f"{self.name}.alone"

    @property
    def parked(self) -> str:
        """Routing key of work that was given up."""
        return f"{self.name}.parked"

    def delay(self, failures: int) -> str | None:
        """Routing key for what has failed so many times; None when it is not tried again."""
        return self._delay(self.delays[failures - 1]) if failures <= len(self.delays) else None

    def queue(self, key: str) -> str:
        """The queue that a routing key leads to."""
        return f"{self.exchange}.{key}"

    def names(self) -> list[str]:
        """Every queue."""
        return [self.queue(key) for key, _ in self._arguments()]

    def declare(self, connection: Any) -> None:
        """Declare and bind all of them, those that dead letters go to before those they come from."""
        for key, arguments in self._arguments():
            declare_queue(connection, self.queue(key), arguments=arguments)
            bind_queue(connection, self.queue(key), exchange=self.exchange, routing_key=key)

    def count(self, connection: Any, key: str) -> int:
        """Messages that wait in one of them."""
        channel = connection.channel()
        found = channel.queue_declare(self.queue(key), passive=True)
        channel.close()
        return int(found.message_count)

    def depths(self, connection: Any) -> dict[str, int]:
        """Messages that wait in each of them, by routing key. Raises NotFound where one is missing."""
        channel = connection.channel()
        found = {
            key: int(channel.queue_declare(self.queue(key), passive=True).message_count) for key, _ in self._arguments()
        }
        channel.close()
        return found

    def _arguments(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield self.parked, {"x-queue-type": "quorum", "x-delivery-limit": UNLIMITED}
        yield self.name, self._leading_to(self.parked) | {"x-delivery-limit": DELIVERIES}
        yield self.alone, self._leading_to(self.parked) | {"x-delivery-limit": ALONE}
        for seconds in dict.fromkeys(self.delays):
            due = {"x-message-ttl": _milliseconds(seconds), "x-delivery-limit": DELIVERIES}
            yield self._delay(seconds), self._leading_to(self.name) | due

    def _leading_to(self, key: str) -> dict[str, Any]:
        return {
            "x-queue-type": "quorum",
            "x-dead-letter-exchange": self.exchange,
            "x-dead-letter-routing-key": key,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }

    def _delay(self, seconds: float) -> str:
        return f"{self.name}.delay.{_milliseconds(seconds)}"


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
