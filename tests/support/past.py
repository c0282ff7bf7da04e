"""A past to look at: weeks of seeded generations on two servers, one of which became slower."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

from storage.records import Generation, NodeRun, Status
from storage.store import Store
from tests.support.records import generation, image, node_run

DAY = 86_400.0
DAYS = 45
SLOW_DAYS = 6.2
"""How long gpu-2 has been slower, and by what factor."""
SLOWER = 1.31
SIZES = ((1024, 1024), (832, 1216), (512, 512))
CHECKPOINTS = (("sd_xl_base_1.0.safetensors", 0.30, 6.5), ("dreamshaper_8.safetensors", 0.11, 2.8))
"""Name, seconds a step at a megapixel, seconds to load."""
PROMPTS = ("a lighthouse on a cliff at dusk", "a fox in the snow", "a city at night, neon rain")
FAILURES = (
    ("out of memory", "Sampler: The server ran out of memory. Try a smaller size."),
    ("value_not_in_list", "Load Checkpoint: this server does not have it; the nearest is listed."),
    ("lost", "The server restarted or forgot this prompt before it was done. Run it again."),
)
AT_ONCE = 16


Checkpoints = Sequence[tuple[str, float, float]]


def fill(
    store: Store,
    owner: str,
    now: float,
    count: int,
    *,
    checkpoints: Checkpoints = CHECKPOINTS,
    prompts: Sequence[str] = PROMPTS,
) -> None:
    """Store *count* generations of *owner*, the last of them just before *now*."""
    rng = Random(f"{owner} {count}")
    lives = list(_lives(owner, now, count, rng, checkpoints, prompts))
    store.generations.add([life for life, _ in lives])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda one: store.generations.complete(one[0].id, node_runs=one[1]), lives))


def _lives(
    owner: str,
    now: float,
    count: int,
    rng: Random,
    checkpoints: Checkpoints,
    prompts: Sequence[str],
) -> Iterator[tuple[Generation, list[NodeRun]]]:
    busy = [rng.uniform(0.4, 1.0) * (1.5 if day % 7 > 4 else 1.0) for day in range(DAYS)]
    for number, day in enumerate(sorted(rng.choices(range(DAYS), busy, k=count))):
        midnight = now - now % DAY - (DAYS - 1 - day) * DAY
        at = midnight + rng.gauss(18, 3.5) % 24 * 3600
        made = _life(number, min(at, now - 60 - rng.random() * 7200), now, rng, checkpoints)
        yield replace(made[0], owner=owner, prompt=rng.choice(prompts)), made[1]


def _life(
    number: int, at: float, now: float, rng: Random, checkpoints: Checkpoints
) -> tuple[Generation, list[NodeRun]]:
    name, step, loading = checkpoints[min(len(checkpoints) - 1, rng.randrange(4) // 3)]
    server = rng.choice(("gpu-1", "gpu-2"))
    slow = SLOWER if server == "gpu-2" and now - at < SLOW_DAYS * DAY else 1.0
    width, height = rng.choices(SIZES, (5, 2, 2))[0]
    steps = rng.choice((20, 20, 30))
    sampling = steps * step * slow * width * height / 2**20 * rng.lognormvariate(0, 0.06)
    begun = at + rng.expovariate(1.0)
    runs = _runs(begun, loading if rng.random() < 0.08 else 0.0, sampling, steps)
    ended = runs[-1].finished_at
    life = generation(
        number,
        created_at=at,
        started_at=begun,
        finished_at=ended,
        fetched_at=ended + 0.12,
        server=server,
        checkpoint=name,
        request={"prompt": "", "checkpoint": name, "width": width, "height": height},
        sampler=rng.choices(("euler", "dpmpp_2m"), (5, 1))[0],
        width=width,
        height=height,
        steps=steps,
        forecast_seconds=(ended - begun) * rng.lognormvariate(0, 0.09) / slow,
        **_end(rng),
    )
    return life, runs


def _runs(at: float, loading: float, sampling: float, steps: int) -> list[NodeRun]:
    spans = [
        ("loading", "Load checkpoint", "CheckpointLoaderSimple", loading),
        ("encoding", "Prompt", "CLIPTextEncode", 0.09),
        ("sampling", "Sampler", "KSampler", sampling),
        ("decoding", "Decode", "VAEDecode", 0.55),
        ("saving", "Save image", "SaveImage", 0.21),
    ]
    runs: list[NodeRun] = []
    for number, (activity, title, kind, seconds) in enumerate(spans):
        if seconds:
            counted = steps if activity == "sampling" else 0
            run = node_run(
                activity,
                at,
                node=str(number),
                title=title,
                node_class=kind,
                finished_at=at + seconds,
                steps=counted,
                step_seconds=(seconds / steps,) * counted,
            )
            runs.append(run)
            at += seconds
    return runs


def _end(rng: Random) -> dict[str, object]:
    """How one ends that does not finish."""
    chance = rng.random()
    if chance > 0.09:
        return {"status": Status.FINISHED, "images": (image(), image(1))[: rng.choice((1, 1, 2))]}
    if chance > 0.05:
        return {"status": Status.CANCELLED}
    kind, sentence = rng.choices(FAILURES, (5, 3, 1))[0]
    status = Status.LOST if kind == "lost" else Status.FAILED
    detail = f"Traceback of a {kind}\n{json.dumps({'kind': kind})}"
    return {"status": status, "error_kind": kind, "error": sentence, "error_detail": detail}
