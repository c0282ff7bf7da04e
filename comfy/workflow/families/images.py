"""Families that make images. Pure data, after ComfyUI's own templates."""

from collections.abc import Mapping
from dataclasses import replace

from comfy.workflow.families import parts, rows
from comfy.workflow.families.family import Family, Task, Usual
from comfy.workflow.families.rows import CLIP, IMAGE, MODEL, NEGATIVE, POSITIVE, VAE
from comfy.workflow.families.steps import Step, Steps, Value, Wire, step

AURA, SD3 = rows.shifted("AuraFlow"), rows.shifted("SD3")
NORM = step("16", "CFGNorm", "CFG norm", {"strength": 1.0, "model": MODEL}, "model")


def _three(said: Steps, latent: Step, *model: Step, cfg: float | None = None) -> dict[Task, Steps]:
    """From words, from an image, and within a hole of one; *model* is what is done to the model."""
    sampled = (rows.ksampler() if cfg is None else rows.ksampler(cfg), *rows.KEPT)
    return {
        "text": (*model, *said, latent, *sampled),
        "image": (*model, *said, *rows.FROM_IMAGE, *sampled),
        "inpaint": (*model, *said, *rows.FROM_HOLE, *sampled),
    }


SD15 = Family(
    "sd15",
    "SD 1.5",
    ("sd15", "sdv15", "v15pruned", "v15emaonly", "stablediffusion15"),
    _three(rows.TWO_TEXTS, rows.empty("EmptyLatentImage")),
    Usual(512, 512, 20, 7.0, "euler", "normal"),
    architectures=("stablediffusionv1", "sdv1", "sd1", "sd15"),
    encoders=(parts.CLIP_L,),
    encoder_type="stable_diffusion",
    vae=parts.SD_VAE,
    whole=True,
)
SDXL = replace(
    SD15,
    name="sdxl",
    title="SDXL",
    words=("xl", "pony", "illustrious", "noobai", "animagine"),
    architectures=("stablediffusionxl", "sdxl", "pony", "illustrious"),
    usual=Usual(1024, 1024, 20, 7.0, "euler", "normal"),
    encoders=(parts.CLIP_L, parts.CLIP_G),
    encoder_type="sdxl",
    vae=parts.SDXL_VAE,
)
SD35 = Family(
    "sd35",
    "SD 3.5",
    ("sd35", "sd3", "stablediffusion3"),
    _three(rows.TWO_TEXTS, rows.empty("EmptySD3LatentImage")),
    Usual(1024, 1024, 20, 4.0, "euler", "sgm_uniform"),
    architectures=("stablediffusionv3", "stablediffusion3", "sd3"),
    encoders=(parts.CLIP_L, parts.CLIP_G, parts.T5_XXL),
    vae=parts.SD3_VAE,
    whole=True,
)

