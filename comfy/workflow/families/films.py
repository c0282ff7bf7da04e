"""Families that make video. Pure data, after ComfyUI's own templates."""

from dataclasses import replace

from comfy.workflow.families import parts, rows
from comfy.workflow.families.family import Family, Usual
from comfy.workflow.families.rows import IMAGE, LATENT, MODEL, NEGATIVE, POSITIVE, VAE
from comfy.workflow.families.steps import Steps, Value, Wire, step

SD3 = rows.shifted("SD3")
_EMPTY = step("5", "EmptyHunyuanLatentVideo", "Empty latent", rows.FILM, "latent")
_END: Steps = (rows.DECODE, *rows.FILMED)
_SEEN = {"positive": POSITIVE, "negative": NEGATIVE, "vae": VAE, **rows.FILM, "start_image": IMAGE}
_LOOKED = step(
    "34",
    "CLIPVisionEncode",
    "Look at the image",
    {"crop": "none", "clip_vision": Wire("vision"), "image": IMAGE},
    "seen",
)
_WAN_BEGUN = step("5", "WanImageToVideo", "Begin with the image", _SEEN, "positive negative latent")

WAN_21 = Family(
    "wan21",
    "Wan 2.1",
    ("wan21", "wan2", "wanvideo", "wan21t2v"),
    {"text": (SD3, *rows.TWO_TEXTS, _EMPTY, rows.ksampler(), *_END)},
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
            _LOOKED,
            replace(_WAN_BEGUN, inputs={**_SEEN, "clip_vision_output": Wire("seen")}),
            rows.ksampler(),
            *_END,
        )
    },
    usual=Usual(512, 512, 20, 6.0, "uni_pc", "simple", shift=8.0, fps=16.0, seconds=2.0),
    vision=parts.CLIP_VISION_H,
)

_WAN_22_SIZE = {"vae": VAE, **rows.FILM}
_WAN_22_5B: Steps = (rows.ksampler(), *_END)
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
    tasks={"text": (*_BOTH_SHIFTED, *rows.TWO_TEXTS, _EMPTY, *_HALVES, *_END)},
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
            *_END,
        )
    },
)

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
            *_END,
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
            *_END,
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
            _EMPTY,
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
_HUNYUAN_15: Steps = (*rows.custom(rows.CFG_GUIDED), *_END)
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
            replace(_LOOKED, inputs={**_LOOKED.inputs, "crop": "center"}),
            step(
                "5",
                "HunyuanVideo15ImageToVideo",
                "Begin with the image",
                {**_SEEN, "clip_vision_output": Wire("seen")},
                "positive negative latent",
            ),
            *_HUNYUAN_15,
        )
    },
    vision=parts.SIGCLIP,
)

FAMILIES = (
    *(WAN_21, WAN_21_IMAGE, WAN_22, WAN_22_IMAGE, WAN_22_5B),
    *(LTXV, HUNYUAN, HUNYUAN_15, HUNYUAN_15_IMAGE),
)
