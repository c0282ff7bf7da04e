"""Every question of the Stats tab and gallery beside SQLite (WAL, indexed) and pandas.

Then 32 writers that store durably while these questions are asked. The records are synthetic and
seeded (`benchmarks.synthetic`); made once into --folder, and used again. Two measures are printed
with each: the ratio to SQLite and to pandas in the same run.
"""

import argparse
import gc
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import gallery_questions, stats_questions, synthetic, twins
from benchmarks.questions import Question, Rig
from benchmarks.writes import Writes, storing
from storage.statistics import Statistics
from storage.store import Store

PATIENCE = 2.0
"""Seconds from which on a single run tells enough."""
MUCH_PATIENCE = 10.0
"""Seconds from which on even the first run does, whose caches are empty."""
PERIODS = (30, 90, 365, 0)
SETS = (stats_questions.questions, gallery_questions.questions)
"""Each makes a list of questions, given the periods to ask about."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=1e5, help="generations, as 1e6")
    parser.add_argument("--folder", type=Path, help="where they are made, or were (else aside)")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--only", default="", help="questions that have this in their name")
    parser.add_argument("--periods", type=int, nargs="+", default=PERIODS, help="days; 0 all")
    parser.add_argument("--ours", action="store_true", help="ask neither SQLite nor pandas")
    parser.add_argument("--no-writes", action="store_true")
    parser.add_argument("--writers", type=int, default=32)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        folder = synthetic.make(given.folder or Path(aside), int(given.rows))
        _measure(folder, given)


def _measure(folder: Path, given: argparse.Namespace) -> None:
    lite = twins.twin(folder) if not given.ours else None
    table = twins.frame(folder) if not given.ours else pd.DataFrame()
    began = time.perf_counter()
    store = Store(folder)
    print(f"{int(given.rows):,} generations, opened in {time.perf_counter() - began:.2f} s")
    statistics = Statistics(store, clock=lambda: synthetic.NOW)
    rig = Rig(store, statistics, lite, table, synthetic.NOW)  # type: ignore[arg-type]
    try:
        _prepare(rig)
        chosen = [q for q in _questions(given) if given.only in q.name]
        print(_heading())
        for question in chosen:
            print(_line(question, rig, given), flush=True)
        if not given.no_writes:
            asked = [q for q in stats_questions.questions((30,)) if "owner" not in q.name]
            print(_said(storing(rig, asked, writers=given.writers)))
    finally:
        store.close()
    print(f"load {os.getloadavg()[0]:.1f}")


def _prepare(rig: Rig) -> None:
    """Make what the synthetic records lack: ratings and tags."""
    gallery_questions.prepare(rig)


def _questions(given: argparse.Namespace) -> list[Question]:
    return [question for made in SETS for question in made(tuple(given.periods))]


def _heading() -> str:
    others = "".join(f"   {name:>9} {'ratio':>7}" for name in ("SQLite", "pandas"))
    return f"{'':36} {'median':>8} {'p95':>8}{others}"


def _line(question: Question, rig: Rig, given: argparse.Namespace) -> str:
    ours = _times(lambda: question.ours(rig), given.runs)
    middle = median(ours)
    said = f"{question.name:36} {1e3 * middle:8.1f} {1e3 * float(np.quantile(ours, 0.95)):8.1f}"
    for other in (question.sqlite, question.pandas):
        if given.ours or other is None:
            said += f"   {'–':>9} {'':>7}"
        else:
            theirs = median(_times(partial(other, rig), 3))
            said += f"   {1e3 * theirs:9.1f} {theirs / middle:7.1f}"
    return said


def _times(ask: Callable[[], Any], runs: int) -> list[float]:
    gc.collect()
    began = time.perf_counter()
    ask()  # whoever has a cache may fill it
    if (first := time.perf_counter() - began) > MUCH_PATIENCE:
        return [first]
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
        if times[-1] > PATIENCE:
            break
    return times


def _said(found: Sequence[Writes]) -> str:
    lines = [f"{'':36} {'p50':>8} {'p95':>8} {'p99':>8}   {'a second':>9}"]
    for one in found:
        p50, p95, p99 = (1e3 * float(np.quantile(one.seconds, q)) for q in (0.5, 0.95, 0.99))
        lines.append(
            f"{one.name:36} {p50:8.1f} {p95:8.1f} {p99:8.1f}   {len(one.seconds) / one.took:9.0f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
