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
NOISE = re.compile(r"^state\.(no_bar_lies|nothing_too_often)\(\)")
STEPS = 14


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--found", type=Path, default=Path("model-found"))
    parser.add_argument("--no-bars", action="store_true", help="let bars lie")
    options = parser.parse_args()
    options.found.mkdir(parents=True, exist_ok=True)
    Model.bars = not options.no_bars
    began, wrong = time.monotonic(), Counter[str]()
    done = 0
    with Worlds() as worlds:
        while (
            worlds.histories < options.histories and time.monotonic() - began < 60 * options.minutes
        ):
            number = options.seed * 1_000_000 + done
            done += 1
            try:
                run(number)
            except Exception:  # noqa: BLE001 - whatever it was: noted, and on with the next
                text = traceback.format_exc()
                kind = kind_of(text)
                wrong[kind] += 1
                lines = [line for line in text.splitlines(keepends=True) if not NOISE.search(line)]
                (options.found / f"{number}.txt").write_text("".join(lines))
                print(f"{number}: {kind}", flush=True)
            if done % 50 == 0:
                rate = worlds.histories / (time.monotonic() - began)
                print(
                    f"{worlds.histories} histories, {sum(wrong.values())} wrong, {rate:.2f}/s",
                    flush=True,
                )
    print(f"{worlds.histories} histories in {time.monotonic() - began:.0f} s")
    for kind, count in wrong.most_common():
        print(f"{count:>6} {kind}")
    return 1 if wrong else 0


def run(number: int) -> None:
    """One batch of histories, by its number."""
    chosen = settings(
        max_examples=BATCH,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(seed(number)(Model), settings=chosen)


def kind_of(text: str) -> str:
    """What went wrong, without what differs from one time to the next."""
    found = re.findall(r"^\w*Error: (.*)", text, re.MULTILINE) or text.strip().splitlines()[-1:]
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+(\.\d+)?", "#", found[-1])[:150]


if __name__ == "__main__":
    sys.exit(main())
