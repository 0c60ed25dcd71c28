"""What the address of a database asks for goes before a program's own limits."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from synergy_chassis.conninfo import conninfo

USUAL = {"host": "localhost", "dbname": "one", "user": "ann", "connect_timeout": "5", "options": "-c timezone=UTC"}


@pytest.mark.parametrize(
    ("asked", "otherwise"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("?connect_timeout=12", {"connect_timeout": "12"}, id="a_parameter"),
        pytest.param(
            "?options=-c%20statement_timeout%3D4000",
            {"options": "-c timezone=UTC -c statement_timeout=4000"},  # the server takes the last one said
            id="an_option",
        ),
    ],
)
def test_the_address_goes_before(asked: str, otherwise: dict[str, str]) -> None:
    said = conninfo(f"postgresql://ann@localhost/one{asked}", options="-c timezone=UTC", connect_timeout=5)

    assert USUAL | otherwise == conninfo_to_dict(said)
