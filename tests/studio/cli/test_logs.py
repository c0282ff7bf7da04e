"""What is logged: one line a second of each kind, with a count."""

import logging

from studio.cli.logs import EVERY_SECONDS, MAX_KINDS, Sparing


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def record(message: str, *values: object, name: str = "a") -> logging.LogRecord:
    return logging.LogRecord(name, logging.WARNING, "", 0, message, values, None)


def test_of_many_lines_of_one_kind_one_a_second_passes_and_counts_the_rest() -> None:
    clock = Clock()
    sparing = Sparing(clock)
    passed = [sparing.filter(record("frame %d is odd", number)) for number in range(38_000)]
    assert passed == [True] + [False] * 37_999
    clock.now += EVERY_SECONDS
    late = record("frame %d is odd", 38_000)
    assert sparing.filter(late)
    assert late.getMessage() == "frame 38000 is odd (37,999 more like this)"
    clock.now += EVERY_SECONDS
    last = record("frame %d is odd", 5)
    assert sparing.filter(last)
    assert last.getMessage() == "frame 5 is odd"


def test_other_kinds_pass_meanwhile() -> None:
    sparing = Sparing(Clock())
    assert sparing.filter(record("one"))
    assert sparing.filter(record("two"))
    assert sparing.filter(record("one", name="b"))
    assert not sparing.filter(record("one"))


def test_kinds_that_were_long_silent_are_forgotten() -> None:
    sparing = Sparing(Clock())
    for number in range(MAX_KINDS + 1):
        sparing.filter(record(f"kind {number}"))
    assert sparing.filter(record("kind 0"))
