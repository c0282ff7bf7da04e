"""The ``parameters`` text that A1111 and its like write into pictures, as settings. Pure.

Its form: the prompt, a line ``Negative prompt: …``, a last line ``Steps: 20, Sampler: Euler a, …``
(``parse_generation_parameters`` in A1111's infotext_utils.py).
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from comfy.workflow.request import MAX_SEED

MAX_TEXT = 1_000_000
MAX_LORAS = 100
MIN_PAIRS = 3
"""A last line of fewer settings than this belongs to the prompt, as A1111 sees it."""
NEGATIVE = "Negative prompt:"

SAMPLERS: Mapping[str, str] = MappingProxyType(
    {
        "euler a": "euler_ancestral",
        "euler": "euler",
        "lms": "lms",
        "heun": "heun",
        "dpm2": "dpm_2",
        "dpm2 a": "dpm_2_ancestral",
        "dpm++ 2s a": "dpmpp_2s_ancestral",
        "dpm++ 2m": "dpmpp_2m",
        "dpm++ sde": "dpmpp_sde",
        "dpm++ 2m sde": "dpmpp_2m_sde",
        "dpm++ 2m sde heun": "dpmpp_2m_sde_heun",
        "dpm++ 3m sde": "dpmpp_3m_sde",
        "dpm fast": "dpm_fast",
        "dpm adaptive": "dpm_adaptive",
        "ddim": "ddim",
        "ddim cfg++": "ddim",
        "ddpm": "ddpm",
        "ipndm": "ipndm",
        "ipndm_v": "ipndm_v",
        "deis": "deis",
        "unipc": "uni_pc",
        "lcm": "lcm",
    }
)
"""A1111's sampler, in lower case and without its schedule → ComfyUI's ``sampler_name``."""
SCHEDULES: Mapping[str, str] = MappingProxyType(
    {
        "uniform": "normal",
        "normal": "normal",
        "karras": "karras",
        "exponential": "exponential",
        "polyexponential": "exponential",
        "sgm uniform": "sgm_uniform",
        "kl optimal": "kl_optimal",
        "simple": "simple",
        "ddim": "ddim_uniform",
        "beta": "beta",
    }
)
"""A1111's schedule type, in lower case → ComfyUI's ``scheduler``."""
AUTOMATIC: Mapping[str, str] = MappingProxyType(
    {
        "dpm++ 2m": "karras",
        "dpm++ sde": "karras",
        "dpm++ 2s a": "karras",
        "dpm2": "karras",
        "dpm2 a": "karras",
        "dpm++ 2m sde": "exponential",
        "dpm++ 2m sde heun": "exponential",
        "dpm++ 3m sde": "exponential",
    }
)
"""What the schedule "Automatic" means for a sampler (modules/sd_samplers_kdiffusion.py)."""
_LORA = re.compile(
    r"<(?:lora|lyco):([^:<>]{1,300})(?::([^:<>]{1,40}))?(?::[^<>]{0,100})?>", re.IGNORECASE
)
_SIZE = re.compile(r"\s*(\d{1,5})\s*[x×]\s*(\d{1,5})\s*")


def parse_parameters(text: str) -> dict[str, Any]:
    """Return the settings that *text* names, by the names that a `GenerationRequest` has.

    Keys: ``prompt`` (without LoRA tags), ``negative_prompt``, ``loras`` (pairs of name and
    strength), and where given and readable ``steps``, ``sampler``, ``scheduler``, ``cfg``,
    ``seed``, ``width``, ``height``, ``checkpoint``, ``denoise``. ``{}`` where *text* is none.
    """
    lines = text[:MAX_TEXT].strip().splitlines()
    pairs = dict(_pairs(lines[-1])) if lines else {}
    if len(pairs) < MIN_PAIRS:
        pairs = {}
    prompt, negative = _prompts(lines[:-1] if pairs else lines)
    if not pairs and not negative:
        return {}
    prompt, loras = _without_loras(prompt)
    settings: dict[str, Any] = {"prompt": prompt, "negative_prompt": negative, "loras": loras}
    settings |= {
        name: value
        for key, name, read in _READERS
        if key in pairs and (value := read(pairs[key])) is not None
    }
    if size := _SIZE.fullmatch(pairs.get("size", "")):
        settings |= {"width": int(size[1]), "height": int(size[2])}
    return settings | _sampling(pairs)


def _prompts(lines: list[str]) -> tuple[str, str]:
    """The prompt and the negative prompt, each of any number of lines."""
    for index, line in enumerate(lines):
        if line.strip().startswith(NEGATIVE):
            first = line.strip()[len(NEGATIVE) :].strip()
            negative = "\n".join([first, *lines[index + 1 :]]).strip()
            return "\n".join(lines[:index]).strip(), negative
    return "\n".join(lines).strip(), ""


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """``Steps: 20, Size: 8x8, Lora hashes: "a: b, c: d"`` → key in lower case, value."""
    for part in _outside_quotes(line):
        key, colon, value = part.partition(":")
        if colon and re.fullmatch(r"\s*\w[\w \-/]{0,60}", key):
            yield key.strip().lower(), _unquoted(value.strip())


def _outside_quotes(line: str) -> Iterator[str]:
    """Split *line* at its commas, but not inside of double quotes."""
    start, quoted, escaped = 0, False, False
    for index, character in enumerate(line):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = quoted
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            yield line[start:index]
            start = index + 1
    yield line[start:]


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def _without_loras(prompt: str) -> tuple[str, tuple[tuple[str, float], ...]]:
    found = tuple(
        (match[1].strip(), strength)
        for match in _LORA.finditer(prompt)
        if (strength := _number(match[2] or "1")) is not None
    )
    kept = (re.sub(r"[ \t]{2,}", " ", line).strip() for line in _LORA.sub("", prompt).split("\n"))
    return "\n".join(kept).strip(" ,\n"), found[:MAX_LORAS]


def _sampling(pairs: Mapping[str, str]) -> dict[str, str]:
    """``DPM++ 2M Karras`` → dpmpp_2m, karras; newer versions name the schedule apart."""
    name = pairs.get("sampler", "").lower()
    schedule = pairs.get("schedule type", "").lower()
    if name not in SAMPLERS:
        for suffix in SCHEDULES:
            base = name.removesuffix(f" {suffix}")
            if base != name and base in SAMPLERS:
                name, schedule = base, schedule or suffix
                break
    if name not in SAMPLERS:
        return {}
    if schedule in ("automatic", ""):
        # Before schedules had a name of their own (A1111 1.9), none meant the plain one.
        plain = SCHEDULES["ddim"] if name == "ddim" else "normal"
        scheduler = AUTOMATIC.get(name, plain) if schedule else plain
    else:
        scheduler = SCHEDULES.get(schedule, "normal")
    return {"sampler": SAMPLERS[name], "scheduler": scheduler}


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else None


def _seed(text: str) -> int | None:
    value = _whole(text)
    return value if value is not None and value <= MAX_SEED else None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


_READERS: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("steps", "steps", _whole),
    ("cfg scale", "cfg", _number),
    ("seed", "seed", _seed),
    ("denoising strength", "denoise", _number),
    ("model", "checkpoint", str),
)
