"""Made-up histories of one server, seeded: what runs took, with noise."""

import math
import random
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from comfy.graph.plan import make_plan
from comfy.workflow.families.build import build_graph, workflow_name
from comfy.workflow.request import GenerationRequest
from storage.stats.timings import NodeTiming
from studio.forecast.estimator import NO_SEED
from studio.forecast.history import Asked, past_of
from studio.forecast.prediction import forecast_plan
from studio.snapshot import Forecast

SIZES = ((512, 512), (768, 768), (1024, 1024), (512, 768))
POWER = 1.1
"""With which a step grows with pixels: not what the estimates begin with."""


def asked_of(request: GenerationRequest) -> Asked:
    """What *request* asks for."""
    return Asked(request.checkpoint, request.sampler, workflow_name(request), request.megapixels)


def forecast(
    request: GenerationRequest,
    timings: Sequence[NodeTiming],
    last: Mapping[str, Any] | None = None,
) -> Forecast | None:
    """Forecast one generation from *timings*, newest generation first; None without a basis.

    *last* is the graph of the newest one; a seed not yet drawn is unlike any other.
    """
    seed = NO_SEED if request.seed is None else request.seed
    graph = build_graph(request, seed, request.image)
    return forecast_plan(make_plan(graph), graph, asked_of(request), past_of(timings, last))


def timings(
    id_: str, request: GenerationRequest, dice: random.Random, noise: float, *, cold: bool
) -> list[NodeTiming]:
    """One run: all its nodes slower or faster together by *noise*, each by half of it besides."""
    size = request.megapixels / 0.262144
    together = math.exp(dice.gauss(0.0, noise))

    def took(seconds: float) -> float:
        return seconds * together * math.exp(dice.gauss(0.0, noise / 2))

    def timing(
        node: str, node_class: str, activity: str, seconds: float, *steps: float
    ) -> NodeTiming:
        return NodeTiming(
            id_, 0.0, node, node_class, activity, request.checkpoint, request.sampler, "txt2img",
            request.megapixels, len(steps), seconds, steps[0] if steps else None,
            median(steps[1:]) if steps[1:] else None, "s", cold,
        )  # fmt: skip

    first = 3.0 if cold else 1.5
    pace = 0.2 * size**POWER
    steps = [took(pace * (first if number == 0 else 1)) for number in range(request.steps)]
    loading = [
        timing("1", "CheckpointLoaderSimple", "loading", took(6.0)),
        timing("3", "CLIPTextEncode", "encoding", took(0.2)),
        timing("4", "CLIPTextEncode", "encoding", took(0.2)),
    ]
    return [
        *(loading if cold else []),
        timing("6", "KSampler", "sampling", sum(steps), *steps),
        timing("7", "VAEDecode", "decoding", took(0.3 * size)),
        timing("8", "SaveImage", "saving", took(0.05 * size)),
    ]


def inside(seed: int, noise: float, *, mixed: bool, runs: int = 25) -> list[bool]:
    """Run one history and forecast each run from those before: was what it took in the range?"""
    dice, past, found = random.Random(seed), list[NodeTiming](), list[bool]()
    before: GenerationRequest | None = None
    for number in range(runs):
        width, height = dice.choice(SIZES) if mixed else SIZES[0]
        request = GenerationRequest(
            checkpoint=dice.choice("ab" if mixed else "a"),
            width=width,
            height=height,
            steps=dice.choice((10, 20, 30)) if mixed else 20,
        )
        cold = before is None or before.checkpoint != request.checkpoint
        last = build_graph(before, number, before.image) if before else None
        expected = forecast(request, past, last)
        this = timings(str(number), request, dice, noise, cold=cold)
        if expected:
            found.append(expected.low <= sum(t.seconds for t in this) <= expected.high)
        past, before = [*this, *past], request
    return found


def covered(dice: random.Random, noise: float, earlier: int, *, cold: bool) -> bool:
    """Whether the range of a forecast from *earlier* runs alike holds what the next one takes.

    Warm: all of one model, the oldest cold. *cold*: two models by turns, each always loaded.
    """
    asks = [
        GenerationRequest(checkpoint="ab"[n % 2] if cold else "a", width=512, height=512, steps=20)
        for n in range(earlier + 1)
    ]
    past: list[NodeTiming] = []
    for number, one in enumerate(asks[:-1]):
        is_cold = cold or number == 0
        past = [*timings(str(number), one, dice, noise, cold=is_cold), *past]
    found = forecast(asks[-1], past, build_graph(asks[-2], earlier, asks[-2].image))
    took = sum(t.seconds for t in timings("next", asks[-1], dice, noise, cold=cold))
    return found is not None and found.low <= took <= found.high
