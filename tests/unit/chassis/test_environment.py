"""Settings from the environment: true and false in the words people use."""

import pytest

from synergy_chassis.environment import MissingSetting, switch

WORDS = {True: ("True", "1", "yes", "on"), False: ("false", "0", "No", "off")}


@pytest.mark.parametrize(("value", "expected"), [(word, known) for known, words in WORDS.items() for word in words])
def test_true_and_false_are_said_in_several_words(value, expected):
    assert expected is switch({"X": value}, "X", default=not expected)


@pytest.mark.parametrize("default", [True, False])
def test_what_is_not_set_is_the_default(default):
    assert default is switch({"X": " "}, "X", default=default)


def test_another_word_is_refused_by_name():
    with pytest.raises(MissingSetting, match="Set X to true or false"):
        switch({"X": "perhaps"}, "X")
