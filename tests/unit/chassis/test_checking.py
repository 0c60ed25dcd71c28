"""Checking is as cheap for what is hostile as for what is right, and says what is wrong without repeating it all."""

import sys
import tracemalloc
from itertools import chain
from typing import Literal

import msgspec
import pytest

from synergy_chassis.checking import MOST_FAULTS, Fault, Faulty, checked
from synergy_chassis.pointers import half_surrogate, pointer, walk
from synergy_contracts.projects import AddMember, CreateProject
from synergy_contracts.tasks import CreateTask

PLACE = " - at `$"


def faults(kind: type[msgspec.Struct], values: object) -> tuple[Fault, ...]:
    with pytest.raises(Faulty) as faulty:
        checked(kind, values)
    return faulty.value.faults


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"name": "x", "status": PLACE * 120_000}, id="places_in_a_value"),
        pytest.param({"name": "x", PLACE * 120_000: 1}, id="places_in_a_key"),
        pytest.param({"name": "x", "status": "`" * 1_000_000}, id="backticks"),
        pytest.param({"name": "x", "budget": "1" * 1_000_000 + "x"}, id="digits"),
        pytest.param({"name": "x", "budget": "1." * 500_000}, id="points"),
        pytest.param({"name": "x", "description": "é" * 500_000}, id="not_ascii"),
        pytest.param({"name": "x", "tags": [0] * 400_000}, id="many_entries"),
        pytest.param({"name": "x"} | {str(n): 0 for n in range(80_000)}, id="many_fields"),
        pytest.param({"name": "x", "k" * 100_000: ["\x00"] * 100_000}, id="many_faults_under_a_long_key"),
        pytest.param({"name": "x", "k" * 900_000: {"\x00" + str(n): 0 for n in range(10_000)}}, id="faulty_keys"),
    ],
)
@pytest.mark.timeout(30)  # a judgement whose time grows with the square of a megabyte takes many minutes
def test_a_megabyte_is_judged_in_one_pass(values):
    told = faults(CreateProject, values)

    assert len(told) <= MOST_FAULTS
    assert all(len(fault.pointer) < 300 and len(fault.detail) < 300 for fault in told)


def test_faults_under_a_long_key_take_no_memory():
    values = {"k" * 100_000: ["\x00"] * 20_000}
    tracemalloc.start()
    try:
        faults(CreateProject, values)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_no_more_is_walked_than_is_told():
    told = faults(CreateProject, {"x": ["\x00"] * 1_000})

    assert [f"/x/{index}" for index in range(MOST_FAULTS)] == [fault.pointer for fault in told]


def test_a_value_that_looks_like_a_place_moves_no_pointer():
    told = faults(CreateProject, {"name": "x", "status": "y - at `$.name`"})

    assert [fault.pointer for fault in told] == ["/status"]


def test_a_key_that_looks_like_a_place_stays_under_its_field():
    (told,) = faults(AddMember, {"project_id": 1, "member": {"zz` - at `$[3]": 1}})

    assert told.pointer.startswith("/member/")
    assert told.detail == "is not a field here"


def test_a_refused_value_is_not_repeated_in_full():
    class Coloured(msgspec.Struct):
        colour: Literal["red"] | int

    assert all(len(fault.detail) <= 220 for fault in faults(Coloured, {"colour": "v" * 10_000}))


def test_a_deep_place_is_told_by_what_is_around_it():
    deep: object = "\x00"
    for _ in range(500):
        deep = {"k" * 1_000: deep}

    (fault,) = faults(CreateProject, {"name": "x", "description": "", "deep": deep})[:1]

    assert len(fault.pointer) < 5_000
    assert fault.pointer.startswith("/deep/k")


@pytest.mark.parametrize("budget", ["1_0", " 5 ", "1e2", "٥", "+5", "5.", ".5", "NaN", "Infinity", "", "1\n"])
def test_a_decimal_is_plain_digits(budget):
    told = faults(CreateProject, {"name": "x", "budget": budget})

    assert told == (Fault("/budget", "must be a decimal as text, such as '12.50'"),)


@pytest.mark.parametrize("budget", ["0", "12.50", "-3", "0012.5", "9999999999999.99"])
def test_plain_decimals_are_taken(budget):
    assert checked(CreateProject, {"name": "x", "budget": budget}).budget is not None


def test_walking_keeps_only_the_way_down():
    wide = {"a": list(range(100_000))}
    tracemalloc.start()
    try:
        assert sum(1 for _ in walk(wide)) == 100_001
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_walking_names_every_place_in_order():
    places = [(pointer(place), item) for place, item in walk({"a": [1, {"b": 2}], "c": 3})]

    assert places == [("", "a"), ("", "c"), ("/a/0", 1), ("/a/1", "b"), ("/a/1/b", 2), ("/c", 3)]


def test_walking_goes_deeper_than_python_calls():
    deep: object = 0
    for _ in range(sys.getrecursionlimit() * 10):
        deep = [deep]

    assert [item for _, item in walk(deep)] == [0]


def test_every_half_surrogate_is_seen():
    halves = map(chr, chain(range(0xD7F0, 0xE010), (0x10FFFF, 0x41)))

    assert all(half_surrogate("x" + char) == (0xD800 <= ord(char) <= 0xDFFF) for char in halves)


def test_faults_of_lists_keep_their_index():
    assert faults(CreateTask, {"title": "x", "assignees": [1, "2"]})[0].pointer == "/assignees/1"
