"""How honest the bar is: what it shows beside the share of the time that is truly over.

    python -m benchmarks.honesty [--step-seconds 0.05] [--repeats 2]

First recorded runs of real ComfyUI servers, in virtual time; earlier runs are the same one played
again with every step and node a little longer or shorter (15 %), or other recorded runs. Then the
demo engine behind the whole application but its page, looked at 100 times a second, each case
beginning with an empty store. "points" is the mean of |shown − true| in points of 100, "left"
the median of |left − true left| ÷ true left from 30 to 95 % of the time on.
"""

import argparse
import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from benchmarks import rig
from comfy.client.http.address import parse_address
from comfy.demo.launch import DemoProcess
from comfy.workflow.presets import PRESETS
from comfy.workflow.request import GenerationRequest
from storage.records import Generation, Status
from storage.store import Store
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of
from studio.settings.settings import Settings
from studio.snapshot import Snapshot
from studio.studio import Studio
from studio.workflows.presets import Preset
from tests.support.honesty import BARS, Honesty, Tape, judged, mean, measure, ours, tapes

OWNER = "user:honesty"
EARLIER = (0, 1, 3)
LOOK_EVERY = 0.01
PLAYED = 10
"""Times that each recording is played, each time shaken otherwise."""
HEAD = ("earlier", *BARS, "left", "left, mean", "of whole", "told")

Make = Callable[[Studio], Generation]


@dataclass
class Look:
    """What was shown at one moment: by each formula, and the seconds left."""

    at: float
    shown: dict[str, float]
    left: float | None


@dataclass(frozen=True)
class Case:
    """A name, and presses one after the other; figures are of the last one of each round."""

    name: str
    makes: Sequence[Make] = field(default_factory=tuple)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step-seconds", type=float, default=0.05, help="of the demo engine")
    parser.add_argument("--repeats", type=int, default=2, help="fresh stores for each case")
    parser.add_argument("--only", choices=("recordings", "engine"))
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    if options.only != "engine":
        recordings()
    if options.only != "recordings":
        engine(options.step_seconds, options.repeats)


def recordings() -> None:
    """The table of recorded runs."""
    all_ = tapes()
    rows: list[list[object]] = []
    for name, part in (
        ("two samplers", "two_samplers"),
        ("text to image, cold", "0.3.64/txt2img:0"),
        ("batch of four", "batch_of_four"),
        (f"all {len(all_)}", ""),
    ):
        chosen = [tape for tape in all_ if part in tape.name]
        rows += [_row(name, n, *_played(chosen, n)) for n in EARLIER]
    single = [t for t in all_ if "0.33.0" in t.name and _samplers(t) == 1]
    rows += [_row(f"{len(single)} by one another", n, *_neighbours(single, n)) for n in EARLIER]
    rig.print_table("Recordings of ComfyUI, points", ("run", *HEAD), rows)


def _played(chosen: Sequence[Tape], earlier: int) -> tuple[list[Honesty], list[list[float]]]:
    found, others = [], []
    for tape in chosen:
        for number in range(PLAYED):
            this = tape.shaken(1000 + number)
            before = [tape.shaken(number * 10 + n) for n in range(earlier)]
            found.append(measure(this, ours, this.learned(before)))
            others.append([measure(this, bar).points for bar in list(BARS.values())[1:]])
    return found, others


def _neighbours(chosen: list[Tape], earlier: int) -> tuple[list[Honesty], list[list[float]]]:
    """Each run after those recorded just before it, on the same machine."""
    found, others = [], []
    for number, tape in enumerate(chosen):
        rest = [*chosen[:number][::-1], *chosen[number + 1 :]]
        found.append(measure(tape, ours, tape.learned(rest[:earlier])))
        others.append([measure(tape, bar).points for bar in list(BARS.values())[1:]])
    return found, others


def _samplers(tape: Tape) -> int:
    return sum(1 for node in tape.plan.nodes.values() if node.steps)


def _row(name: str, earlier: int, found: list[Honesty], others: list[list[float]]) -> list[object]:
    beside = [fmean(column) for column in zip(*others, strict=True)]
    figures = (mean(found, f) for f in ("left", "left_mean", "left_whole", "told"))
    return [name, str(earlier), mean(found, "points"), *beside, *figures]


