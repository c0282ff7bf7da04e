"""What the storage benchmark asks: one question, three who answer it."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from storage.statistics import Statistics
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Rig:
    """The same records three times; `now` is when they end, epoch seconds."""

    store: Store
    statistics: Statistics
    sqlite: sqlite3.Connection
    frame: pd.DataFrame
    now: float


@dataclass(frozen=True, slots=True)
class Question:
    """Each answers the same from the rig; None where one is not asked."""

    name: str
    ours: Callable[[Rig], Any]
    sqlite: Callable[[Rig], Any] | None = None
    pandas: Callable[[Rig], Any] | None = None
