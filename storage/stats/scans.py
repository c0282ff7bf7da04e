"""What changes are looked for in: the times of each series, window by window. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

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

    def courses(self) -> Iterator[tuple[tuple[Any, ...], pd.DataFrame]]:
        """Each series' key and its points, in order of time."""
        codes = self.points.groupby(KEYS, sort=False).ngroup().to_numpy()
        order = np.argsort(codes, kind="stable")
        edges = [0, *(np.flatnonzero(np.diff(codes[order])) + 1), len(order)]
        for first, last in pairwise(edges if len(order) else []):
            part = self.points.iloc[order[first:last]]
            yield tuple(part[name].iloc[0] for name in KEYS), part

    def since(self, first: datetime) -> "Scan":
        """The same without what lies before *first*."""
        return Scan(self.points[self.points["at"] >= first], self.grain)


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
