"""For any history and any damage to its rows: a check finds it or there is none, and a rebuild equals the fold."""

from collections.abc import Callable

import sqlalchemy as sa
from examples import few
from hypothesis import given
from hypothesis import strategies as st
from integration.chassis.store.conftest import NAMES, Store, happened
from integration.chassis.store.models import Names, identity, write
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.store.differences import Difference
from synergy_chassis.store.rebuild import rebuild

CLEAN = """
    ALTER TABLE store.events DISABLE TRIGGER ALL;
    ALTER TABLE store.streams DISABLE TRIGGER ALL;
    ALTER TABLE store.seals DISABLE TRIGGER ALL;
    TRUNCATE store.events, store.streams, store.commands, store.bulks, store.incoming, store.positions,
        store.parked, store.rebuilds, store.parked_streams, store.seals, names
        RESTART IDENTITY;
    ALTER SEQUENCE store.events_position RESTART;
    UPDATE store.relay SET holder = NULL, token = 0, expires_at = '-infinity', position = 0, published = 0;
    ALTER TABLE store.events ENABLE ALWAYS TRIGGER refuse_change;
    ALTER TABLE store.events ENABLE ALWAYS TRIGGER refuse_truncate;
    ALTER TABLE store.streams ENABLE ALWAYS TRIGGER refuse_delete;
    ALTER TABLE store.streams ENABLE ALWAYS TRIGGER refuse_truncate;
    ALTER TABLE store.seals ENABLE ALWAYS TRIGGER refuse_change;
    ALTER TABLE store.seals ENABLE ALWAYS TRIGGER refuse_truncate;
"""
Damage = Callable[[Store], None]
STREAMS = st.integers(1, 4)
HISTORIES = st.dictionaries(STREAMS, st.integers(1, 4), min_size=1)


@st.composite
def damages(draw: st.DrawFn) -> sa.Executable:
    """A statement as somebody might run it by mistake."""
    stream, version, other = f"thing-{draw(STREAMS)}", draw(st.integers(1, 4)), f"thing-{draw(STREAMS)}"
    row = NAMES.c.id == identity(stream, version)
    return draw(
        st.sampled_from([
            sa.delete(NAMES).where(NAMES.c.stream == stream),
            sa.delete(NAMES).where(row),
            sa.update(NAMES).where(row).values(name=f"not {stream} {version}"),
            sa.update(NAMES).where(row).values(stream=other),
            sa.update(NAMES).where(row).values(id=NAMES.c.id + 50),
            sa.update(NAMES).where(NAMES.c.stream == stream).values(stream=other),
            insert(NAMES)
            .from_select(
                ["id", "stream", "name"],
                sa.select(NAMES.c.id + 70, NAMES.c.stream, NAMES.c.name + " again").where(row),
            )
            .on_conflict_do_nothing(),
        ])
    )  # fmt: skip


def rows(store: Store) -> set[tuple[int, str, str]]:
    with store.uow.reading() as connection:
        return {(row.id, row.stream, row.name) for row in connection.execute(sa.select(NAMES))}


def key(difference: Difference) -> tuple[str, int]:
    return difference.stream, difference.key["id"]


@few(12)
@given(history=HISTORIES, damage=st.lists(damages(), max_size=4))
def test_a_rebuild_after_any_history_and_any_damage_equals_the_fold(store, history, damage):
    store.admin(*CLEAN.strip().split(";")[:-1])
    for number, events in history.items():
        store.append(f"thing-{number}", *(happened(n) for n in range(events)), creates=True)
        write(store, [(f"thing-{number}", version + 1) for version in range(events)])
    right = rows(store)
    for statement in damage:
        with store.uow.writing() as connection:
            connection.execute(statement)
    damaged = rows(store)

    found = rebuild(store.engine, Names(), check=True)
    assert rows(store) == damaged
    assert found.ok == (damaged == right)
    repaired = rebuild(store.engine, Names(), jobs=1)
    # A row that moved to another stream differs in both, and is mended once when its own stream comes first.
    assert {key(one) for one in repaired.differences} <= {key(one) for one in found.differences}
    assert repaired.ok == found.ok
    assert rows(store) == right
    assert rebuild(store.engine, Names(), check=True).ok
