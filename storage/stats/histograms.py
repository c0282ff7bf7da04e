"""Quantiles from counts in buckets, eight to an octave. Pure.

Within a bucket values are taken to lie evenly between its edges and its mean, half of them on
either side: where values cluster, as seconds do by the number of steps, the mean tells where.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from storage.stats.cubes import PER_OCTAVE

Floats = NDArray[np.float64]


def quantiles(cells: pd.DataFrame, keys: Sequence[str], names: dict[str, float]) -> pd.DataFrame:
    """By *keys*: generations, and a column a quantile of *names* (its share, 0…1).

    *cells* has the keys, bucket, generations (> 0) and total (the sum of the values), in order of
    keys and bucket.
    """
    by = list(keys)
    starts = _starts(cells, by)
    counts = cells["generations"].to_numpy(dtype=np.float64)
    ends = np.cumsum(counts)
    before = np.concatenate([[0.0], ends])[starts]
    sizes = np.diff(np.concatenate([before, ends[-1:]])) if len(starts) else np.zeros(0)
    table = cells[by].iloc[starts].reset_index(drop=True)
    table["generations"] = sizes.astype(np.int64)
    low = np.exp2(cells["bucket"].to_numpy(dtype=np.float64) / PER_OCTAVE)
    high = low * 2 ** (1 / PER_OCTAVE)
    mean = np.clip(cells["total"].to_numpy(dtype=np.float64) / counts, low, high)

    def value(places: Floats) -> Floats:
        """The values at *places* among all, in order; in the middle of a place."""
        middles = before + places + 0.5
        at = np.minimum(np.searchsorted(ends, middles), max(0, len(ends) - 1))
        inside = (middles - (ends[at] - counts[at])) / counts[at]
        below = low[at] + (mean[at] - low[at]) * 2 * inside
        above = mean[at] + (high[at] - mean[at]) * (2 * inside - 1)
        return np.asarray(np.where(inside <= 0.5, below, above), dtype=np.float64)

    for name, share in names.items():
        ranks = share * (sizes - 1)
        lower = np.floor(ranks)
        first, last = value(lower), value(np.ceil(ranks))
        table[name] = first + (last - first) * (ranks - lower)
    return table


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
