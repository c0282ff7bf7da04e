"""Values as sentences show them."""

from comfy.workflow.shortened import MAX_SHOWN, shortened


def test_what_is_long_ends_in_dots_and_what_cannot_be_printed_is_dots() -> None:
    assert shortened("a" * MAX_SHOWN) == "a" * MAX_SHOWN
    assert shortened("a" * (MAX_SHOWN + 1)) == "a" * MAX_SHOWN + "…"
    assert shortened("abcdef", 3) == "abc…"
    assert shortened(10**5000) == "…"
