"""Families that make video. Pure data, after ComfyUI's own templates."""

from dataclasses import replace

from comfy.workflow.families import parts, rows, wan
from comfy.workflow.families.family import Family, Usual
from comfy.workflow.families.rows import IMAGE, LATENT, MODEL, NEGATIVE, POSITIVE, VAE
from comfy.workflow.families.steps import Steps, Value, Wire, step

SD3 = rows.shifted("SD3")

_LTX_PACED = step(
    "17",
    "LTXVConditioning",
    "Frame rate",
    {"frame_rate": Value("fps"), "positive": POSITIVE, "negative": NEGATIVE},
    "positive negative",
)
_LTX_SAMPLED: Steps = (
    _LTX_PACED,
    step(
        "30",
        "LTXVScheduler",
        "Schedule",
        {
            "steps": Value("steps"),
            "max_shift": 2.05,
            "base_shift": 0.95,
            "stretch": True,
            "terminal": 0.1,
            "latent": LATENT,
        },
        "sigmas",
    ),
    rows.METHOD,
    step(
        "6",
        "SamplerCustom",
        "Sampler",
        {
            "add_noise": True,
            "noise_seed": Value("seed"),
            "cfg": Value("cfg"),
            "model": MODEL,
            "positive": POSITIVE,
            "negative": NEGATIVE,
            "sampler": Wire("sampler"),
            "sigmas": Wire("sigmas"),
            "latent_image": LATENT,
        },
        "latent",
    ),
)
LTXV = Family(
    "ltxv",
    "LTX-Video",
    ("ltxvideo", "ltxv"),
    {
        "text": (
            *rows.TWO_TEXTS,
            step("5", "EmptyLTXVLatentVideo", "Empty latent", rows.FILM, "latent"),
            *_LTX_SAMPLED,
            *rows.FILM_END,
        ),
        "image": (
            *rows.TWO_TEXTS,
            rows.LOAD_IMAGE,
            step(
                "5",
                "LTXVImgToVideo",
                "Begin with the image",
                {
                    "positive": POSITIVE,
                    "negative": NEGATIVE,
                    "vae": VAE,
                    "image": IMAGE,
                    **rows.FILM,
                    "strength": 1.0,
                },
                "positive negative latent",
            ),
            *_LTX_SAMPLED,
            *rows.FILM_END,
        ),
    },
    Usual(768, 512, 30, 3.0, "euler", fps=24.0, seconds=4.0),
    "video",
    architectures=("ltxvideo", "ltxv"),
    encoders=(parts.T5_XXL,),
    encoder_type="ltxv",
    own_encoders=True,
    grid=32,
    frame_step=8,
)

_TILED = step(
    "7",
    "VAEDecodeTiled",
    "Decode",
    {
        "tile_size": 256,
        "overlap": 64,
        "temporal_size": 64,
        "temporal_overlap": 8,
        "samples": LATENT,
        "vae": VAE,
    },
    "images",
)
HUNYUAN = Family(
    "hunyuan-video",
    "HunyuanVideo",
    ("hunyuanvideo", "hunyuanvideot2v"),
    {
        "text": (
            rows.SCHEDULED,
            SD3,
            rows.PROMPT,
            rows.GUIDANCE,
            rows.EMPTY_FILM,
            *rows.custom(rows.GUIDED),
            _TILED,
            *rows.FILMED,
        )
    },
    Usual(848, 480, guidance=6.0, shift=7.0, fps=24.0, seconds=3.0),
    "video",
    architectures=("hunyuanvideo",),
    encoders=(parts.CLIP_L, parts.LLAVA),
    encoder_type="hunyuan_video",
    vae=parts.HUNYUAN_VAE,
    grid=16,
)
_HUNYUAN_15: Steps = (*rows.custom(rows.CFG_GUIDED), *rows.FILM_END)
HUNYUAN_15 = replace(
    HUNYUAN,
    name="hunyuan-video-15",
    kin="hunyuan-video",
    title="HunyuanVideo 1.5",
    words=("hunyuanvideo15", "hunyuanvideo15720pt2v"),
    architectures=("hunyuanvideo15",),
    tasks={
        "text": (
            rows.SCHEDULED,
            SD3,
            *rows.TWO_TEXTS,
            step("5", "EmptyHunyuanVideo15Latent", "Empty latent", rows.FILM, "latent"),
            *_HUNYUAN_15,
        )
    },
    usual=Usual(1280, 720, cfg=6.0, shift=7.0, fps=24.0, seconds=5.0),
    encoders=(parts.QWEN_VL, parts.BYT5),
    encoder_type="hunyuan_video_15",
    vae=parts.HUNYUAN_15_VAE,
)
HUNYUAN_15_IMAGE = replace(
    HUNYUAN_15,
    name="hunyuan-video-15-i2v",
    kin="hunyuan-video",
    title="HunyuanVideo 1.5 from an image",
    words=("hunyuanvideo15i2v", "hunyuanvideo15720pi2v", "hunyuanvideo15480pi2v"),
    architectures=("hunyuanvideo15i2v",),
    tasks={
        "image": (
            rows.SCHEDULED,
            SD3,
            *rows.TWO_TEXTS,
            rows.LOAD_IMAGE,
            replace(rows.LOOKED, inputs={**rows.LOOKED.inputs, "crop": "center"}),
            step(
                "5",
                "HunyuanVideo15ImageToVideo",
                "Begin with the image",
                {**rows.BEGUN, "clip_vision_output": Wire("seen")},
                "positive negative latent",
            ),
            *_HUNYUAN_15,
        )
    },
    vision=parts.SIGCLIP,
)

FAMILIES = (*(*wan.FAMILIES, LTXV, HUNYUAN, HUNYUAN_15, HUNYUAN_15_IMAGE),)
