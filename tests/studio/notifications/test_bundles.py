"""What goes into one message: all of a press that ended, and of a long one all that waits."""

from itertools import pairwise

from storage.hooks import Letter
from studio.notifications.bundles import HOLD, bundle

HOURS = 3_600.0


def ended(press: str, at: float) -> Letter:
    return Letter(f"evt_{press}_{at}", "finished", at, {"press": press})


def test_a_press_is_told_once_it_is_over() -> None:
    letters = [ended("a", 0.0), ended("b", 1.0), ended("a", 2.0)]
    assert bundle(letters, {"a", "b"}, {}, 3.0) == []
    assert bundle(letters, {"b"}, {}, 3.0) == [letters[0], letters[2]]
    assert bundle(letters, (), {}, 3.0) == letters


def test_what_a_long_press_waits_for_goes_with_all_that_waits() -> None:
    letters = [ended("a", 0.0), ended("a", HOLD - 1), ended("b", HOLD - 1)]
    assert bundle(letters, {"a", "b"}, {}, HOLD) == []
    assert bundle(letters, {"a", "b"}, {}, HOLD + 1) == letters[:2]


def test_a_press_that_was_told_of_waits_however_old_its_letters_are() -> None:
    """As after a restart, which finds many that ended long ago, one after the other."""
    letters = [ended("a", 0.0)]
    told = {"a": 9 * HOLD}
    assert bundle(letters, {"a"}, told, 9 * HOLD + 10) == []
    assert bundle(letters, {"a"}, told, 10 * HOLD + 1) == letters
    assert bundle(letters, (), told, 9 * HOLD + 10) == letters


def test_a_press_of_three_hours_is_told_of_once_in_a_while_and_at_the_end() -> None:
    ends = [number * 3 * HOURS / 50 for number in range(1, 51)]
    told: dict[str, float] = {}
    waiting: list[Letter] = []
    messages: list[tuple[float, int]] = []
    for second in range(0, int(3 * HOURS) + 60, 10):
        waiting += [ended("a", at) for at in ends if second - 10 < at <= second]
        going = {"a"} if second < ends[-1] else set()
        if letters := bundle(waiting, going, told, second):
            messages.append((second, len(letters)))
            waiting = [letter for letter in waiting if letter not in letters]
            told["a"] = second
    assert sum(count for _, count in messages) == 50
    assert len(messages) <= 3 * HOURS / HOLD + 1
    times = [at for at, _ in messages]
    assert all(later - at >= HOLD for at, later in pairwise(times[:-1]))
    assert times[-1] == int(ends[-1])