def engine(step_seconds: float, repeats: int) -> None:
    """The table of the demo engine."""
    rows: list[list[object]] = []
    for case in cases():
        found: dict[int, list[tuple[Honesty, list[float]]]] = {n: [] for n in EARLIER}
        for _ in range(repeats):
            with rig.folder() as folder:
                for earlier, measured in round_of(case, folder, step_seconds).items():
                    found[earlier].append(measured)
        for earlier, measures in found.items():
            ours_, others = zip(*measures, strict=True)
            rows.append(_row(case.name, earlier, list(ours_), list(others)))
    title = f"Demo engine, {step_seconds} s a step ({rig.conditions()}), points"
    rig.print_table(title, ("run", *HEAD), rows)


def cases() -> list[Case]:
    """What is run on the demo engine."""
    return [
        Case("two samplers", [_preset("hires_fix")]),
        Case("text to image", [_form()]),
        Case("text to image, 1024²", [_form(width=1024, height=1024)]),
        Case("batch of 4", [_form(images_per_prompt=4)]),
        Case(
            "cold each time", [_form(checkpoint=n) for n in ("demo-portraits", "demo-landscapes")]
        ),
    ]


def _form(**fields: object) -> Make:
    def make(studio: Studio) -> Generation:
        checkpoints = studio.servers.choices().checkpoints
        wanted = str(fields.get("checkpoint", ""))
        checkpoint = next((c for c in checkpoints if wanted and wanted in c), checkpoints[0])
        asked = {"prompt": "a quiet harbour at dawn", **fields, "checkpoint": checkpoint}
        return studio.generations.create(
            Viewer(OWNER), press_of(GenerationRequest.model_validate(asked))
        )[0]

    return make


def _preset(name: str) -> Make:
    def make(studio: Studio) -> Generation:
        graph = PRESETS[name].graph_for(studio.workflows.catalogue)
        return studio.runs.run(Viewer(OWNER), Preset(name, graph), {}).made[0]

    return make


def round_of(
    case: Case, folder: Path, step_seconds: float
) -> dict[int, tuple[Honesty, list[float]]]:
    """Run *case* with an empty store until there are as many earlier runs as are asked for."""
    demo = DemoProcess(folder / "engine", step_seconds=step_seconds)
    settings = Settings(_env_file=None, data_folder=folder / "data")  # type: ignore[call-arg] # pydantic-settings' own
    studio = Studio(settings, [parse_address(demo.url, name="engine")], Store(settings.data_folder))
    studio.start()
    found = {}
    try:
        studio.servers.refresh()
        for earlier in range(max(EARLIER) + 1):
            for make in case.makes:
                looks, record = asyncio.run(look(studio, make(studio)))
            if earlier in EARLIER:
                found[earlier] = judge(looks, record)
    finally:
        studio.close()
        demo.close()
    return found


async def look(studio: Studio, made: Generation) -> tuple[list[Look], Generation]:
    """Look at a generation again and again until it is over."""
    looks: list[Look] = []
    while True:
        now = time.time()
        snapshot = studio.generations.snapshot(made.id, Viewer(OWNER))
        if snapshot is None:
            raise RuntimeError("The generation is gone.")
        if snapshot.is_final:
            if snapshot.status is not Status.FINISHED:
                raise RuntimeError(snapshot.record.error)
            return looks, snapshot.record
        looks.append(Look(now, _shown(snapshot, now), snapshot.seconds_left))
        await asyncio.sleep(LOOK_EVERY)


def _shown(snapshot: Snapshot, now: float) -> dict[str, float]:
    progress = snapshot.progress
    if progress is None:
        return dict.fromkeys(BARS, 0.0)
    others = {name: bar(progress, now) for name, bar in BARS.items()}
    return {**others, "Stepglass": snapshot.percentage / 100}


def judge(looks: Sequence[Look], record: Generation) -> tuple[Honesty, list[float]]:
    """The figures of one run, now that its start and end are known."""
    if record.started_at is None or record.finished_at is None:
        raise RuntimeError("The times of the run are not known.")
    start, whole = record.started_at, record.finished_at - record.started_at
    within = [one for one in looks if start <= one.at <= start + whole]
    found = {
        name: judged(
            [((one.at - start) / whole, one.shown[name], _of(one, whole)) for one in within]
        )
        for name in BARS
    }
    return found["Stepglass"], [found[name].points for name in list(BARS)[1:]]


def _of(one: Look, whole: float) -> float | None:
    return None if one.left is None else one.left / whole


if __name__ == "__main__":
    main()
