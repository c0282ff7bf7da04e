"""A request and an assembly → the API graph. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from comfy.workflow.families.assembly import MODEL_ALONE, WITH_TEXTS, Assembly, assemble
from comfy.workflow.families.detect import tell
from comfy.workflow.families.family import Family
from comfy.workflow.families.known import FAMILIES, PLAIN
from comfy.workflow.families.steps import Graph, Step, Wire, lay, step
from comfy.workflow.loras import LoraUse
from comfy.workflow.request import GenerationRequest

SAMPLER, IMAGE_KEY = "6", "9.image"
"""Where a graph of `build_graph` holds the seed and the image: a node, and ``NODE.input``."""
SEED_NAMES = ("seed", "noise_seed")
FIRST_LORA, MORE_LORAS, PARTNER_LORAS, FAR_LORAS = "2", 20, 40, 200
"""Ids of LoRAs: of the first, and of others their number added to these; from the eleventh on to
the last, for there are other nodes between."""
_NEAR = 10
USUAL = ("guidance", "shift", "fps", "seconds")
"""Fields of a request that mean what is usual for its family where they are None."""

NAMES = {"text": "txt2{}", "image": "img2{}"}
"""By task; the others are called as they are."""
KINDS = {"image": "img", "video": "vid", "audio": "audio"}


def family_of(request: GenerationRequest) -> Family:
    """The family that *request* names, else the one that its model's name tells."""
    chosen = FAMILIES.get(request.family)
    return chosen or tell(request.checkpoint, plain=True).family or PLAIN


def workflow_name(request: GenerationRequest) -> str:
    """What is made of what, in a word: ``txt2img``, ``img2vid``, ``edit`` and their like."""
    family = family_of(request)
    task = family.task(request.image, request.task) or "text"
    return NAMES.get(task, "").format(KINDS[family.kind]) or str(task)


def build_graph(
    request: GenerationRequest,
    seed: int,
    image: str = "",
    assembly: Assembly | None = None,
) -> Graph:
    """The API graph for *request*; *image* is the server's name of the uploaded image.

    Without an *assembly* the usual files of its family are named.
    """
    made = assembly or assemble(family_of(request), request.checkpoint, None)
    family = made.family
    steps = (
        *made.loads,
        *_loras(made, request.used_loras),
        *family.row(request.image, request.task),
    )
    return lay(steps, _values(request, family, seed, image))


def seed_key(graph: Mapping[str, Any]) -> str:
    """``NODE.input`` of the seed in a graph of `build_graph`."""
    inputs = graph.get(SAMPLER, {}).get("inputs", {})
    return f"{SAMPLER}.{next((name for name in SEED_NAMES if name in inputs), SEED_NAMES[0])}"


def _values(request: GenerationRequest, family: Family, seed: int, image: str) -> dict[str, Any]:
    given = request.model_dump()
    for name in USUAL:
        if given[name] is None:
            given[name] = getattr(family.usual, name)
    many = request.images_per_prompt > 1
    return given | {
        "seed": seed,
        "image": image,
        "denoise": request.denoise if request.image else 1.0,
        "batch": request.images_per_prompt,
        "several": many,
        "single": not many,
        "half": max(1, request.steps // 2),
        "frames": family.frames(given["seconds"], given["fps"]),
    }


def _loras(made: Assembly, loras: Sequence[LoraUse]) -> Iterator[Step]:
    """Each changes the model, and the encoders where the family's LoRAs are made with them.

    Of two files that work together each gets its own half of a LoRA that comes in two.
    """
    if not made.family.takes_loras:
        return
    for number, one in enumerate(loras):
        half = made.half_of(one.name)
        if half != "partner":
            far = MORE_LORAS if number < _NEAR else FAR_LORAS
            id_ = str(far + number) if number else FIRST_LORA
            yield _lora(id_, one, "model", with_texts=made.lora_loader == WITH_TEXTS)
        if made.partner and half != "model":
            yield _lora(str(PARTNER_LORAS + number), one, "partner", with_texts=False)


def _lora(id_: str, one: LoraUse, wire: str, *, with_texts: bool) -> Step:
    inputs = {"lora_name": one.name, "strength_model": one.weight, "model": Wire(wire)}
    if not with_texts:
        return step(id_, MODEL_ALONE, "Load LoRA", inputs, wire)
    clip = one.weight if one.clip_weight is None else one.clip_weight
    texts = {"strength_clip": clip, "clip": Wire("clip")}
    return step(id_, WITH_TEXTS, "Load LoRA", {**inputs, **texts}, f"{wire} clip")
