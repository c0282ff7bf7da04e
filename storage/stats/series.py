"""From rows of past generations to what changed, and to what a step costs. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from storage.stats.change_points import Change, changes
from storage.stats.period import sized
from storage.stats.robust_fit import Runs, fit

SERIES = ["checkpoint", "width", "height", "server"]
"""What generations must have in common to be compared."""
CHANGE_COLUMNS = [
    "checkpoint", "size", "server", "at", "before", "after", "ratio", "generations", "sentence",
]  # fmt: skip
WHAT_IF_COLUMNS = ["checkpoint", "size", "server", "seconds_per_step", "fixed_seconds", "basis"]
MAX_CHANGES_SHOWN = 50
SAME_TIME = timedelta(days=10)
"""Changes of the same series less far apart are one, seen with two samplers."""
_WEEK = timedelta(days=6)
_ENDINGS = (".safetensors", ".ckpt", ".gguf", ".sft", ".pt")


def found_changes(scans: Sequence[pd.DataFrame], now: datetime) -> pd.DataFrame:
    """CHANGE_COLUMNS, newest first, of *scans*: SERIES, sampler, at, seconds, generations.

    Each in order of time, finer ones first. Of changes of one series at about the same time, seen
    in several scans or with several samplers, one is told: of the finest scan, of the sampler with
    the most generations.
    """
    told: list[tuple[Any, ...]] = []
    for points in scans:
        told = _told_once(told, list(_rows(points, now)))
    table = pd.DataFrame(told, columns=CHANGE_COLUMNS)
    return table.sort_values("at", ascending=False, ignore_index=True).head(MAX_CHANGES_SHOWN)


def _rows(points: pd.DataFrame, now: datetime) -> Iterator[tuple[Any, ...]]:
    keys = [*SERIES, "sampler"]
    codes = points.groupby(keys, sort=False).ngroup().to_numpy()
    order = np.argsort(codes, kind="stable")  # a series after the other, each by time
    seconds = points["seconds"].to_numpy(dtype=np.float64)[order]
    counts = points["generations"].to_numpy()[order]
    edges = [0, *(np.flatnonzero(np.diff(codes[order])) + 1), len(order)]
    for first, last in pairwise(edges if len(order) else []):
        if found := changes(seconds[first:last]):
            key = tuple(points[name].iloc[order[first]] for name in keys)
            for change in found:
                at, *until = (
                    points["at"].iloc[order[first + place]]
                    for place in (change.start, change.end)
                    if first + place < last
                )
                number = int(counts[first + change.start : first + change.end].sum())
                yield _row(key, change, at, until[0] if until else None, number, now)


def _told_once(told: list[tuple[Any, ...]], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """*told* and those of *rows* (CHANGE_COLUMNS) that tell anything else."""
    kept = list(told)
    for row in sorted(rows, key=lambda row: -row[7]):
        same = (other for other in kept if other[:3] == row[:3])
        if not any(abs(other[3] - row[3]) < SAME_TIME for other in same):
            kept.append(row)
    return kept


def found_slopes(points: pd.DataFrame) -> pd.DataFrame:
    """WHAT_IF_COLUMNS, most used first.

    *points* has SERIES, batch, steps, generations, sampling and rest; of each series the usual
    number of pictures at once counts.
    """
    series: dict[tuple[Any, ...], dict[int, list[Runs]]] = {}
    names = (*SERIES, "batch", "steps", "generations", "sampling", "rest")
    for *key, batch, steps, generations, sampling, rest in _plain(points, *names):
        runs = series.setdefault(tuple(key), {}).setdefault(batch, [])
        runs.append(Runs(steps, generations, sampling, rest))
    rows = []
    for one, batches in series.items():
        if line := fit(max(batches.values(), key=_generations)):
            rows.append((one[0], _size(one), one[3], line.per_step, line.fixed, line.basis))
    table = pd.DataFrame(rows, columns=WHAT_IF_COLUMNS)
    return table.sort_values(
        ["basis", *WHAT_IF_COLUMNS[:3]], ascending=[False, True, True, True], ignore_index=True
    )


def sentence(
    key: Sequence[Any], ratio: float, at: datetime, until: datetime | None, now: datetime
) -> str:
    """One change for people: what (SERIES), by how much, since when, where."""
    share = ratio - 1 if ratio > 1 else 1 - ratio
    what = f"{_name(str(key[0]))} {_size(key)}".strip()
    how = f"{100 * share:.0f} % {'slower' if ratio > 1 else 'faster'}"
    where = f", on server {key[3]}" if key[3] else ""
    if until is None:
        return f"{what} has been {how} than its own median since {_when(at, now)}{where}."
    return (
        f"{what} was {how} than its own median from {_when(at, now)} until "
        f"{_when(until, now)}{where}."
    )


def _row(
    key: Sequence[Any],
    change: Change,
    at: datetime,
    until: datetime | None,
    number: int,
    now: datetime,
) -> tuple[Any, ...]:
    said = sentence(key, change.ratio, at, until, now)
    return (
        key[0], _size(key), key[3], at, change.before, change.after, change.ratio, number, said,
    )  # fmt: skip


def _generations(runs: Sequence[Runs]) -> int:
    return sum(run.generations for run in runs)


def _plain(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[column].tolist() for column in columns), strict=True)


def _size(key: Sequence[Any]) -> str:
    return sized(key[1], key[2])


def _when(at: datetime, now: datetime) -> str:
    if timedelta() <= now - at < _WEEK:
        return f"{at:%A} {at:%H:%M}"
    day = f"{at.day} {at:%B}" if at.year == now.year else f"{at.day} {at:%B %Y}"
    return f"{day}, {at:%H:%M}"


def _name(checkpoint: str) -> str:
    """A checkpoint's name without folder and ending."""
    name = PurePosixPath(checkpoint.replace("\\", "/")).name
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return name
