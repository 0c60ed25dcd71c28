"""What the broker lets the gateway call is what the gateway calls: no more, or less."""

from synergy_gateway import methods
from synergy_operator.broker import MAY_CALL


def test_the_gateway_may_call_exactly_the_methods_it_calls():
    called = {found.name for found in vars(methods).values() if isinstance(found, methods.Method)}
    called |= {method.name for method in methods.HEALTH.values()}

    allowed = {f"{service}.{method}" for service, found in MAY_CALL["gateway"].items() for method in found}

    assert called == allowed
