"""What servers refused is remembered by press, so many and no more."""

from comfy.errors import Problem
from studio.dispatch.rejections import MAX_KEPT, Refusals


def test_the_first_refusal_of_a_press_counts() -> None:
    refusals = Refusals()
    refusals.keep("a", [Problem("x", "first", "1")])
    refusals.keep("a", [Problem("x", "second", "1")])
    assert [one.message for one in refusals.of("a")] == ["first"]
    assert refusals.of("b") == ()


def test_the_oldest_is_forgotten() -> None:
    refusals = Refusals()
    for number in range(MAX_KEPT + 1):
        refusals.keep(str(number), [Problem("x", "y")])
    assert refusals.of("0") == ()
    assert refusals.of(str(MAX_KEPT))
