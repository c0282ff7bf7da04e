"""Steps that families share: what is said, sampled from, how, and what is kept. Pure.

Ids stay the same from prompt to prompt, so that a server can reuse what it cached before.
"""

from typing import Any

from comfy.workflow.families.family import Task
from comfy.workflow.families.steps import Step, Steps, Value, Wire, step
from comfy.workflow.file_names import PREFIX

MODEL, CLIP, VAE = Wire("model"), Wire("clip"), Wire("vae")
POSITIVE, NEGATIVE, LATENT = Wire("positive"), Wire("negative"), Wire("latent")
IMAGE, IMAGES = Wire("image"), Wire("images")
SIZE = {"width": Value("width"), "height": Value("height")}
FILM = {**SIZE, "length": Value("frames"), "batch_size": Value("batch")}

PROMPT = step("3", "CLIPTextEncode", "Prompt", {"text": Value("prompt"), "clip": CLIP}, "positive")
NEGATIVE_PROMPT = step(
    "4",
    "CLIPTextEncode",
    "Negative prompt",
    {"text": Value("negative_prompt"), "clip": CLIP},
    "negative",
)
NO_NEGATIVE = step(
    "4", "ConditioningZeroOut", "No negative prompt", {"conditioning": POSITIVE}, "negative"
)
GUIDANCE = step(
    "17",
    "FluxGuidance",
    "Guidance",
    {"guidance": Value("guidance"), "conditioning": POSITIVE},
    "positive",
)
TWO_TEXTS: Steps = (PROMPT, NEGATIVE_PROMPT)
ONE_TEXT: Steps = (PROMPT, NO_NEGATIVE)

DECODE = step("7", "VAEDecode", "Decode", {"samples": LATENT, "vae": VAE}, "images")
SAVE = step("8", "SaveImage", "Save image", {"filename_prefix": PREFIX, "images": IMAGES})
KEPT: Steps = (DECODE, SAVE)
FILMED: Steps = (
    step(
        "32",
        "CreateVideo",
        "Make video",
        {"images": IMAGES, "fps": Value("fps")},
        "video",
    ),
    # Servers of both spellings read what they know of these.
    step(
        "8",
        "SaveVideo",
        "Save video",
        {
            "filename_prefix": PREFIX,
            "format": "auto",
            "format.codec": "auto",
            "codec": "auto",
            "video": Wire("video"),
        },
    ),
)
HEARD: Steps = (
    step("7", "VAEDecodeAudio", "Decode", {"samples": LATENT, "vae": VAE}, "audio"),
    step("8", "SaveAudio", "Save audio", {"filename_prefix": PREFIX, "audio": Wire("audio")}),
)

LOAD_IMAGE = step("9", "LoadImage", "Load image", {"image": Value("image")}, "image mask")
TO_SIZE = step(
    "10",
    "ImageScale",
    "Scale image",
    {"upscale_method": "lanczos", **SIZE, "crop": "center", "image": IMAGE},
    "image",
)
_ENCODED: dict[str, Any] = {"pixels": IMAGE, "vae": VAE}
FROM_IMAGE: Steps = (
    LOAD_IMAGE,
    TO_SIZE,
    step("5", "VAEEncode", "Encode image", _ENCODED, "latent", only="single"),
    step("11", "VAEEncode", "Encode image", _ENCODED, "latent", only="several"),
    step(
        "5",
        "RepeatLatentBatch",
        "Repeat latent",
        {"samples": LATENT, "amount": Value("batch")},
        "latent",
        only="several",
    ),
)
FROM_HOLE: Steps = (
    LOAD_IMAGE,
    step("11", "VAEEncode", "Encode image", _ENCODED, "latent"),
    step(
        "5",
        "SetLatentNoiseMask",
        "Mask",
        {"samples": LATENT, "mask": Wire("mask")},
        "latent",
    ),
)


