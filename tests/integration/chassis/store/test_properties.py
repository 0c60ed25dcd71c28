"""Whatever is appended comes back as it was. What happens to the store in any order: test_stateful.py."""

from examples import few
from hypothesis import given
from hypothesis import strategies as st
from integration.chassis.store.conftest import Store, command, no_rows

from synergy_chassis.clock import new_id
from synergy_chassis.store import NewEvent
from synergy_chassis.store.append import hash_of
from synergy_chassis.store.canonical import GENESIS, chain_hash

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4))
payloads = st.dictionaries(texts, values, max_size=5)


@few(25)
@given(payloads=st.lists(payloads, min_size=1, max_size=4))
def test_payloads_survive_the_database_and_their_hashes_hold(store: Store, payloads: list[dict]) -> None:
    name = f"thing-{new_id()}"
    events = [NewEvent(type="a.b", schema_version=1, entity="é\U0001f600", data=data) for data in payloads]
    with store.uow.stream(name, command(), creates=True) as stream:
        stream.append(events, outcome={"payloads": payloads}, rows=no_rows)

    found = list(store.log.stream(name))
    assert [event.data for event in found] == payloads
    head = GENESIS
    for event in found:
        head = chain_hash(head, name, event.version, event.recorded_at, hash_of(event))
        assert event.hash == head.hex()
