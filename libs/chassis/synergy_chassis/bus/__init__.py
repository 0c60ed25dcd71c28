"""
The bus: services answer calls and follow each other's events over RabbitMQ.

Names are loaded when they are first asked for, so that a program which needs the pika half
(`bus.asyncio_caller`, the relay) does not need nameko, kombu and eventlet, nor the reverse.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergy_chassis.bus.answering import rpc
    from synergy_chassis.bus.client import RpcClient
    from synergy_chassis.bus.context import CallContext
    from synergy_chassis.bus.errors import NotConfirmed, RpcTimeout, RpcUnavailable
    from synergy_chassis.bus.following import follow
    from synergy_chassis.bus.providers import Application, Call
    from synergy_chassis.bus.runner import serve
    from synergy_chassis.bus.translating import refusing
    from synergy_chassis.bus.working.client import WorkClient
    from synergy_chassis.bus.working.entrypoint import work
    from synergy_chassis.bus.working.messages import Job

__all__ = [
    "Application",
    "Call",
    "CallContext",
    "Job",
    "NotConfirmed",
    "RpcClient",
    "RpcTimeout",
    "RpcUnavailable",
    "WorkClient",
    "follow",
    "refusing",
    "rpc",
    "serve",
    "work",
]

_HOMES = {
    "Application": "providers",
    "Call": "providers",
    "CallContext": "context",
    "Job": "working.messages",
    "NotConfirmed": "errors",
    "RpcClient": "client",
    "RpcTimeout": "errors",
    "RpcUnavailable": "errors",
    "WorkClient": "working.client",
    "follow": "following",
    "refusing": "translating",
    "rpc": "answering",
    "serve": "runner",
    "work": "working.entrypoint",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