def empty(node_class: str) -> Step:
    """Where one begins from noise."""
    size = {**SIZE, "batch_size": Value("batch")}
    return step("5", node_class, "Empty latent", size, "latent")


def shifted(node_class: str, wire: str = "model", id_: str = "15") -> Step:
    """The step that moves the noise of a model towards the beginning or the end."""
    inputs = {"shift": Value("shift"), "model": Wire(wire)}
    return step(id_, f"ModelSampling{node_class}", "Shift", inputs, wire)


def ksampler(cfg: Any = Value("cfg")) -> Step:  # noqa: B008 - frozen
    """The usual sampler."""
    return step(
        "6",
        "KSampler",
        "Sampler",
        {
            "seed": Value("seed"),
            "steps": Value("steps"),
            "cfg": cfg,
            "sampler_name": Value("sampler"),
            "scheduler": Value("scheduler"),
            "denoise": Value("denoise"),
            "model": MODEL,
            "positive": POSITIVE,
            "negative": NEGATIVE,
            "latent_image": LATENT,
        },
        "latent",
    )


GUIDED = step("18", "BasicGuider", "Guider", {"model": MODEL, "conditioning": POSITIVE}, "guider")
CFG_GUIDED = step(
    "18",
    "CFGGuider",
    "Guider",
    {"cfg": Value("cfg"), "model": MODEL, "positive": POSITIVE, "negative": NEGATIVE},
    "guider",
)
SCHEDULED = step(
    "30",
    "BasicScheduler",
    "Schedule",
    {"scheduler": Value("scheduler"), "steps": Value("steps"), "denoise": 1.0, "model": MODEL},
    "sigmas",
)
METHOD = step("19", "KSamplerSelect", "Method", {"sampler_name": Value("sampler")}, "sampler")


def custom(guider: Step, *schedule: Step) -> Steps:
    """Sampling in its parts: noise, method, *schedule* and guider each by a node."""
    return (
        step("6", "RandomNoise", "Noise", {"noise_seed": Value("seed")}, "noise"),
        METHOD,
        *schedule,
        guider,
        step(
            "31",
            "SamplerCustomAdvanced",
            "Sampler",
            {
                "noise": Wire("noise"),
                "guider": Wire("guider"),
                "sampler": Wire("sampler"),
                "sigmas": Wire("sigmas"),
                "latent_image": LATENT,
            },
            "latent",
        ),
    )


def three(said: Steps, latent: Step, *model: Step, cfg: float | None = None) -> dict[Task, Steps]:
    """From words, from an image, and within a hole of one; *model* is what is done to the model."""
    sampled = (ksampler() if cfg is None else ksampler(cfg), *KEPT)
    return {
        "text": (*model, *said, latent, *sampled),
        "image": (*model, *said, *FROM_IMAGE, *sampled),
        "inpaint": (*model, *said, *FROM_HOLE, *sampled),
    }


def shrunk(node_class: str, **inputs: object) -> Steps:
    """The image in the size that the model reads it in."""
    return (
        LOAD_IMAGE,
        step("10", node_class, "Scale image", {**inputs, "image": IMAGE}, "image"),
        step("11", "VAEEncode", "Encode image", {"pixels": IMAGE, "vae": VAE}, "reference"),
    )


COPIES = step(
    "5",
    "RepeatLatentBatch",
    "Copies",
    {"samples": Wire("reference"), "amount": Value("batch")},
    "latent",
)
"""What is painted over has the size of the image that is kept to."""

EMPTY_FILM = step("5", "EmptyHunyuanLatentVideo", "Empty latent", FILM, "latent")
FILM_END: Steps = (DECODE, *FILMED)
BEGUN = {"positive": POSITIVE, "negative": NEGATIVE, "vae": VAE, **FILM, "start_image": IMAGE}
LOOKED = step(
    "34",
    "CLIPVisionEncode",
    "Look at the image",
    {"crop": "none", "clip_vision": Wire("vision"), "image": IMAGE},
    "seen",
)
