"""The bar follows the share of time that is over: recorded runs, in virtual time."""

from itertools import pairwise

import pytest

from tests.support.honesty import BARS, Honesty, Tape, mean, measure, ours, tapes

SEEDS = range(6)


def played(tape: Tape, earlier: int) -> list[Honesty]:
    """*tape* played several times, each after *earlier* other runs of it."""
    return [
        measure(this, ours, this.learned([tape.shaken(10 * seed + n) for n in range(earlier)]))
        for seed in SEEDS
        if (this := tape.shaken(1000 + seed))
    ]


def two_samplers() -> Tape:
    return next(tape for tape in tapes() if "two_samplers" in tape.name)


@pytest.mark.parametrize(("earlier", "points"), [(0, 4.0), (1, 2.0), (3, 2.0)])
def test_what_is_shown_follows_the_time_of_two_samplers(earlier: int, points: float) -> None:
    assert mean(played(two_samplers(), earlier), "points") <= points


def test_the_time_left_is_right_within_a_tenth_after_three_runs() -> None:
    found = played(two_samplers(), 3)
    assert mean(found, "told") == 1.0
    assert mean(found, "left") <= 0.10


@pytest.mark.parametrize("other", [name for name in BARS if name != "Stepglass"])
def test_with_nothing_learned_it_is_as_honest_as_any_other(other: str) -> None:
    found = {name: [measure(tape, BARS[name]) for tape in tapes()] for name in ("Stepglass", other)}
    assert mean(found["Stepglass"], "points") <= mean(found[other], "points")
    assert mean(found["Stepglass"], "points") <= 7.0


@pytest.mark.parametrize("tape", tapes(), ids=lambda tape: tape.name)
def test_every_recorded_run_is_shown_better_once_it_is_known(tape: Tape) -> None:
    assert mean(played(tape, 1), "points") <= max(10.0, mean(played(tape, 0), "points"))


@pytest.mark.parametrize("tape", tapes(), ids=lambda tape: tape.name)
def test_between_events_a_bar_goes_on_and_never_back(tape: Tape) -> None:
    plan, last = tape.learned([tape]), 0.0
    snapshots = tape.snapshots(plan)
    for now, following in pairwise(snapshots):
        begin, end = now.heard_at or tape.start, following.heard_at or tape.start
        for tenth in range(11) if end > begin else ():
            shown = now.fraction_at(begin + (end - begin) * tenth / 10)
            assert last <= shown <= 0.99
            last = shown
        assert following.fraction_at(end) >= last
