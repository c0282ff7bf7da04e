"""What is said of a change, for people. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Literal

from storage.stats.period import sized

Kind = Literal["step", "back", "drift"]
DAYS = timedelta(hours=3)
"""How long a point is from which on hours are not told."""
WEEKS = timedelta(days=7)
"""How long a point is from which on days are not told."""
SLOW = timedelta(days=14)
"""A drift that took so long is told by the week, others by the day."""
_THIS_WEEK = timedelta(days=6)
_SMALL = 0.0095
"""Shares below which a digit after the point is told."""
_ENDINGS = (".safetensors", ".ckpt", ".gguf", ".sft", ".pt")


@dataclass(frozen=True, slots=True)
class Moment:
    """When a change was, known to a `grain`: to the minute where that is none."""

    at: datetime
    grain: timedelta = timedelta()

    def said(self, now: datetime) -> str:
        """As in "Tuesday 14:05", "3 February, 09:00" or "the week of 2 February 2025"."""
        year = "" if self.at.year == now.year else f" {self.at.year}"
        day = f"{self.at.day} {self.at:%B}{year}"
        if self.grain >= WEEKS:
            return f"the week of {day}"
        is_near = timedelta() <= now - self.at < _THIS_WEEK
        if self.grain >= DAYS:
            return f"{self.at:%A}" if is_near else day
        return f"{self.at:%A} {self.at:%H:%M}" if is_near else f"{day}, {self.at:%H:%M}"


def sentence(
    key: Sequence[Any],
    kind: Kind,
    ratio: float,
    since: Moment,
    until: Moment | None,
    now: datetime,
) -> str:
    """One change for people: what (checkpoint, width, height, server), how, since when, where."""
    what = f"{_name(str(key[0]))} {sized(key[1], key[2])}".strip()
    how, begun = _how(ratio), since.said(now)
    when = f"{begun}, on server {key[3]}" if key[3] else begun
    if until:
        ended = until.said(now)
        end = f"{ended}, on server {key[3]}" if key[3] else ended
    if kind == "drift":
        unit, share = _pace(ratio, now - since.at)
        if unit == WEEKS:
            return f"{what} has slowly become {how} since {when}: about {share} % a week."
        return f"{what} has slowly become {how} since {when}: about {share} % a day."
    if kind == "back":
        if until:
            return f"{what} took its usual time again from {begun} until {end}."
        return f"{what} has been back to its usual time since {when}."
    if until:
        return f"{what} was {how} than its own median from {begun} until {end}."
    return f"{what} has been {how} than its own median since {when}."


def _how(ratio: float) -> str:
    share = ratio - 1 if ratio > 1 else 1 - ratio
    return f"{100 * share:.0f} % {'slower' if ratio > 1 else 'faster'}"


def _pace(ratio: float, took: timedelta) -> tuple[timedelta, str]:
    """A day or a week, and how many percent of it come with each."""
    unit = WEEKS if took >= SLOW else timedelta(days=1)
    share = abs(math.expm1(math.log(ratio) * (unit / max(took, unit))))
    return unit, f"{100 * share:.0f}" if share >= _SMALL else f"{100 * share:.1f}"


def _name(checkpoint: str) -> str:
    """A checkpoint's name without folder and ending."""
    name = PurePosixPath(checkpoint.replace("\\", "/")).name
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return name
