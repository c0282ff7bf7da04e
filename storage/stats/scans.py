"""What changes are looked for in: the times of each series, window by window. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from storage.stats.rank_scores import MIN_LENGTH

SERIES = ["checkpoint", "width", "height", "server"]
"""What generations must have in common to be compared."""
KEYS = [*SERIES, "sampler"]
"""What they must have in common to be one course: another sampler is no change of speed."""
_LEAST_SECONDS = 1e-6


@dataclass(frozen=True, slots=True)
class Scan:
    """`points` in order of time: KEYS, at, seconds, generations, and what else went with them.

    `grain` is how long one point is; none where each is a generation.
    """

    points: pd.DataFrame
    grain: timedelta = timedelta()

    def courses(self) -> list["Course"]:
        """Each series that may have changed, the one with the most generations first."""
        codes = self.points.groupby(KEYS, sort=False).ngroup().to_numpy()
        order = np.argsort(codes, kind="stable")
        edges = [0, *(np.flatnonzero(np.diff(codes[order])) + 1), len(order)]
        at = self.points["at"].to_numpy(dtype="datetime64[us]").astype(np.float64)[order]
        seconds = self.points["seconds"].to_numpy(dtype=np.float64)[order]
        counts = self.points["generations"].to_numpy()[order]
        found = [
            Course(
                order[first:last],
                at[first:last],
                seconds[first:last],
                int(counts[first:last].sum()),
            )
            for first, last in pairwise(edges if len(order) else [])
            if last - first >= 2 * MIN_LENGTH
        ]
        return sorted(found, key=lambda one: -one.generations)

    def points_of(self, one: "Course") -> tuple[tuple[Any, ...], pd.DataFrame]:
        """The key of a course, and its points in order of time."""
        part = self.points.iloc[one.places]
        return tuple(part[name].iloc[0] for name in KEYS), part

    def since(self, first: datetime) -> "Scan":
        """The same without what lies before *first*."""
        return Scan(self.points[self.points["at"] >= first], self.grain)


@dataclass(frozen=True, slots=True)
class Course:
    """The times of one series, in order; `places` are those of its points in a scan's."""

    places: NDArray[np.intp]
    at: NDArray[np.float64]
    seconds: NDArray[np.float64]
    generations: int


def one_by_one(points: pd.DataFrame, first: datetime, most: int) -> Scan:
    """The generations since *first* of the *most* used series, as if each had its usual steps.

    *points* has KEYS, at, sampling, rest and work besides.
    """
    recent = points[points["at"] >= first]
    if recent.empty:
        return Scan(recent.assign(seconds=pd.Series(dtype="float64")))
    codes = recent.groupby(KEYS, sort=False).ngroup().to_numpy()
    counts = np.bincount(codes)
    usual = np.bincount(codes, weights=recent["work"]) / counts
    seconds = recent["rest"] + recent["sampling"] * usual[codes] / recent["work"]
    shown = np.isin(codes, np.argsort(-counts, kind="stable")[:most])
    return Scan(recent.assign(seconds=np.maximum(seconds, _LEAST_SECONDS))[shown])


def by_weeks(points: pd.DataFrame) -> Scan:
    """*points* that are a week each, whose times are somewhere within it, as of its Monday."""
    monday = pd.to_datetime(points["at"]).dt.to_period("W-SUN").dt.start_time
    return Scan(points.assign(at=monday), timedelta(days=7))
