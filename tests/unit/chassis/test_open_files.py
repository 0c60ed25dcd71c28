"""Whoever takes many connections needs as many open files, whatever it is started with."""

import resource

import pytest

from synergy_chassis.open_files import allow_open_files

WANTED = 6_400


@pytest.mark.parametrize(
    ("limits", "then"),
    [
        pytest.param((1_024, 1_048_576), (WANTED, 1_048_576), id="a_terminal_s"),
        pytest.param((1_024, resource.RLIM_INFINITY), (WANTED, resource.RLIM_INFINITY), id="without_a_hard_limit"),
        pytest.param((1_024, 2_048), (2_048, 2_048), id="as_far_as_it_may"),
        pytest.param((1_048_576, 1_048_576), None, id="enough"),
        pytest.param((resource.RLIM_INFINITY, resource.RLIM_INFINITY), None, id="without_a_limit"),
    ],
)
def test_the_limit_of_open_files_is_raised_where_it_is_too_low(monkeypatch, limits, then):
    told: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda which, new: told.append((which, new)))

    allow_open_files(WANTED)

    assert told == ([(resource.RLIMIT_NOFILE, then)] if then else [])
