"""Values as PostgreSQL reads them: a tuple is an array as a list is, whatever is in it."""

from uuid import UUID

import pytest
from psycopg.adapt import Transformer

from synergy_chassis.store.texts import written

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    "values",
    [[ONE, OTHER], [1, None], ["a", None], [1, 2], ["a", '"'], []],
    ids=["ids", "hole", "word", "all", "q", "none"],
)
def test_a_tuple_is_written_as_the_list_of_it(values: list[object]) -> None:
    assert written(values, Transformer()) == written(tuple(values), Transformer())
    assert written(tuple(values), Transformer()).startswith(b"{")
