"""The past is the fold of a beginning of the events; why a number is what it is, the sum of their changes."""

from examples import few
from hypothesis import given
from hypothesis import strategies as st
from unit.projects.histories import Store, histories

from synergy_projects import projections
from synergy_projects.domain.explaining import Change, step
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import Project, fold
from synergy_projects.projections import CODEC


def history(store: Store, upto: int) -> list[tuple]:
    return [(CODEC.decode(event), event.version, event.recorded_at) for event in store.events[:upto]]


def explained(store: Store, upto: int) -> tuple[Project, dict[int, Change]]:
    project, changes = None, {}
    for event, version, at in history(store, upto):
        project, change = step(project, event, version=version, at=at)
        if change is not None:
            changes[version] = change
    return project, changes


@few(50)
@given(histories())
def test_as_of_the_last_version_it_is_what_the_rows_say(store):
    assert projections.rows(fold(history(store, len(store.events)))) == store.rows


@few(50)
@given(histories(), st.data())
def test_as_of_the_end_of_any_command_progress_is_what_was_told_then(store, data):
    last = {event.recorded_at: event.version for event in store.events}  # events of one command share their time
    version = data.draw(st.sampled_from(sorted(last.values())))
    then, _ = explained(store, version)

    numbers = [event.data["progress"] for event in store.events[:version] if event.type == "project.progress_changed"]
    assert (then.version, then.updated_at) == (version, store.events[version - 1].recorded_at)
    assert then.counters.progress == (numbers[-1] if numbers else 0)


@few(50)
@given(histories(), st.data())
def test_the_events_that_made_a_number_add_up_to_it_without_a_gap(store, data):
    version = data.draw(st.integers(1, len(store.events)))
    project, changes = explained(store, version)

    befores = [change.before for change in changes.values()]
    afters = [change.after for change in changes.values()]
    assert befores == [Counters(), *afters][: len(befores)]
    assert project.counters == (afters[-1] if afters else Counters())
    assert {event.type.partition(".")[0] for event in store.events if event.version in changes} <= {"task"}
