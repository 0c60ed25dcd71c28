"""What a service class declares as attributes: its application, and the call it answers."""

from collections.abc import Callable, Mapping
from typing import Any

from nameko.containers import WorkerContext
from nameko.extensions import DependencyProvider

from synergy_chassis.bus import measures
from synergy_chassis.bus.container import CALL_KEY
from synergy_chassis.bus.context import CallContext, read_headers


class Application(DependencyProvider):
    """
    `app = Application(build)`: what `build(config)` makes, once a process, shared by every worker; closed if it
    has `close`. Its `engine`, `log` and `followers`, if it has them, show in the metrics.
    """

    def __init__(self, build: Callable[[Mapping[str, Any]], Any]) -> None:
        self._build = build
        self._application: Any = None
        super().__init__()

    def setup(self) -> None:
        self._application = self._build(self.container.config)
        measures.watch(self.container.service_name, self._application)

    def stop(self) -> None:
        close = getattr(self._application, "close", None)
        if callable(close):
            close()

    def get_dependency(self, worker_ctx: WorkerContext) -> Any:
        return self._application


class Call(DependencyProvider):
    """`call = Call()`: the CallContext of the call this worker answers."""

    def get_dependency(self, worker_ctx: WorkerContext) -> CallContext:
        call = worker_ctx.data.get(CALL_KEY)
        return call if isinstance(call, CallContext) else read_headers({})
