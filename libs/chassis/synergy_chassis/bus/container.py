"""nameko's container, in which nothing that a worker does ends the service."""

import sys
from typing import Any

import structlog
from greenlet import GreenletExit
from nameko.containers import ServiceContainer, WorkerContext

from synergy_chassis.bus.context import CURRENT, CallContext
from synergy_chassis.observing import tracing

log = structlog.get_logger(__name__)

CALL_KEY = "call"
"""Where a worker's data holds its CallContext."""


class Container(ServiceContainer):
    """Runs a service class: its entrypoints each spawn workers, one greenlet a call."""

    def _run_worker(self, worker_ctx: WorkerContext, handle_result: Any) -> None:
        call: CallContext | None = worker_ctx.data.get(CALL_KEY)
        CURRENT.set(call)
        structlog.contextvars.bind_contextvars(
            service=self.service_name,
            method=worker_ctx.entrypoint.method_name,
            **({"request_id": call.request_id, **tracing.ids(call.traceparent)} if call else {}),
        )
        result, exc_info = None, None
        try:
            self._inject_dependencies(worker_ctx)
            self._worker_setup(worker_ctx)
            method = getattr(worker_ctx.service, worker_ctx.entrypoint.method_name)
            result = method(*worker_ctx.args, **worker_ctx.kwargs)
        except GreenletExit:
            raise
        except BaseException:
            exc_info = sys.exc_info()
        try:
            if handle_result is not None:
                result, exc_info = handle_result(worker_ctx, result, exc_info)
            self._worker_result(worker_ctx, result, exc_info)
            self._worker_teardown(worker_ctx)
        except GreenletExit:
            raise
        except BaseException:
            log.exception("worker-did-not-end-well")
        finally:
            del exc_info
