"""The ``parameters`` text of A1111, Forge and Civitai, in all its shapes. Pure.

Its form: the prompt, a line ``Negative prompt: …``, a line ``Steps: 20, Sampler: Euler a, …``
(``parse_generation_parameters`` in A1111's infotext_utils.py). Lines of templates may follow; sites
that show it leave out its line breaks.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from comfy.workflow.files.programs.settings import Fields, Lora, Settings, as_number, plain_name

MAX_TEXT = 1_000_000
MAX_SETTINGS_LINES = 200
"""Lines from the end among which the settings are looked for."""
MAX_JSON = 20
"""Values of one line that are JSON; Civitai writes three."""
MIN_PAIRS = 3
"""A last line of fewer settings than this belongs to the prompt, as A1111 sees it."""
NEGATIVE = "Negative prompt:"
_LORA = re.compile(
    r"<(?:lora|lyco):([^:<>]{1,300})(?::([^:<>]{1,40}))?(?::([^:<>]{1,40}))?(?::[^<>]{0,100})?>",
    re.IGNORECASE,
)
"""A name, the strength for the text encoders, and that for the model, where it is another."""
_SIZE = re.compile(r"\s*(\d{1,5})\s*[x×]\s*(\d{1,5})\s*")
_STEPS = re.compile(r"(?:^|(?<=\s))Steps: ?\d{1,9},")
_KEY = re.compile(r"\s*\w[\w \-/]{0,60}")
_JSON = json.JSONDecoder()
_NO_FIELD = (
    ("clip skip", "Clip skip"),
    ("hires upscale", "Hires upscale"),
    ("refiner", "Refiner"),
    ("controlnet 0", "ControlNet"),
    ("adetailer model", "ADetailer"),
    ("vae", "VAE"),
    ("distilled cfg scale", "Distilled CFG"),
    ("variation seed", "Variation seed"),
)
"""Settings that change the image and that no form of ours has."""


def parse_parameters(text: str) -> Settings | None:
    """The settings that *text* names; None where it is no such text."""
    lines = text[:MAX_TEXT].lstrip("\ufeff").strip().splitlines()
    body, line = _split(lines)
    pairs = dict(_pairs(line))
    prompt, negative = _prompts(body)
    if not pairs and not negative:
        return None
    prompt, loras = _without_loras(prompt, _hashes(pairs))
    fields = Fields("A1111", pairs)
    fields.set("prompt", prompt)
    fields.set("negative_prompt", negative)
    _read_models(fields, pairs, loras)
    fields.whole("steps", "Steps", "steps")
    fields.number("cfg", "CFG", "cfg scale")
    fields.seed("seed")
    fields.number("denoise", "Denoise", "denoising strength")
    if "size" in pairs:
        size = _SIZE.fullmatch(pairs["size"])
        fields.size(*(size.groups() if size else (pairs["size"], "?")))
    fields.sampling(pairs.get("sampler", ""), pairs.get("schedule type", ""))
    strength = as_number(pairs.get("denoising strength"))
    fields.set("from_image", bool(strength and strength < 1 and "hires upscale" not in pairs))
    _note_others(fields, pairs)
    return fields.settings()


def _split(lines: list[str]) -> tuple[list[str], str]:
    """The lines of the prompts, and the line of settings; "" where there is none."""
    first = max(0, len(lines) - MAX_SETTINGS_LINES)
    for index in range(len(lines) - 1, first - 1, -1):
        is_candidate = index == len(lines) - 1 or lines[index].lstrip().startswith("Steps:")
        if is_candidate and _is_settings(lines[index]):
            return lines[:index], lines[index]
    for index in range(len(lines) - 1, first - 1, -1):  # without line breaks
        *_, match = [None, *_STEPS.finditer(lines[index])]
        if match and _is_settings(lines[index][match.start() :]):
            before = lines[index][: match.start()].rstrip(" ,")
            return [*lines[:index], before], lines[index][match.start() :]
    return lines, ""


def _is_settings(line: str) -> bool:
    """Whether *line* is one of settings alone: no prompt runs into its first key."""
    keys = list(dict(_pairs(line)))
    runs_in = keys and keys[0].endswith((" steps", "negative prompt"))
    return len(keys) >= MIN_PAIRS and not runs_in and "negative prompt" not in keys


def _prompts(lines: list[str]) -> tuple[str, str]:
    """The prompt and the negative prompt, each of any number of lines."""
    for index, line in enumerate(lines):
        before, mark, after = line.partition(NEGATIVE)
        if mark and (not before.strip() or index == len(lines) - 1):
            prompt = "\n".join([*lines[:index], before]).strip()
            return prompt, "\n".join([after.strip(), *lines[index + 1 :]]).strip()
    return "\n".join(lines).strip(), ""


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """``Steps: 20, Size: 8x8, Lora hashes: "a: b, c: d"`` → key in lower case, value."""
    for part in _outside_quotes(line):
        key, colon, value = part.partition(":")
        if colon and _KEY.fullmatch(key):
            yield key.strip().lower(), _unquoted(value.strip())


def _outside_quotes(line: str) -> Iterator[str]:
    """Split *line* at its commas, but not inside of double quotes, nor of JSON."""
    start, index, quoted, before, tries = 0, 0, False, "", MAX_JSON
    while index < len(line):
        character = line[index]
        if quoted and character == "\\":
            index += 1
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            yield line[start:index]
            start = index + 1
        elif character in "[{" and not quoted and before == ":" and tries:
            index, tries = _end_of_json(line, index), tries - 1
        before = before if character.isspace() else character
        index += 1
    yield line[start:]


def _end_of_json(line: str, start: int) -> int:
    """Where the JSON at *start* has its last character; *start* where it is none."""
    try:
        return _JSON.raw_decode(line, start)[1] - 1
    except (ValueError, RecursionError):
        return start


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def _without_loras(prompt: str, hashes: Mapping[str, str]) -> tuple[str, list[Lora]]:
    found = [
        Lora(name := match[1].strip(), strength if own is None else own, hashes.get(name, ""), text)
        for match in _LORA.finditer(prompt)
        if (strength := as_number(match[2] or "1")) is not None
        for own in (as_number(match[3]),)
        for text in (None if own in (None, strength) else strength,)
    ]
    kept = (re.sub(r"[ \t]{2,}", " ", line).strip() for line in _LORA.sub("", prompt).split("\n"))
    return "\n".join(kept).strip(" ,\n"), found


def _hashes(pairs: Mapping[str, str]) -> dict[str, str]:
    """LoRAs' hashes by name: ``Lora hashes: "a: 1f, b: 2c"``, or JSON under ``Hashes``."""
    listed = dict(_pairs_as_written(pairs.get("lora hashes", "")))
    given = _document(pairs.get("hashes", ""), dict)
    named = {k.partition(":")[2]: str(v) for k, v in given.items() if k.startswith("lora:")}
    return named | listed