# At CFG 1 a negative prompt counts for nothing; guidance is what these models were taught.
_FLUX_SAID: Steps = (rows.PROMPT, rows.NO_NEGATIVE, rows.GUIDANCE)
FLUX_DEV = Family(
    "flux1-dev",
    "Flux.1 dev",
    ("flux1", "flux", "fluxdev"),
    _three(_FLUX_SAID, rows.empty("EmptySD3LatentImage"), cfg=1.0),
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
    tasks=_three(rows.ONE_TEXT, rows.empty("EmptySD3LatentImage"), cfg=1.0),
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


def _shrunk(node_class: str, **inputs: object) -> Steps:
    """The image in the size that the model reads it in."""
    return (
        rows.LOAD_IMAGE,
        step("10", node_class, "Scale image", {**inputs, "image": IMAGE}, "image"),
        step("11", "VAEEncode", "Encode image", {"pixels": IMAGE, "vae": VAE}, "reference"),
    )


_KONTEXT: Steps = (
    rows.PROMPT,
    rows.NO_NEGATIVE,
    *_shrunk("FluxKontextImageScale"),
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
        # What is painted has the size of the image.
        "edit": (
            *_KONTEXT,
            step("5", "RepeatLatentBatch", "Copies",
                 {"samples": Wire("reference"), "amount": Value("batch")}, "latent"),
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
_SHRUNK_TO_1: Steps = _shrunk("ImageScaleToTotalPixels", upscale_method="lanczos",
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
CHROMA = Family(
    "chroma",
    "Chroma",
    ("chroma", "chroma1"),
    _three(
        (
            step("34", "T5TokenizerOptions", "Tokens",
                 {"min_padding": 0, "min_length": 0, "clip": CLIP}, "clip"),
            *rows.TWO_TEXTS,
        ),
        rows.empty("EmptySD3LatentImage"),
        AURA,
    ),
    Usual(steps=26, cfg=3.5, scheduler="beta", shift=1.0),
    architectures=("chroma",),
    encoders=(parts.T5_XXL,),
    encoder_type="chroma",
    vae=parts.FLUX_VAE,
)  # fmt: skip
QWEN_IMAGE = Family(
    "qwen-image",
    "Qwen-Image",
    ("qwenimage", "qwen"),
    _three(rows.TWO_TEXTS, rows.empty("EmptySD3LatentImage"), AURA),
    Usual(1328, 1328, cfg=4.0, shift=3.1),
    architectures=("qwenimage",),
    encoders=(parts.QWEN_VL,),
    encoder_type="qwen_image",
    vae=parts.QWEN_VAE,
)


def _seen(id_: str, title: str, field: str, wire: str) -> Step:
    """A text that is read together with the image."""
    inputs = {"prompt": Value(field), "clip": CLIP, "vae": VAE, "image1": IMAGE}
    return step(id_, "TextEncodeQwenImageEditPlus", title, inputs, wire)


QWEN_EDIT = replace(
    QWEN_IMAGE,
    name="qwen-image-edit",
    kin="qwen-image",
    title="Qwen-Image-Edit",
    words=("qwenimageedit", "qwenedit"),
    architectures=("qwenimageedit",),
    tasks={
        "edit": (
            AURA,
            NORM,
            *_shrunk("FluxKontextImageScale"),
            _seen("3", "Prompt", "prompt", "positive"),
            _seen("4", "Negative prompt", "negative_prompt", "negative"),
            step("5", "RepeatLatentBatch", "Copies",
                 {"samples": Wire("reference"), "amount": Value("batch")}, "latent"),
            rows.ksampler(),
            *rows.KEPT,
        )
    },
    usual=Usual(cfg=2.5, shift=3.0),
)  # fmt: skip
Z_IMAGE = Family(
    "z-image",
    "Z-Image",
    ("zimage", "zimagebase"),
    _three(rows.TWO_TEXTS, rows.empty("EmptySD3LatentImage"), AURA),
    Usual(steps=25, cfg=4.0, sampler="res_multistep", shift=3.0),
    architectures=("zimage", "zimagebase"),
    encoders=(parts.QWEN_3_4B,),
    encoder_type="lumina2",
    vae=parts.FLUX_VAE,
)
Z_IMAGE_TURBO = replace(
    Z_IMAGE,
    name="z-image-turbo",
    kin="z-image",
    title="Z-Image Turbo",
    words=("zimageturbo",),
    architectures=("zimageturbo",),
    tasks=_three(rows.ONE_TEXT, rows.empty("EmptySD3LatentImage"), AURA, cfg=1.0),
    usual=Usual(steps=8, sampler="res_multistep", shift=3.0),
)
HIDREAM = Family(
    "hidream-i1",
    "HiDream-I1",
    ("hidreami1", "hidream"),
    _three(rows.TWO_TEXTS, rows.empty("EmptySD3LatentImage"), SD3),
    Usual(steps=50, cfg=5.0, sampler="uni_pc", shift=3.0),
    architectures=("hidreami1", "hidream"),
    encoders=parts.HIDREAM,
    vae=parts.FLUX_VAE,
)
HUNYUAN_IMAGE = Family(
    "hunyuan-image",
    "HunyuanImage 2.1",
    ("hunyuanimage21", "hunyuanimage"),
    _three(rows.TWO_TEXTS, rows.empty("EmptyHunyuanImageLatent"), SD3),
    Usual(2048, 2048, cfg=3.5, shift=5.0),
    architectures=("hunyuanimage",),
    encoders=(parts.QWEN_VL, parts.BYT5),
    encoder_type="hunyuan_image",
    vae=parts.HUNYUAN_IMAGE_VAE,
)

FAMILIES = (
    *(SD15, SDXL, SD35, FLUX_DEV, FLUX_SCHNELL, FLUX_KONTEXT, FLUX_FILL, FLUX_2),
    *(KLEIN_BASE, KLEIN_BASE_9B, KLEIN, KLEIN_9B, CHROMA, QWEN_IMAGE, QWEN_EDIT),
    *(Z_IMAGE, Z_IMAGE_TURBO, HIDREAM, HUNYUAN_IMAGE),
)
