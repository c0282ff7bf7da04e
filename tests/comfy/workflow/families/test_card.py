"""What a model's file says of itself, whatever it holds."""

import json

from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.families.card import MAX_ABOUT, MAX_TRIGGERS, MAX_WORDS, Card, read_card

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["modelspec.title", "modelspec.trigger_phrase", "modelspec.description", "ss_tag_frequency",
     "ss_base_model_version", "ss_output_name"]
)  # fmt: skip


def test_triggers_are_the_authors_then_the_most_frequent_tags_of_all_folders() -> None:
    tags = {"1_a": {"fox": 3, "red": 9}, "2_b": {"fox": 8, "ink style": 99}}
    metadata = {
        "modelspec.trigger_phrase": "ink style, brush\n",
        "ss_tag_frequency": json.dumps(tags),
        "ss_base_model_version": "sdxl_base_v1-0",
        "ss_output_name": "ink",
    }
    triggers = ("ink style", "brush", "fox", "red")
    assert read_card(metadata) == Card("ink", "sdxl_base_v1-0", "", triggers)


def test_nothing_said_is_an_empty_card() -> None:
    assert read_card({}) == Card()
    assert read_card({"ss_tag_frequency": "[" * 100_000}) == Card()


@given(st.dictionaries(NAMES, st.one_of(JSON, JSON.map(json.dumps)), max_size=6))
def test_whatever_a_file_says_becomes_short_plain_text(metadata: dict[str, object]) -> None:
    card = read_card(metadata)
    assert len(card.triggers) <= MAX_TRIGGERS
    assert all(0 < len(word) <= MAX_WORDS for word in card.triggers)
    assert len(card.about) <= MAX_ABOUT
    assert not {"\n", "\0"} & set("".join((card.title, card.base, card.about, *card.triggers)))
