"""What else changed when the level did: named, and not said to be why. Pure."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

NOTABLE = 1.5
"""How many times more there must be of what is counted."""
LEAST_WAIT = 5.0
"""Seconds of waiting that are worth a word."""
MOSTLY = 0.6
"""The share of generations that a text stands for."""
MAX_NAME = 60


def coincidences(points: pd.DataFrame, first: int, start: int, end: int) -> str:
    """Sentences about what differs between points *first* to *start* and those to *end*.

    *points* may have batch, work (steps × images), waiting (seconds), and lora.
    """
    before, after = points.iloc[first:start], points.iloc[start:end]
    told = [tell(before, after) for tell in _TELLERS]
    return " ".join(one for one in told if one)


def _images(before: pd.DataFrame, after: pd.DataFrame) -> str:
    if "batch" not in before:
        return ""
    was, now = (float(np.median(part["batch"])) for part in (before, after))
    if not _differs(was, now):
        return ""
    return f"At the same time, images at once went from {was:.3g} to {now:.3g}."


def _steps(before: pd.DataFrame, after: pd.DataFrame) -> str:
    if "work" not in before or "batch" not in before:
        return ""
    was, now = (float(np.median(part["work"] / part["batch"])) for part in (before, after))
    if not _differs(was, now):
        return ""
    return f"At the same time, steps went from {was:.3g} to {now:.3g}."


def _waiting(before: pd.DataFrame, after: pd.DataFrame) -> str:
    if "waiting" not in before:
        return ""
    was, now = (float(np.median(part["waiting"])) for part in (before, after))
    if max(was, now) < LEAST_WAIT or not _differs(max(was, 1.0), max(now, 1.0)):
        return ""
    return f"At the same time, the wait in the queue went from {was:.0f} s to {now:.0f} s."


def _lora(before: pd.DataFrame, after: pd.DataFrame) -> str:
    if "lora" not in before:
        return ""
    was, now = (_usual(part["lora"]) for part in (before, after))
    if was is None or now is None or was == now:
        return ""
    return f"At the same time, the LoRA went from {was or 'none'} to {now or 'none'}."


_TELLERS: tuple[Callable[[pd.DataFrame, pd.DataFrame], str], ...] = (
    _images, _steps, _waiting, _lora,
)  # fmt: skip


def _differs(was: float, now: float) -> bool:
    return was > 0 and now > 0 and max(was / now, now / was) >= NOTABLE


def _usual(texts: "pd.Series[Any]") -> str | None:
    """The text that most of them are; None where there is none."""
    counts = texts.value_counts()
    if counts.empty or counts.iloc[0] < MOSTLY * len(texts):
        return None
    return str(counts.index[0])[:MAX_NAME]
