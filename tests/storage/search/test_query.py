"""The parser of searches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.mapping.rows import fold
from storage.search.query import LEAST_END, MAX_WORDS, Words, parse, rare_end


def _is_a_word(text: str) -> bool:
    folded = fold(text)
    return folded.split() == [folded] and folded[0] not in '-"'


WORD = st.text(st.characters(codec="utf-8"), min_size=1).filter(_is_a_word)


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("", (), ()),
        ("Red fox red", ("red", "fox"), ()),
        ('"Red  Fox" owl', ("red fox", "owl"), ()),
        ('fox -red -"at night"', ("fox",), ("red", "at night")),
        ('"open end', ("open end",), ()),
        ("well-known - --x", ("well-known",), ("-x",)),
        ('a"b', ('a"b',), ()),
        ('-"" ""', (), ()),
    ],
)
def test_what_is_typed_becomes_words(
    text: str, wanted: tuple[str, ...], unwanted: tuple[str, ...]
) -> None:
    assert parse(text) == Words(wanted, unwanted)


@given(st.text())
def test_anything_is_a_search_within_limits(text: str) -> None:
    found = parse(text)
    assert len(found.wanted) + len(found.unwanted) <= MAX_WORDS
    for term in (*found.wanted, *found.unwanted):
        assert term
        assert term == term.strip()
        assert "\0" not in term
    assert len(set(found.wanted)) == len(found.wanted)


@given(st.lists(WORD, max_size=20), st.lists(WORD, max_size=20))
def test_words_and_minus_words_come_back_as_they_were_typed(
    wanted: list[str], unwanted: list[str]
) -> None:
    text = " ".join([*wanted, *(f"-{word}" for word in unwanted)])
    found = parse(text)
    assert list(found.wanted) == list(dict.fromkeys(fold(w).strip() for w in wanted))
    assert list(found.unwanted) == list(dict.fromkeys(fold(w).strip() for w in unwanted))


@given(st.lists(WORD.filter(lambda word: '"' not in fold(word)), min_size=1, max_size=6))
def test_a_phrase_is_one_term(words: list[str]) -> None:
    text, phrase = " ".join(words), " ".join(fold(word) for word in words)
    assert parse(f'"{text}"') == Words((phrase,), ())
    assert parse(f'-"{text}"') == Words((), (phrase,))


@pytest.mark.parametrize(
    ("word", "end"),
    [
        ("axolotl", "xolotl"),
        ("zeppelin", "zeppelin"),
        ("unheard-of", "-of"),
        ("the quick fox", "quick fox"),
        ("box", "box"),
        ("ox", "ox"),
        ("кот", "кот"),
    ],
)
def test_a_word_is_looked_for_first_by_its_rarest_letter(word: str, end: str) -> None:
    assert rare_end(word) == end


@given(WORD)
def test_an_end_is_of_the_word_and_long_enough(word: str) -> None:
    end = rare_end(word)
    assert word.endswith(end)
    assert len(end) >= min(len(word), LEAST_END)
