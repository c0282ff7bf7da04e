"""Runs of the past, as an estimator is shown them."""

from comfy.workflow.request import GenerationRequest
from storage.stats.timings import NodeTiming

REQUEST = GenerationRequest(prompt="x", checkpoint="a", width=512, height=512, steps=20)


def timing(
    activity: str,
    seconds: float,
    *,
    generation: str = "g1",
    checkpoint: str = "a",
    megapixels: float = REQUEST.megapixels,
    steps: int = 0,
    cold: bool = False,
) -> NodeTiming:
    classes = {"sampling": "KSampler", "decoding": "VAEDecode", "loading": "CheckpointLoaderSimple"}
    pace = seconds / steps if steps else None
    return NodeTiming(
        generation, 0.0, "1", classes.get(activity, "X"), activity, checkpoint, "euler", "txt2img",
        megapixels, steps, seconds, pace, pace, "s", cold,
    )  # fmt: skip
