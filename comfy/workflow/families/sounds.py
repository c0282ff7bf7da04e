"""Families that make sound. Pure data, after ComfyUI's own templates."""

from comfy.workflow.families import parts, rows
from comfy.workflow.families.family import Family, Usual
from comfy.workflow.families.rows import CLIP, MODEL
from comfy.workflow.families.steps import Step, Value, Wire, step


def _silence(node_class: str) -> Step:
    inputs = {"seconds": Value("seconds"), "batch_size": Value("batch")}
    return step("5", node_class, "Empty latent", inputs, "latent")


_SUNG = {"tags": Value("prompt"), "lyrics": Value("lyrics"), "clip": CLIP}
ACE = Family(
    "ace-step",
    "ACE-Step",
    ("acestep", "acestepv1"),
    {
        "text": (
            rows.shifted("SD3"),
            step("35", "LatentOperationTonemapReinhard", "Tone", {"multiplier": 1.0}, "operation"),
            step(
                "36",
                "LatentApplyOperationCFG",
                "Apply tone",
                {"model": MODEL, "operation": Wire("operation")},
                "model",
            ),
            step(
                "3",
                "TextEncodeAceStepAudio",
                "Prompt and lyrics",
                {**_SUNG, "lyrics_strength": 0.99},
                "positive",
            ),
            rows.NO_NEGATIVE,
            _silence("EmptyAceStepLatentAudio"),
            rows.ksampler(),
            *rows.HEARD,
        )
    },
    Usual(steps=50, cfg=5.0, shift=5.0, seconds=120.0),
    "audio",
    architectures=("acestep",),
)
ACE_15 = Family(
    "ace-step-15",
    "ACE-Step 1.5",
    ("acestep15", "acestepv15"),
    {
        "text": (
            rows.shifted("AuraFlow"),
            step(
                "3",
                "TextEncodeAceStepAudio1.5",
                "Prompt and lyrics",
                {
                    **_SUNG,
                    "seed": Value("seed"),
                    "bpm": 120,
                    "duration": Value("seconds"),
                    "timesignature": "4",
                    "language": "en",
                    "keyscale": "C major",
                    "generate_audio_codes": True,
                    "cfg_scale": 2.0,
                    "temperature": 0.85,
                    "top_p": 0.9,
                    "top_k": 0,
                    "min_p": 0.0,
                },
                "positive",
            ),
            rows.NO_NEGATIVE,
            _silence("EmptyAceStep1.5LatentAudio"),
            rows.ksampler(1.0),
            *rows.HEARD,
        )
    },
    Usual(steps=8, shift=3.0, seconds=120.0),
    "audio",
    architectures=("acestep15",),
    encoders=parts.ACE_TEXTS,
    encoder_type="ace",
    vae=parts.ACE_VAE,
)
STABLE_AUDIO = Family(
    "stable-audio",
    "Stable Audio",
    ("stableaudio",),
    {
        "text": (
            *rows.TWO_TEXTS,
            _silence("EmptyLatentAudio"),
            rows.ksampler(),
            *rows.HEARD,
        )
    },
    Usual(steps=50, cfg=4.98, sampler="dpmpp_3m_sde_gpu", scheduler="exponential", seconds=47.6),
    "audio",
    architectures=("stableaudio",),
    encoders=(parts.T5_BASE,),
    encoder_type="stable_audio",
    own_encoders=True,
    takes_loras=False,
)

FAMILIES = (ACE, ACE_15, STABLE_AUDIO)
