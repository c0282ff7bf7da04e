"""Series of seconds whose properties are known, for what is to be found in them, and what not."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Noise = Callable[[np.random.Generator, float, int], Floats]

HOURS = 30 * 24
"""Over which the series of "by day" are spread."""


def log_normal(rng: np.random.Generator, deviation: float, count: int) -> Floats:
    """Factors that are multiplied by chance."""
    return np.asarray(np.exp(rng.normal(0, deviation, count)), dtype=np.float64)


def heavy_tails(rng: np.random.Generator, deviation: float, count: int) -> Floats:
    """Student's t with three degrees of freedom."""
    return np.exp(deviation * rng.standard_t(3, count))


def outliers(rng: np.random.Generator, deviation: float, count: int) -> Floats:
    """One in twenty takes 2 to 8 times as long."""
    several = np.where(rng.random(count) < 0.05, rng.uniform(2, 8, count), 1)
    return log_normal(rng, deviation, count) * several


def rounded(rng: np.random.Generator, deviation: float, count: int) -> Floats:
    """To few different numbers."""
    return np.round(3 * log_normal(rng, deviation, count), 1) / 3


def one_sided(rng: np.random.Generator, deviation: float, count: int) -> Floats:
    """Never faster than a limit."""
    return 1 + deviation * rng.exponential(1, count)


def by_day(rng: np.random.Generator, deviation: float, count: int) -> Floats:
    """A quarter slower from 9 to 18 o'clock."""
    hours = np.sort(rng.random(count)) * HOURS % 24
    return log_normal(rng, deviation, count) * np.where((hours > 9) & (hours < 18), 1.25, 1)


def remembering(resemblance: float) -> Noise:
    """A machine that is slow for a while: an autoregressive course."""

    def noise(rng: np.random.Generator, deviation: float, count: int) -> Floats:
        new = rng.normal(0, deviation * math.sqrt(1 - resemblance**2), count).tolist()
        course = [float(rng.normal(0, deviation))]
        for number in range(1, count):
            course.append(resemblance * course[-1] + new[number])
        return np.asarray(np.exp(course), dtype=np.float64)

    return noise


UNCHANGED: dict[str, Noise] = {
    "log-normal": log_normal,
    "heavy tails": heavy_tails,
    "outliers": outliers,
    "rounded": rounded,
    "one-sided": one_sided,
    "by day": by_day,
}
"""Noises around a level that does not change, of points that know nothing of one another."""


def stepped(values: Floats, last: int, ratio: float) -> Floats:
    """The *last* values times *ratio*."""
    return np.concatenate([values[:-last], values[-last:] * ratio])


def bumped(values: Floats, ratio: float) -> Floats:
    """The middle third times *ratio*."""
    third = len(values) // 3
    made = values.copy()
    made[third : 2 * third] *= ratio
    return made


def drifted(values: Floats, ratio: float) -> Floats:
    """Slowly from once to *ratio* times as long."""
    return values * np.linspace(1, ratio, len(values))


def most_of(count: int, share: float) -> int:
    """The most of *count* that a chance of *share* makes, but for one time in a thousand."""
    chance, most, whole = (1 - share) ** count, 0, (1 - share) ** count
    while whole < 0.999:
        chance *= (count - most) / (most + 1) * share / (1 - share)
        most += 1
        whole += chance
    return most
