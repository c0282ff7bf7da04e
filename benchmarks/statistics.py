"""Whether changes of speed are told where they are, and nowhere else: simulated series.

    python -m benchmarks.statistics [--series 1000] [--seed 11]

Three tables: false alarms among series that do not change, found and missed steps with the size
that is told, and drifts. Rates are of all series of a row; n is how many points each has.
"""

import argparse

import numpy as np

from storage.stats.change_points import Change, Drift, course
from tests.support.noisy_series import (
    UNCHANGED,
    Floats,
    bumped,
    drifted,
    log_normal,
    remembering,
    stepped,
)

NOISE = (0.03, 0.10, 0.30)
LENGTHS = (20, 60, 300)
MEMORIES = (0.5, 0.7, 0.95)
STEPS = (
    (70, 10, 2.0), (1000, 10, 2.0), (200, 20, 1.2), (1000, 40, 1.2), (60, 10, 1.2), (60, 8, 1.2),
    (60, 30, 1.2), (60, 30, 1 / 1.2), (200, 100, 1.2), (1000, 500, 1.2),
)  # fmt: skip
"""Points, how many of them at the end are other, and by how much."""
BUMPS = ((60, 1.2), (60, 1.4), (300, 1.2), (300, 1.4))
DRIFTS = ((60, 1.2), (60, 1.5), (300, 1.2), (300, 1.5), (1000, 1.2), (1000, 1.5))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=1000, help="of each row")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    false_alarms(rng, options.series)
    found_steps(rng, options.series)
    found_bumps(rng, options.series)
    found_drifts(rng, options.series)


def false_alarms(rng: np.random.Generator, series: int) -> None:
    """Series without a change that a sentence is told of."""
    memories = {f"resembles the last {one}": remembering(one) for one in MEMORIES}
    heads = [f"{noise:.0%}, n={count}" for noise in NOISE for count in LENGTHS]
    print(f"| unchanged | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    for name, noise in (UNCHANGED | memories).items():
        rates = [
            sum(bool(course(10 * noise(rng, deviation, count))) for _ in range(series)) / series
            for deviation in NOISE
            for count in LENGTHS
        ]
        print(f"| {name} | {' | '.join(f'{rate:.1%}' for rate in rates)} |", flush=True)


def found_steps(rng: np.random.Generator, series: int) -> None:
    """Steps near the end and in the middle: found within a tenth, by how much off, how large."""
    print("\n| step | noise | found | as a drift | points off, p95 | size told |")
    print("|---|---|---|---|---|---|")
    for count, last, ratio in STEPS:
        for deviation in NOISE:
            found, drifts = _told(
                [
                    stepped(10 * log_normal(rng, deviation, count), last, ratio)
                    for _ in range(series)
                ]
            )
            place, near = count - last, max(5.0, 0.1 * count)
            hits = [
                min(of, key=lambda change: abs(change.start - place))
                for of in found
                if any(abs(change.start - place) <= near for change in of)
            ]
            off = [abs(change.start - place) for change in hits]
            told = f"{np.median([change.ratio for change in hits]):.2f}" if hits else "–"
            away = f"{np.quantile(off, 0.95):.0f}" if hits else "–"
            print(
                f"| last {last} of {count} × {ratio:.2f} | {deviation:.0%} | "
                f"{len(hits) / series:.1%} | {drifts / series:.1%} | {away} | {told} |",
                flush=True,
            )


def found_bumps(rng: np.random.Generator, series: int) -> None:
    """A slow middle third: both ends found, and the second told as a return."""
    print("\n| slow middle third | noise | both ends | told as a return |\n|---|---|---|---|")
    for count, ratio in BUMPS:
        for deviation in NOISE:
            found, _ = _told(
                [bumped(10 * log_normal(rng, deviation, count), ratio) for _ in range(series)]
            )
            ends = (count // 3, 2 * (count // 3))
            both = [
                of
                for of in found
                if len(of) == len(ends)
                and all(abs(c.start - e) < 0.1 * count for c, e in zip(of, ends, strict=True))
            ]
            returns = sum(of[1].returns for of in both)
            print(
                f"| {count} × {ratio} | {deviation:.0%} | {len(both) / series:.1%} | "
                f"{returns / series:.1%} |",
                flush=True,
            )


def found_drifts(rng: np.random.Generator, series: int) -> None:
    """Series that slowly become slower."""
    print("\n| drift | noise | as a drift | as steps | silent |\n|---|---|---|---|---|")
    for count, ratio in DRIFTS:
        for deviation in NOISE:
            found, drifts = _told(
                [drifted(10 * log_normal(rng, deviation, count), ratio) for _ in range(series)]
            )
            steps = sum(bool(of) for of in found)
            print(
                f"| {count} × {ratio} | {deviation:.0%} | {drifts / series:.1%} | "
                f"{steps / series:.1%} | {(series - drifts - steps) / series:.1%} |",
                flush=True,
            )


def _told(series: list[Floats]) -> tuple[list[list[Change]], int]:
    """The changes of each of the *series* that does not drift, and how many do."""
    found = [course(values) for values in series]
    return [of for of in found if not isinstance(of, Drift)], sum(
        isinstance(of, Drift) for of in found
    )


if __name__ == "__main__":
    main()
