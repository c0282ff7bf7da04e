"""What a generation's life takes in the store: pressed, sent, running, ended, each made durable.

Nothing but the store is there, so the processor's time is the store's, DuckDB's threads included.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import rig
from benchmarks.writes import record_of
from storage.records import Generation, Image, NodeRun, Status
from storage.store import Store

LIVES = 300
RUNS = 5
WAITING = 10_000
ADDED = 500
"""Records added at once where many are to wait."""

Step = Callable[[Store, Generation], object]


def sent(store: Store, record: Generation) -> object:
    return store.generations.change(
        record.id,
        when=lambda stored: stored.status is Status.QUEUED,
        status=Status.SUBMITTED,
        server="gpu-1",
        submitted_at=record.created_at + 0.01,
        attempts=1,
        graph={**record.graph, "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}}},
    )


def running(store: Store, record: Generation) -> object:
    at = record.created_at + 0.02
    fields = {"status": Status.RUNNING, "accepted_at": at, "started_at": at + 0.01}
    return store.generations.change(
        record.id, when=lambda stored: not stored.status.is_final, **fields
    )


def ended(store: Store, record: Generation) -> object:
    at = record.created_at + 0.03
    runs = [
        NodeRun(str(n), "Node", "KSampler", "sampling" if n == 4 else "other", at + n, at + n + 1,
                20 if n == 4 else 0, (0.05,) * 20 if n == 4 else ())
        for n in range(7)
    ]  # fmt: skip
    image = Image(0, f"images/2026-09/{record.id}-0.png", "0" * 64, 400_000, "image/png", 64, 64)
    return store.generations.complete(
        record.id,
        node_runs=runs,
        when=lambda stored: not stored.status.is_final,
        status=Status.FINISHED,
        finished_at=at + 7,
        fetched_at=at + 7.1,
        images=(image,),
    )


STEPS: dict[str, Step] = {
    "stored": lambda store, record: store.generations.add([record]),
    "sent": sent,
    "running": running,
    "ended": ended,
}


def lives(many: int) -> dict[str, float]:
    """Milliseconds of processor a generation, by step."""
    rng = random.Random(many)
    took = dict.fromkeys(STEPS, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for record in (record_of(rng) for _ in range(many)):
            for name, step in STEPS.items():
                begun = time.process_time()
                step(store, record)
                took[name] += time.process_time() - begun
        store.close()
    return {name: seconds * 1000 / many for name, seconds in took.items()}


def cancelling(many: int) -> tuple[float, float]:
    """Seconds, and processor's seconds, in which *many* that wait are cancelled."""
    rng = random.Random(many)
    records = [record_of(rng) for _ in range(many)]
    fields = {"status": Status.CANCELLED, "cancel_asked": True, "finished_at": time.time()}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for first in range(0, many, ADDED):
            store.generations.add(records[first : first + ADDED])
        begun, used = time.perf_counter(), time.process_time()
        store.generations.change_many(dict.fromkeys((r.id for r in records), fields))
        took = time.perf_counter() - begun, time.process_time() - used
        store.close()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, default=LIVES)
    parser.add_argument("--waiting", type=int, default=WAITING)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    found = [lives(options.lives) for _ in range(options.runs)]
    rows = [[name, rig.median([run[name] for run in found])] for name in STEPS]
    rows.append(["in all", rig.median([sum(run.values()) for run in found])])
    title = f"A generation in the store ({rig.conditions()}, {options.lives} of them)"
    rig.print_table(title, ["step", "ms of processor"], rows)
    many = [cancelling(options.waiting) for _ in range(options.runs)]
    took = [[f"{options.waiting:,}", *(rig.median([run[n] for run in many]) for n in (0, 1))]]
    rig.print_table("Cancelled together", ["waiting", "s", "s of processor"], took)


if __name__ == "__main__":
    main()
