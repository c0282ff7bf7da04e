"""Changes found in several scans, each told once. Pure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from storage.stats.change_points import MIN_LENGTH, Change, Drift, course
from storage.stats.change_sentences import WEEKS, Kind, Moment, sentence
from storage.stats.coincidences import coincidences
from storage.stats.period import sized
from storage.stats.scans import Scan

CHANGE_COLUMNS = [
    "checkpoint", "size", "server", "at", "before", "after", "ratio", "generations", "sentence",
    "kind", "meanwhile",
]  # fmt: skip
MAX_CHANGES_SHOWN = 50
SAME_TIME = timedelta(days=10)
"""Beyond this two changes are not the same, however few points lie between them."""
_WEEKS_OFF = 2
"""Weeks by which the place of a change may be off."""
_MOST_OF_IT = 0.7
"""A step that is this much of a drift is what looks like one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One change of the series `key` (checkpoint, width, height, server).

    It may be the same as another that happened between `early` and `late`. `basis` counts the
    generations of its course, `generations` those since.
    """

    key: tuple[Any, ...]
    kind: Kind
    since: Moment
    until: Moment | None
    early: datetime
    late: datetime
    before: float
    after: float
    ratio: float
    generations: int
    basis: int
    sampler: str
    meanwhile: str = ""

    def is_like(self, other: "Finding") -> bool:
        """Whether both go the same way."""
        return self.key == other.key and (self.ratio > 1) == (other.ratio > 1)

    def is_same(self, other: "Finding") -> bool:
        """Whether both may be one change, seen twice."""
        if not self.is_like(other) or (self.kind == "drift") != (other.kind == "drift"):
            return False
        return self.kind == "drift" or (self.early <= other.late and other.early <= self.late)


def found_changes(scans: Sequence[Scan], now: datetime) -> pd.DataFrame:
    """CHANGE_COLUMNS, newest first, of *scans*, those of shorter periods first.

    A change that is seen in several scans or with several samplers is told once: by the scan of
    the shortest period, by the sampler with the most generations. A drift by the longest.
    """
    steps: list[Finding] = []
    drifts: list[Finding] = []
    for scan in scans:
        seen = list(_findings(scan))
        steps = _joined(steps, [one for one in seen if one.kind != "drift"])
        drifts = _joined([one for one in seen if one.kind == "drift"], drifts)
    told = _either(steps, drifts)
    rows = [_row(one, now) for one in told]
    table = pd.DataFrame(rows, columns=CHANGE_COLUMNS)
    return table.sort_values("at", ascending=False, ignore_index=True).head(MAX_CHANGES_SHOWN)


def _findings(scan: Scan) -> Iterator[Finding]:
    """What happened to each series, the one with the most generations first."""
    for one in scan.courses():
        found = course(one.seconds, one.at)
        if not found:
            continue
        key, points = scan.points_of(one)
        if isinstance(found, Drift):
            yield _drift(key, points, found, scan.grain)
        else:
            yield from (_step(key, points, change, scan.grain) for change in found)


def _step(key: tuple[Any, ...], points: pd.DataFrame, change: Change, grain: timedelta) -> Finding:
    at, counts = points["at"], points["generations"].to_numpy()
    until = Moment(at.iloc[change.end], grain) if change.end < len(points) else None
    off = _WEEKS_OFF if grain >= WEEKS else MIN_LENGTH
    moment = at.iloc[change.start]
    early = at.iloc[max(0, change.start - off)]
    late = at.iloc[min(change.end, change.start + off) - 1]
    return Finding(
        key[:4],
        "back" if change.returns else "step",
        Moment(moment, grain),
        until,
        max(early, moment - SAME_TIME),
        min(late, moment + SAME_TIME),
        change.before,
        change.after,
        change.ratio,
        int(counts[change.start : change.end].sum()),
        int(counts.sum()),
        str(key[4]),
        coincidences(points, change.previous, change.start, change.end),
    )


def _drift(key: tuple[Any, ...], points: pd.DataFrame, drift: Drift, grain: timedelta) -> Finding:
    first, last = points["at"].iloc[0], points["at"].iloc[-1]
    count = int(points["generations"].sum())
    return Finding(
        key[:4],
        "drift",
        Moment(first, max(grain, timedelta(days=1))),
        None,
        first,
        last,
        drift.before,
        drift.after,
        drift.ratio,
        count,
        count,
        str(key[4]),
    )


def _joined(known: list[Finding], seen: list[Finding]) -> list[Finding]:
    """*known* and those of *seen* that are none of them; what one of both calls a return is one."""
    kept, number = list(known), len(known)
    for one in seen:
        # Of one course all are told: only other courses may show the same once more.
        same = [
            n
            for n, other in enumerate(kept)
            if one.is_same(other) and (n < number or other.sampler != one.sampler)
        ]
        if not same:
            kept.append(one)
        elif one.kind == "back":
            kept[same[0]] = replace(kept[same[0]], kind="back")
    return kept


def _either(steps: list[Finding], drifts: list[Finding]) -> list[Finding]:
    """Steps and drifts without those that are the others, less well seen."""
    gone: set[int] = set()
    for drift in drifts:
        for step in steps:
            is_inside = step.is_like(drift) and drift.early <= step.since.at <= drift.late
            if not is_inside:
                continue
            share = math.log(step.ratio) / math.log(drift.ratio)
            is_all = share >= _MOST_OF_IT and step.basis >= drift.basis
            gone.add(id(drift) if is_all else id(step) if share <= 1 else 0)
    return [one for one in (*steps, *drifts) if id(one) not in gone]


def _row(one: Finding, now: datetime) -> tuple[Any, ...]:
    said = sentence(one.key, one.kind, one.ratio, one.since, one.until, now)
    checkpoint, width, height, server = one.key
    return (
        checkpoint, sized(width, height), server, one.since.at, one.before, one.after, one.ratio,
        one.generations, said, one.kind, one.meanwhile,
    )  # fmt: skip
