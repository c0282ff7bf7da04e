"""Flux 1 and 2. Pure data, after ComfyUI's own templates."""

from collections.abc import Mapping
from dataclasses import replace

from comfy.workflow.families import parts, rows
from comfy.workflow.families.family import Family, Task, Usual
from comfy.workflow.families.rows import IMAGE, MODEL, NEGATIVE, POSITIVE, VAE
from comfy.workflow.families.steps import Step, Steps, Value, Wire, step

# At CFG 1 a negative prompt counts for nothing; guidance is what these models were taught.
_FLUX_SAID: Steps = (rows.PROMPT, rows.NO_NEGATIVE, rows.GUIDANCE)
FLUX_DEV = Family(
    "flux1-dev",
    "Flux.1 dev",
    ("flux1", "flux", "fluxdev"),
    rows.three(_FLUX_SAID, rows.empty("EmptySD3LatentImage"), cfg=1.0),
    Usual(guidance=3.5),
    architectures=("flux1", "flux1dev", "flux"),
    encoders=(parts.CLIP_L, parts.T5_XXL),
    encoder_type="flux",
    vae=parts.FLUX_VAE,
)
FLUX_SCHNELL = replace(
    FLUX_DEV,
    name="flux1-schnell",
    kin="flux1-dev",
    title="Flux.1 schnell",
    words=("fluxschnell", "flux1schnell", "schnell"),
    architectures=("flux1schnell",),
    tasks=rows.three(rows.ONE_TEXT, rows.empty("EmptySD3LatentImage"), cfg=1.0),
    usual=Usual(steps=4),
)


def _reference(wire: Wire, id_: str) -> Step:
    return step(
        id_,
        "ReferenceLatent",
        "Keep to the image",
        {"conditioning": wire, "latent": Wire("reference")},
        wire.name,
    )


_KONTEXT: Steps = (
    rows.PROMPT,
    rows.NO_NEGATIVE,
    *rows.shrunk("FluxKontextImageScale"),
    _reference(POSITIVE, "35"),
    rows.GUIDANCE,
)
_SAMPLED_AT_1: Steps = (rows.ksampler(1.0), *rows.KEPT)
FLUX_KONTEXT = replace(
    FLUX_DEV,
    name="flux1-kontext",
    kin="flux1-dev",
    title="Flux.1 Kontext",
    words=("fluxkontext", "flux1kontext", "fluxdevkontext", "flux1devkontext", "kontext"),
    architectures=("flux1kontext",),
    tasks={
        "text": FLUX_DEV.tasks["text"],
        "edit": (
            *_KONTEXT,
            rows.COPIES,
            *_SAMPLED_AT_1,
        ),
    },
    usual=Usual(guidance=2.5),
)  # fmt: skip
FLUX_FILL = replace(
    FLUX_DEV,
    name="flux1-fill",
    kin="flux1-dev",
    title="Flux.1 Fill",
    words=("fluxfill", "flux1fill", "flux1filldev", "fluxdevfill"),
    architectures=("flux1fill",),
    tasks={
        "inpaint": (
            step("15", "DifferentialDiffusion", "Soft edges", {"model": MODEL}, "model"),
            *_FLUX_SAID,
            rows.LOAD_IMAGE,
            step(
                "5",
                "InpaintModelConditioning",
                "Mask",
                {
                    "noise_mask": True,
                    "positive": POSITIVE,
                    "negative": NEGATIVE,
                    "vae": VAE,
                    "pixels": IMAGE,
                    "mask": Wire("mask"),
                },
                "positive negative latent",
            ),
            *_SAMPLED_AT_1,
        )
    },
    usual=Usual(guidance=30.0, scheduler="normal"),
)

_FLUX_2_SIZED = step(
    "30",
    "Flux2Scheduler",
    "Schedule",
    {"steps": Value("steps"), **rows.SIZE},
    "sigmas",
)
_EMPTY_FLUX_2 = rows.empty("EmptyFlux2LatentImage")
_SHRUNK_TO_1: Steps = rows.shrunk("ImageScaleToTotalPixels", upscale_method="lanczos",
                              megapixels=1.0, resolution_steps=1)  # fmt: skip


def _flux_2(said: Steps, referred: Steps, guider: Step) -> Mapping[Task, Steps]:
    sampled = (_EMPTY_FLUX_2, *rows.custom(guider, _FLUX_2_SIZED), *rows.KEPT)
    return {
        "text": (*said, *sampled),
        "edit": (*said, *_SHRUNK_TO_1, *referred, *sampled),
    }


FLUX_2 = Family(
    "flux2-dev",
    "Flux.2 dev",
    ("flux2", "flux2dev"),
    _flux_2((rows.PROMPT, rows.GUIDANCE), (_reference(POSITIVE, "35"),), rows.GUIDED),
    Usual(guidance=4.0),
    architectures=("flux2", "flux2dev"),
    encoders=(parts.MISTRAL,),
    encoder_type="flux2",
    vae=parts.FLUX_2_VAE,
)
_BOTH_REFERRED: Steps = (_reference(POSITIVE, "35"), _reference(NEGATIVE, "36"))
KLEIN_BASE = replace(
    FLUX_2,
    name="flux2-klein-base",
    kin="flux2-dev",
    title="Flux.2 klein base",
    words=("flux2kleinbase", "kleinbase4b"),
    architectures=("flux2kleinbase",),
    tasks=_flux_2(rows.TWO_TEXTS, _BOTH_REFERRED, rows.CFG_GUIDED),
    usual=Usual(cfg=5.0),
    encoders=(parts.QWEN_3_4B,),
)
_GUIDED_AT_1 = replace(rows.CFG_GUIDED, inputs={**rows.CFG_GUIDED.inputs, "cfg": 1.0})
KLEIN = replace(
    KLEIN_BASE,
    name="flux2-klein",
    title="Flux.2 klein",
    words=("flux2klein", "klein4b"),
    architectures=("flux2klein", "flux2klein4b"),
    tasks=_flux_2(rows.ONE_TEXT, _BOTH_REFERRED, _GUIDED_AT_1),
    usual=Usual(steps=4),
)
KLEIN_9B = replace(
    KLEIN,
    name="flux2-klein-9b",
    title="Flux.2 klein 9B",
    words=("flux2klein9b", "klein9b"),
    architectures=("flux2klein9b",),
    encoders=(parts.QWEN_3_8B,),
)
KLEIN_BASE_9B = replace(
    KLEIN_BASE,
    name="flux2-klein-base-9b",
    title="Flux.2 klein base 9B",
    words=("flux2kleinbase9b", "kleinbase9b"),
    architectures=("flux2kleinbase9b",),
    encoders=(parts.QWEN_3_8B,),
)

FAMILIES = (
    *(FLUX_DEV, FLUX_SCHNELL, FLUX_KONTEXT, FLUX_FILL, FLUX_2),
    *(KLEIN_BASE, KLEIN_BASE_9B, KLEIN, KLEIN_9B),
)
