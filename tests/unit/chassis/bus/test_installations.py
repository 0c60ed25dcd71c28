"""The bus is two halves: a program installs the libraries of the half it uses."""

import subprocess
import sys

import pytest

WITHOUT = """
import sys
for name in {missing!r}:
    sys.modules[name] = None
import {module}
"""


@pytest.mark.parametrize(
    ("module", "missing"),
    [
        ("synergy_chassis.bus.asyncio_caller", ("nameko", "kombu", "amqp", "eventlet", "psycopg", "sqlalchemy")),
        ("synergy_chassis.bus.errors", ("nameko", "kombu", "amqp", "eventlet", "pika", "psycopg", "sqlalchemy")),
        ("synergy_chassis.relay", ("nameko", "kombu", "amqp", "eventlet", "sqlalchemy")),
        ("synergy_chassis.bus.runner", ("pika", "psycopg", "sqlalchemy")),
    ],
)
def test_it_imports_without_the_other_half(module: str, missing: tuple[str, ...]) -> None:
    program = WITHOUT.format(module=module, missing=missing)

    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_name_of_the_bus_is_where_it_says() -> None:
    program = (
        "from synergy_chassis.bus.patching import patch; patch()\n"
        "import synergy_chassis.bus as bus\n"
        "assert all(callable(getattr(bus, name)) for name in bus.__all__)\n"
        "assert getattr(bus, 'nothing', 7) == 7"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
