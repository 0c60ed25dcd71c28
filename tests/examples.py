"""How many examples a property is tried on: few with every run of the tests, many with `make properties`."""

import os

from hypothesis import HealthCheck, Phase, settings

TIMES = float(os.environ.get("PROPERTIES") or 1)
"""How many times as many as usual; less than 1 where it is only counted what they reach."""
# The same examples with every run, so that no test fails by chance or for want of time; others each time with more.
settings.register_profile("synergyos", deadline=None, derandomize=TIMES <= 1, print_blob=True)
settings.load_profile("synergyos")


def few(examples: int, *, steps: int = 50) -> settings:
    """
    So many examples, times PROPERTIES, each of at most so many steps; as long as they take.

    Only with more than usual a counterexample is made small, which takes minutes.
    """
    phases = tuple(Phase) if TIMES > 1 else (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(
        max_examples=max(1, round(examples * TIMES)),
        stateful_step_count=steps,
        deadline=None,
        phases=phases,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
