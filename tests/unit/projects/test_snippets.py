"""The part of a text that shows why it was found."""

import pytest

from synergy_projects.queries.snippets import LONGEST, snippet, words_of


def marked(text, query):
    found = snippet(text, words_of(query))
    return [found.text[start:stop] for start, stop in found.matches]


@pytest.mark.parametrize(
    ("text", "query", "matches"),
    [
        pytest.param("The Login fails", "login", ["Login"], id="whatever_the_case"),
        pytest.param("Logins and logging", "log", ["Logins", "logging"], id="beginnings"),
        pytest.param("Die Rechnungen, eine Rechnung", "rechnung", ["Rechnungen", "Rechnung"], id="german_endings"),
        pytest.param("Testing tested tests", "tests", ["Testing", "tested", "tests"], id="english_endings"),
        pytest.param("cat or dog", 'cat or -dog "mouse"', ["cat"], id="not_what_must_not_be_there"),
        pytest.param("nothing here", "login", [], id="nothing"),
        pytest.param("", "login", [], id="no_text"),
    ],
)
def test_the_words_are_marked(text, query, matches):
    assert matches == marked(text, query)


def test_a_long_text_is_shown_where_the_most_words_are():
    text = "login " + "word " * 200 + "\n\nthe login\tof the user " + "word " * 200
    found = snippet(text, words_of("user login"))

    assert len(found.text) <= LONGEST
    assert ["login", "user"] == [found.text[start:stop] for start, stop in found.matches]
    assert "the login of the user" in found.text


def test_without_a_match_it_is_the_beginning():
    found = snippet("word " * 200, ["login"])

    assert found.text.startswith("word word")
    assert not found.text.endswith(" ")
    assert [] == found.matches
