"""LoRAs, wildcards, choices, weights and embeddings come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.improving.kept import is_kept, restored, tokens

PIECES = st.sampled_from(
    [
        *("<lora:fox:0.8>", "<lora:fox:0.9>", "__animal/red__", "{a|b}", "{2$$a|{b|c}}", "(x:1.2)"),
        *(
            "((a:1.1), b:1.3)",
            "embedding:easy-neg",
            "BREAK",
            "a fox",
            ", ",
            " ",
            "(plain)",
            "{",
            ")",
        ),
        *("\\(x:1.2\\)", "<", "__", "|", "\n", "x:1.2", "<hypernet:h:1>"),
    ]
)
TEXTS = st.lists(PIECES, max_size=9).map("".join)


def test_each_kind_is_found_and_what_is_inside_belongs_to_it() -> None:
    text = "a {<lora:x:1>|__b__} (((c:1.2)) <lora:y/z v2:0.5:1>, embedding:neg, BREAK __d/e__ (f)"
    found = [(one.kind, one.text) for one in tokens(text)]
    assert found == [
        ("choice", "{<lora:x:1>|__b__}"),
        ("weight", "(c:1.2)"),
        ("angle", "<lora:y/z v2:0.5:1>"),
        ("embedding", "embedding:neg"),
        ("break", "BREAK"),
        ("wildcard", "__d/e__"),
    ]


@pytest.mark.parametrize(
    ("answer", "text", "lost", "made_up"),
    [
        ("a red fox <lora:fox:0.8>", "a red fox <lora:fox:0.8>", 0, 0),
        ("a red fox", "a red fox, <lora:fox:0.8>", 1, 0),
        ("a <lora:fox:0.9> fox", "a <lora:fox:0.8> fox", 1, 1),
        ("a fox <lora:fox:0.8> __colour__", "a fox <lora:fox:0.8>", 0, 1),
        ("a (red:1.3) fox <lora:fox:0.8>", "a (red:1.3) fox <lora:fox:0.8>", 0, 0),
    ],
)
def test_what_was_changed_is_put_back_where_it_stands(
    answer: str, text: str, lost: int, made_up: int
) -> None:
    found = restored("fox <lora:fox:0.8>", answer)
    assert (found.text, len(found.lost), len(found.made_up)) == (text, lost, made_up)


@given(TEXTS, st.text(alphabet="abc ,.", max_size=30))
def test_a_plain_answer_gets_back_all_that_it_lost(original: str, answer: str) -> None:
    found = restored(original, answer)
    assert is_kept(original, found.text)
    assert len(found.lost) == len(tokens(original))


@given(TEXTS)
def test_a_text_keeps_all_of_itself(text: str) -> None:
    assert is_kept(text, text)
    assert restored(text, text).lost == restored(text, text).made_up == ()


@given(st.text(max_size=60), st.text(max_size=60))
def test_anything_is_read(original: str, answer: str) -> None:
    for one in tokens(answer):
        assert answer[one.start : one.end] == one.text
    restored(original, answer)
