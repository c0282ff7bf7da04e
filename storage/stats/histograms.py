"""Quantiles from counts in buckets, eight to an octave. Pure.

Within a bucket values are taken to lie evenly between the smallest, their mean and the largest,
half of them on either side: where values cluster, as seconds do by the number of steps, these tell
where. What cannot be so with that mean is moved to where it is off by half a bucket at the most.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from storage.stats.cubes import PER_OCTAVE

Floats = NDArray[np.float64]

HALF_A_BUCKET = 2 ** (1 / (2 * PER_OCTAVE))
"""By which factor a quantile may be off."""


def quantiles(cells: pd.DataFrame, keys: Sequence[str], names: dict[str, float]) -> pd.DataFrame:
    """By *keys*: generations, and a column a quantile of *names* (its share, 0…1).

    *cells* has the keys, bucket, generations (> 0), total, least and most (the sum of the values,
    the smallest and the largest), in order of keys and bucket.
    """
    by = list(keys)
    starts = _starts(cells, by)
    counts = cells["generations"].to_numpy(dtype=np.float64)
    ends = np.cumsum(counts)
    before = np.concatenate([[0.0], ends])[starts]
    sizes = np.diff(np.concatenate([before, ends[-1:]])) if len(starts) else np.zeros(0)
    table = cells[by].iloc[starts].reset_index(drop=True)
    table["generations"] = sizes.astype(np.int64)
    low = cells["least"].to_numpy(dtype=np.float64)
    high = cells["most"].to_numpy(dtype=np.float64)
    total = cells["total"].to_numpy(dtype=np.float64)

    def value(places: Floats) -> Floats:
        """The values at *places* among all, in order."""
        at = np.minimum(np.searchsorted(ends, before + places + 0.5), max(0, len(ends) - 1))
        place = before + places - (ends[at] - counts[at])
        return _inside(place, counts[at], low[at], high[at], total[at])

    for name, share in names.items():
        ranks = share * (sizes - 1)
        lower = np.floor(ranks)
        first, last = value(lower), value(np.ceil(ranks))
        table[name] = first + (last - first) * (ranks - lower)
    return table


def _inside(place: Floats, count: Floats, low: Floats, high: Floats, total: Floats) -> Floats:
    """The value at *place* (0 for the smallest) of *count* in a bucket, from *low* to *high*."""
    mean = np.clip(total / count, low, high)
    share = np.where(count > 1, place / np.maximum(count - 1, 1), 0.5)
    evenly = np.where(
        share <= 0.5, low + (mean - low) * 2 * share, mean + (high - mean) * (2 * share - 1)
    )
    # With such a sum it can be no less, for all above are at most `high`, and no more.
    least = np.maximum(low, (total - (count - 1 - place) * high) / (place + 1))
    most = np.minimum(high, (total - place * low) / (count - place))
    first = np.minimum(most / HALF_A_BUCKET, least * HALF_A_BUCKET)
    return np.asarray(
        np.clip(np.clip(evenly, first, least * HALF_A_BUCKET), low, high), dtype=np.float64
    )


def _starts(cells: pd.DataFrame, by: list[str]) -> NDArray[np.intp]:
    """Where a group begins."""
    if cells.empty:
        return np.array([], dtype=np.intp)
    if not by:
        return np.array([0], dtype=np.intp)
    changed = np.zeros(len(cells), dtype=bool)
    changed[0] = True
    for name in by:
        values = cells[name].to_numpy()
        changed[1:] |= values[1:] != values[:-1]
    return np.flatnonzero(changed)
