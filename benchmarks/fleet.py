"""Several unlike servers as one: how near the best possible it ends, and what becomes of jobs.

Everything is the application's own, without a page: a real store, demo engines as processes.
"""

import argparse
import contextlib
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from benchmarks import rig
from comfy.client.http.address import parse_address
from comfy.demo.__main__ import READY
from comfy.workflow.request import GenerationRequest
from storage.records import Generation, Status
from storage.store import Store
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of
from studio.settings.settings import Settings
from studio.studio import Studio

ANN = Viewer("user:ann")
STEPS = 20
PACES = {"fast": 1.2, "middle": 2.0, "slow": 5.6}
"""Seconds that a job takes on each server, about."""
LORA = "demo-film-grain.safetensors"
LOOK = 0.05
"""Seconds between two looks at what is not over."""


@contextlib.contextmanager
def rack(paces: Mapping[str, float], without: Mapping[str, Sequence[str]]) -> Iterator[Studio]:
    """A studio over engines by name, of such paces, each without some things."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(rig.folder())
        addresses = []
        for name, seconds in paces.items():
            command = [sys.executable, "-m", "comfy.demo", "--port", "0"]
            command += ["--output", str(folder / name), "--step-seconds", str(seconds / STEPS)]
            for one in without.get(name, ()):
                command += ["--without", one]
            engine = stack.enter_context(rig.serving(command, READY))
            addresses.append(parse_address(engine.url, name=name))
        data = folder / "data"
        data.mkdir()
        store = Store(data)
        studio = Studio(Settings(data_folder=data), tuple(addresses), store)
        stack.callback(studio.close)
        studio.start()
        studio.servers.refresh()
        yield studio


def ran(studio: Studio, count: int, **fields: object) -> tuple[float, list[Generation]]:
    """Run so many jobs; seconds until the last was over, and their records."""
    asked = {"prompt": "a quiet sea", "checkpoint": "demo-landscapes.safetensors"}
    size = {"width": 512, "height": 512, "steps": STEPS, "prompts": count}
    request = GenerationRequest.model_validate(asked | size | fields)
    begun = time.monotonic()
    ids = [one.id for one in studio.generations.create(ANN, press_of(request))]
    live = set(ids)
    while live:
        time.sleep(LOOK)
        live = {id_ for id_ in live if not _get(studio, id_).status.is_final}
    took = time.monotonic() - begun
    return took, [_get(studio, id_) for id_ in ids]


def _get(studio: Studio, id_: str) -> Generation:
    record = studio.generations.get(id_, ANN)
    assert record
    return record


def best(seconds: Sequence[float], count: int) -> float:
    """The least time in which servers of such paces can end *count* jobs, all alike."""
    ends = [0.0 for _ in seconds]
    for _ in range(count):  # for jobs all alike, what ends first next is best
        soonest = min(range(len(seconds)), key=lambda n: ends[n] + seconds[n])
        ends[soonest] += seconds[soonest]
    return max(ends)


def spread(count: int) -> list[object]:
    """So many jobs on three unlike servers, once each has shown its pace."""
    with rack(PACES, {}) as studio:
        ran(studio, 3 * len(PACES))
        took, records = ran(studio, count)
    seconds = {
        name: statistics.median(
            r.finished_at - r.started_at
            for r in records
            if r.server == name and r.finished_at and r.started_at
        )
        for name in {r.server for r in records}
    }
    least = best([seconds.get(name, PACES[name]) for name in PACES], count)
    shares = Counter(r.server for r in records)
    told = ", ".join(f"{name} {shares[name]}" for name in PACES)
    return [f"{count} jobs on three paces", took, least, took / least, told]


def lacking(count: int) -> list[object]:
    """So many jobs with a LoRA that one of two servers has."""
    with rack({"small": 0.4, "large": 0.4}, {"small": [LORA]}) as studio:
        took, records = ran(studio, count, lora=LORA)
    ended = Counter(str(r.status) for r in records)
    failed = ended[str(Status.FAILED)]
    return [f"{count} jobs, LoRA on one of two servers", took, "", "", f"{failed} failed"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=30, help="jobs of the spread")
    parser.add_argument("--rounds", type=int, default=1, help="how often the spread is run")
    options = parser.parse_args(arguments)
    rows = [spread(options.jobs) for _ in range(options.rounds)]
    rows.append(lacking(10))
    head = ["", "seconds", "best possible", "ratio", "outcome"]
    rig.print_table(f"A rack of servers ({rig.conditions()})", head, rows)


if __name__ == "__main__":
    main()