def _pairs_as_written(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        name, _, value = part.rpartition(":")
        yield name.strip(), value.strip()


def _read_models(fields: Fields, pairs: Mapping[str, str], loras: list[Lora]) -> None:
    """The checkpoint and the LoRAs; Civitai lists them as resources."""
    resources = _document(pairs.get("civitai resources", ""), list)
    named = [one for one in resources if isinstance(one, Mapping) and one.get("modelName")]
    others = [
        Lora(str(one["modelName"])[:300], weight if weight is not None else 1.0)
        for one in named
        if str(one.get("type")).lower() in ("lora", "lycoris", "locon", "dora")
        for weight in (as_number(one.get("weight")),)
    ]
    checkpoint = next((one["modelName"] for one in named if one.get("type") == "checkpoint"), "")
    fields.set("checkpoint", plain_name(pairs.get("model") or checkpoint))
    fields.set("checkpoint_hash", pairs.get("model hash", "")[:64])
    fields.loras(loras or others)


def _document(text: str, kind: type) -> Any:
    try:
        found = json.loads(text) if text else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, kind) else kind()


def _note_others(fields: Fields, pairs: Mapping[str, str]) -> None:
    there = [f"{label} {pairs[key][:60]}" for key, label in _NO_FIELD if key in pairs]
    if others := ", ".join(one for one in there if one != "Clip skip 1"):
        fields.note(f"Left out, for no field here takes it: {others}.")
