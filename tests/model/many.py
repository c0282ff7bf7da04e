"""Thousands of histories: ``python -m tests.model.many --histories 10000 --seed 1``.

Goes on after each that goes wrong; what it was is written to a file of its own.
"""

import argparse
import re
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import Model
from tests.model.worlds import Worlds

BATCH = 10
STEPS = 14
TOLD_EVERY = 5
"""Batches."""
NOISE = re.compile(r"^[ |]*state\.(no_bar_lies|nothing_too_often)\(\)|^[ |]*(File|\^)")


class Tally:
    """What was run, and what went wrong in it by its kind."""

    def __init__(self, found: Path) -> None:
        self.wrong: Counter[str] = Counter()
        self._found = found
        self._began = time.monotonic()
        found.mkdir(parents=True, exist_ok=True)

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self._began) / 60

    def note(self, number: int, text: str) -> None:
        """Keep the history that went wrong in batch *number*."""
        self.wrong[kind := kind_of(text)] += 1
        lines = [line for line in text.splitlines(keepends=True) if not NOISE.search(line)]
        (self._found / f"{number}.txt").write_text("".join(lines))
        say(f"{number}: {kind}")

    def tell(self, histories: int) -> None:
        rate = histories / max(self.minutes, 1 / 60)
        say(f"{histories} histories, {self.wrong.total()} wrong, {rate:.0f} a minute")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--found", type=Path, default=Path("model-found"))
    parser.add_argument("--no-bars", action="store_true", help="let bars lie")
    options = parser.parse_args()
    Model.bars = not options.no_bars
    tally, batch = Tally(options.found), 0
    with Worlds() as worlds:
        while worlds.histories < options.histories and tally.minutes < options.minutes:
            number = options.seed * 1_000_000 + batch
            try:
                run(number)
            except Exception:  # noqa: BLE001 - whatever it was: noted, and on with the next
                tally.note(number, traceback.format_exc())
            batch += 1
            if batch % TOLD_EVERY == 0:
                tally.tell(worlds.histories)
    tally.tell(worlds.histories)
    for kind, count in tally.wrong.most_common():
        say(f"{count:>6} {kind}")
    return 1 if tally.wrong else 0


def run(number: int) -> None:
    """One batch of histories, by its number."""
    chosen = settings(
        max_examples=BATCH,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(number)(Model), settings=chosen)


def kind_of(text: str) -> str:
    """What went wrong, without what differs from one time to the next."""
    errors = re.findall(r"^[ |]*\w*Error: (.*)", text, re.MULTILINE)
    sentence = (errors or text.strip().splitlines())[-1]
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+(\.\d+)?", "#", sentence)[:200]


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
