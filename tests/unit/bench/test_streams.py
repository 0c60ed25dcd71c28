"""What was heard at streams, and what of it is held."""

import pytest
from bench import every
from bench.page.rendering import ORDER, PROGRAMS
from bench.streams.clients import events
from bench.streams.following import recorded_at, told_of
from bench.streams.options import Options

OPTIONS = Options(streams=2, events=2)


def test_an_event_is_heard_when_its_line_is_there_whole_whatever_pieces_it_comes_in():
    heard = [
        (0, 1.0, b'2a\r\nid: 7\ndata: {"position":7}\n\n\r\n2a\r\nid: 8\nda'),
        (1, 2.0, b'id: 7\ndata: {"position":7}\n\n'),
        (0, 3.0, b'ta: {"position":8}\n\n'),
        (0, 4.0, b""),
    ]

    assert [({"position": 7}, 1.0), ({"position": 7}, 2.0), ({"position": 8}, 3.0)] == list(events(heard))


def test_delays_count_from_the_time_that_stands_in_the_event():
    assert recorded_at({"time": "1970-01-01T00:01:00.250000Z"}) == 60.25


@pytest.mark.parametrize(
    ("delays", "kb", "held"),
    [
        pytest.param([90.0] * 4, 40.0, [True, True, True], id="all"),
        pytest.param([90.0] * 4, 51.0, [False, True, True], id="too_much_memory"),
        pytest.param([101.0] * 4, 40.0, [True, False, True], id="too_late"),
        pytest.param([90.0] * 3, 40.0, [True, True, False], id="one_was_not_heard"),
    ],
)
def test_what_is_held(delays: list[float], kb: float, held: list[bool]):
    assert held == [one.held for one in told_of(OPTIONS, delays, kb=(30.0, kb), spent=0.1).holds]


def test_every_program_of_the_benchmarks_has_its_place_on_the_page():
    assert set(every.PROGRAMS) == set(PROGRAMS)
    assert set(every.PROGRAMS) < set(ORDER)
