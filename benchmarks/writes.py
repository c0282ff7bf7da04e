"""Writers that store durably, each as soon as its last was acknowledged, while questions run."""

import itertools
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.questions import Question, Rig
from storage.records import Generation, NodeRun, Status

SECONDS = 10.0
READERS = 2
"""Threads that ask questions meanwhile."""
PAUSE = 0.2
"""Seconds each of them rests between two questions, as people do."""


@dataclass(frozen=True, slots=True)
class Writes:
    """`seconds` of each write until it was durable; `took` seconds for all of them."""

    name: str
    seconds: list[float]
    took: float


def storing(rig: Rig, asked: Sequence[Question], *, writers: int) -> list[Writes]:
    """Store new records alone, then new and completed ones while *asked* is asked."""
    alone = _written(rig, writers, _adding)
    with _asking(rig, asked):
        beside = _written(rig, writers, _adding)
        whole = _written(rig, writers, _completing)
    return [
        Writes(f"{writers} writers: a new record, alone", *alone),
        Writes("… while statistics are asked", *beside),
        Writes("… a completed one, with seven nodes", *whole),
    ]


class _asking:  # noqa: N801 - reads as the function that it stands for
    def __init__(self, rig: Rig, asked: Sequence[Question]) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(rig, asked, n)) for n in range(READERS)
        ]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, rig: Rig, asked: Sequence[Question], place: int) -> None:
        for question in itertools.cycle([*asked[place:], *asked[:place]]):
            if self._stop.wait(PAUSE):
                return
            question.ours(rig)


def _written(
    rig: Rig, writers: int, write: Callable[[Rig, random.Random, list[float]], None]
) -> tuple[list[float], float]:
    seconds: list[float] = []
    began = time.perf_counter()

    def go_on(number: int) -> None:
        rng = random.Random(f"{number}{write.__name__}{began}")
        while time.perf_counter() - began < SECONDS:
            write(rig, rng, seconds)

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(go_on, range(writers)))
    return seconds, time.perf_counter() - began


def _adding(rig: Rig, rng: random.Random, seconds: list[float]) -> None:
    record = record_of(rng)
    began = time.perf_counter()
    rig.store.generations.add([record])
    seconds.append(time.perf_counter() - began)


def _completing(rig: Rig, rng: random.Random, seconds: list[float]) -> None:
    record = record_of(rng)
    rig.store.generations.add([record])
    at = record.created_at
    runs = [
        NodeRun(str(n), "Node", "KSampler", "sampling" if n == 4 else "other", at + n, at + n + 1,
                20 if n == 4 else 0, (0.05,) * 20 if n == 4 else ())
        for n in range(7)
    ]  # fmt: skip
    began = time.perf_counter()
    rig.store.generations.complete(
        record.id,
        node_runs=runs,
        status=Status.FINISHED,
        started_at=at,
        finished_at=at + 7,
        fetched_at=at + 7.1,
    )
    seconds.append(time.perf_counter() - began)


def record_of(rng: random.Random) -> Generation:
    """A new one of now, as a press makes it, with a graph of seven nodes."""
    now = time.time()
    value = int(now * 1000) << 80 | 0x7 << 76 | rng.getrandbits(12) << 64
    text = f"{value | 0b10 << 62 | rng.getrandbits(62):032x}"
    id_ = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    graph = {
        str(n): {"class_type": "KSampler", "inputs": {"seed": n, "steps": 20, "text": "a fox " * 9}}
        for n in range(7)
    }
    return Generation(
        id=id_,
        group=id_,
        owner="user:ann",
        status=Status.QUEUED,
        created_at=now,
        request={"prompt": "a red fox in the snow", "seed": 1, "steps": 20},
        prompt="a red fox in the snow",
        checkpoint="sdxl_base_1.0.safetensors",
        sampler="euler",
        width=1024,
        height=1024,
        steps=20,
        seed=rng.getrandbits(64),
        graph=graph,
        server="gpu-1",
    )
