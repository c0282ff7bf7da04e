"""Wan 2.1 and 2.2. Pure data, after ComfyUI's own templates."""

from dataclasses import replace

from comfy.workflow.families import parts, rows
from comfy.workflow.families.family import Family, Usual
from comfy.workflow.families.rows import IMAGE, LATENT, MODEL, NEGATIVE, POSITIVE, VAE
from comfy.workflow.families.steps import Steps, Value, Wire, step

SD3 = rows.shifted("SD3")
_WAN_BEGUN = step(
    "5", "WanImageToVideo", "Begin with the image", rows.BEGUN, "positive negative latent"
)

WAN_21 = Family(
    "wan21",
    "Wan 2.1",
    ("wan21", "wan2", "wanvideo", "wan21t2v"),
    {"text": (SD3, *rows.TWO_TEXTS, rows.EMPTY_FILM, rows.ksampler(), *rows.FILM_END)},
    Usual(832, 480, 30, 6.0, "uni_pc", "simple", shift=8.0, fps=16.0, seconds=2.0),
    "video",
    architectures=("wan21", "wan21t2v"),
    encoders=(parts.UMT5_XXL,),
    encoder_type="wan",
    vae=parts.WAN_VAE,
    grid=16,
)
WAN_21_IMAGE = replace(
    WAN_21,
    name="wan21-i2v",
    kin="wan21",
    title="Wan 2.1 from an image",
    words=("wan21i2v", "wani2v"),
    architectures=("wan21i2v",),
    tasks={
        "image": (
            SD3,
            *rows.TWO_TEXTS,
            rows.LOAD_IMAGE,
            rows.LOOKED,
            replace(_WAN_BEGUN, inputs={**rows.BEGUN, "clip_vision_output": Wire("seen")}),
            rows.ksampler(),
            *rows.FILM_END,
        )
    },
    usual=Usual(512, 512, 20, 6.0, "uni_pc", "simple", shift=8.0, fps=16.0, seconds=2.0),
    vision=parts.CLIP_VISION_H,
)

_WAN_22_SIZE = {"vae": VAE, **rows.FILM}
_WAN_22_5B: Steps = (rows.ksampler(), *rows.FILM_END)
WAN_22_5B = Family(
    "wan22-5b",
    "Wan 2.2 5B",
    ("wan22ti2v", "wan22ti2v5b", "wan225b"),
    {
        "text": (
            SD3,
            *rows.TWO_TEXTS,
            step("5", "Wan22ImageToVideoLatent", "Empty latent", _WAN_22_SIZE, "latent"),
            *_WAN_22_5B,
        ),
        "image": (
            SD3,
            *rows.TWO_TEXTS,
            rows.LOAD_IMAGE,
            step(
                "5",
                "Wan22ImageToVideoLatent",
                "Begin with the image",
                {**_WAN_22_SIZE, "start_image": IMAGE},
                "latent",
            ),
            *_WAN_22_5B,
        ),
    },
    Usual(1280, 704, 20, 5.0, "uni_pc", "simple", shift=8.0, fps=24.0, seconds=5.0),
    "video",
    architectures=("wan22ti2v", "wan225b"),
    encoders=(parts.UMT5_XXL,),
    encoder_type="wan",
    vae=parts.WAN_22_VAE,
    grid=32,
)

_PASS = {
    "steps": Value("steps"),
    "cfg": Value("cfg"),
    "sampler_name": Value("sampler"),
    "scheduler": Value("scheduler"),
    "positive": POSITIVE,
    "negative": NEGATIVE,
    "latent_image": LATENT,
}
_HALVES: Steps = (
    step(
        "6",
        "KSamplerAdvanced",
        "First half",
        {
            "add_noise": "enable",
            "noise_seed": Value("seed"),
            "start_at_step": 0,
            "end_at_step": Value("half"),
            "return_with_leftover_noise": "enable",
            "model": MODEL,
            **_PASS,
        },
        "latent",
    ),
    step(
        "31",
        "KSamplerAdvanced",
        "Second half",
        {
            "add_noise": "disable",
            "noise_seed": 0,
            "start_at_step": Value("half"),
            "end_at_step": 10000,
            "return_with_leftover_noise": "disable",
            "model": Wire("partner"),
            **_PASS,
        },
        "latent",
    ),
)
_BOTH_SHIFTED: Steps = (SD3, rows.shifted("SD3", "partner", "16"))
WAN_22 = replace(
    WAN_21,
    name="wan22",
    kin="wan22",
    title="Wan 2.2 14B",
    words=("wan22", "wan22t2v"),
    architectures=("wan22", "wan22t2v"),
    tasks={"text": (*_BOTH_SHIFTED, *rows.TWO_TEXTS, rows.EMPTY_FILM, *_HALVES, *rows.FILM_END)},
    usual=Usual(640, 640, 20, 3.5, "euler", "simple", shift=5.0, fps=16.0, seconds=5.0),
    partner=("high", "low"),
)
WAN_22_IMAGE = replace(
    WAN_22,
    name="wan22-i2v",
    kin="wan22",
    title="Wan 2.2 14B from an image",
    words=("wan22i2v",),
    architectures=("wan22i2v",),
    tasks={
        "image": (
            *_BOTH_SHIFTED,
            *rows.TWO_TEXTS,
            rows.LOAD_IMAGE,
            _WAN_BEGUN,
            *_HALVES,
            *rows.FILM_END,
        )
    },
)

FAMILIES = (WAN_21, WAN_21_IMAGE, WAN_22, WAN_22_IMAGE, WAN_22_5B)
