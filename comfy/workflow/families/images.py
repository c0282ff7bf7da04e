"""Families that make images. Pure data, after ComfyUI's own templates."""

from dataclasses import replace

from comfy.workflow.families import flux, parts, rows
from comfy.workflow.families.family import Family, Usual
from comfy.workflow.families.rows import CLIP, IMAGE, MODEL, VAE
from comfy.workflow.families.steps import Step, Value, step

AURA, SD3 = rows.shifted("AuraFlow"), rows.shifted("SD3")
NORM = step("16", "CFGNorm", "CFG norm", {"strength": 1.0, "model": MODEL}, "model")


SD15 = Family(
    "sd15",
    "SD 1.5",
    ("sd15", "sdv15", "v15pruned", "v15emaonly", "stablediffusion15"),
    rows.three(rows.TWO_TEXTS, rows.empty("EmptyLatentImage")),
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
    rows.three(rows.TWO_TEXTS, rows.empty("EmptySD3LatentImage")),
    Usual(1024, 1024, 20, 4.0, "euler", "sgm_uniform"),
    architectures=("stablediffusionv3", "stablediffusion3", "sd3"),
    encoders=(parts.CLIP_L, parts.CLIP_G, parts.T5_XXL),
    vae=parts.SD3_VAE,
    whole=True,
)

CHROMA = Family(
    "chroma",
    "Chroma",
    ("chroma", "chroma1"),
    rows.three(
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
    rows.three(rows.TWO_TEXTS, rows.empty("EmptySD3LatentImage"), AURA),
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
            *rows.shrunk("FluxKontextImageScale"),
            _seen("3", "Prompt", "prompt", "positive"),
            _seen("4", "Negative prompt", "negative_prompt", "negative"),
            rows.COPIES,
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
    rows.three(rows.TWO_TEXTS, rows.empty("EmptySD3LatentImage"), AURA),
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
    tasks=rows.three(rows.ONE_TEXT, rows.empty("EmptySD3LatentImage"), AURA, cfg=1.0),
    usual=Usual(steps=8, sampler="res_multistep", shift=3.0),
)
HIDREAM = Family(
    "hidream-i1",
    "HiDream-I1",
    ("hidreami1", "hidream"),
    rows.three(rows.TWO_TEXTS, rows.empty("EmptySD3LatentImage"), SD3),
    Usual(steps=50, cfg=5.0, sampler="uni_pc", shift=3.0),
    architectures=("hidreami1", "hidream"),
    encoders=parts.HIDREAM,
    vae=parts.FLUX_VAE,
)
HUNYUAN_IMAGE = Family(
    "hunyuan-image",
    "HunyuanImage 2.1",
    ("hunyuanimage21", "hunyuanimage"),
    rows.three(rows.TWO_TEXTS, rows.empty("EmptyHunyuanImageLatent"), SD3),
    Usual(2048, 2048, cfg=3.5, shift=5.0),
    architectures=("hunyuanimage",),
    encoders=(parts.QWEN_VL, parts.BYT5),
    encoder_type="hunyuan_image",
    vae=parts.HUNYUAN_IMAGE_VAE,
)

FAMILIES = (
    *(SD15, SDXL, SD35, *flux.FAMILIES, CHROMA, QWEN_IMAGE, QWEN_EDIT),
    *(Z_IMAGE, Z_IMAGE_TURBO, HIDREAM, HUNYUAN_IMAGE),
)
