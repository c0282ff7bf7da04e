"""Settings that a file names, whichever program wrote them: each field by itself. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comfy.protocol.json_values import MAX_WHOLE
from comfy.workflow.files.programs.samplers import comfy_sampling
from comfy.workflow.limits import MAX_LORAS
from comfy.workflow.request import MAX_PROMPT, MAX_SEED, RANDOM_SEED
from comfy.workflow.shortened import shortened

MAX_NAME = 300
MAX_SHOWN = 60
MAX_NOTES = 50


@dataclass(frozen=True, slots=True)
class Lora:
    """A LoRA by its name in the file, with its strength and the hash of its file, "" for none.

    `for_text` is its strength for the text encoders, None for the same.
    """

    name: str
    strength: float = 1.0
    hash: str = ""
    for_text: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a file says, "" or None where it says nothing.

    `sampler` and `scheduler` are in ComfyUI's spelling; `unknown_sampler` is one that ComfyUI has
    no name for, as the file calls it. `from_image` is True where it was made from another image.
    `notes` are sentences about what is there and cannot be taken.
    """

    program: str
    prompt: str = ""
    negative_prompt: str = ""
    checkpoint: str = ""
    checkpoint_hash: str = ""
    loras: tuple[Lora, ...] = ()
    sampler: str = ""
    scheduler: str = ""
    unknown_sampler: str = ""
    steps: int | None = None
    cfg: float | None = None
    seed: int | None = None
    width: int | None = None
    height: int | None = None
    denoise: float | None = None
    from_image: bool = False
    notes: tuple[str, ...] = ()


class Fields:
    """Reads a program's own mapping field by field; what cannot be read becomes a note."""

    def __init__(self, program: str, source: Mapping[str, Any]) -> None:
        self._source = source
        self._values: dict[str, Any] = {"program": program}
        self._notes: list[str] = []

    def value(self, *keys: str) -> Any:
        """The first that is there of *keys*, else None."""
        return next((v for key in keys if (v := self._source.get(key)) is not None), None)

    def text(self, field: str, *keys: str, most: int = MAX_NAME) -> None:
        """Take a text."""
        value = self.value(*keys)
        if isinstance(value, str):
            self.set(field, value.strip()[:most])

    def prompts(self, prompt: str, negative: str) -> None:
        """Take both prompts, by their keys."""
        self.text("prompt", prompt, most=MAX_PROMPT)
        self.text("negative_prompt", negative, most=MAX_PROMPT)

    def whole(self, field: str, label: str, *keys: str) -> None:
        """Take a whole number."""
        value = self.value(*keys)
        number = as_whole(value)
        if number is not None and 0 <= number <= MAX_WHOLE:
            self.set(field, number)
        elif value not in (None, ""):
            self.note(f"{label} “{short(value)}” cannot be used.")

    def number(self, field: str, label: str, *keys: str) -> None:
        """Take a number."""
        value = self.value(*keys)
        number = as_number(value)
        if number is not None:
            self.set(field, number)
        elif value not in (None, ""):
            self.note(f"{label} “{short(value)}” cannot be used.")

    def seed(self, *keys: str) -> None:
        """Take the seed; -1 is none, in all programs."""
        value = self.value(*keys)
        number = as_whole(value)
        if number is not None and 0 <= number <= MAX_SEED:
            self.set("seed", number)
        elif value not in (None, "") and number != RANDOM_SEED:
            self.note(f"Seed “{short(value)}” cannot be used: a random one is taken.")

    def size(self, width: Any, height: Any) -> None:
        """Take a size in pixels; both sides, or neither."""
        across, down = as_whole(width), as_whole(height)
        if across and down and 0 < across <= MAX_WHOLE and 0 < down <= MAX_WHOLE:
            self.set("width", across)
            self.set("height", down)
        elif width is not None or height is not None:
            self.note(f"Size “{short(width)} × {short(height)}” cannot be used.")

    def sampling(self, sampler: Any, schedule: Any = "") -> None:
        """Take sampler and schedule in ComfyUI's spelling; name what it does not know."""
        name = sampler.strip() if isinstance(sampler, str) else ""
        kind = schedule.strip() if isinstance(schedule, str) else ""
        known = comfy_sampling(name, kind)
        self.set("sampler", known.sampler)
        self.set("scheduler", known.scheduler)
        if name and not known.sampler:
            self.set("unknown_sampler", short(name))
        if known.unknown_schedule:
            unknown = short(known.unknown_schedule)
            self.note(f"Schedule “{unknown}” is not known here: normal is taken.")

    def loras(self, pairs: list[Lora]) -> None:
        """Take LoRAs; the same one twice is one."""
        by_name = {one.name: one for one in pairs if one.name}
        self.set("loras", tuple(by_name.values())[:MAX_LORAS])

    def set(self, field: str, value: Any) -> None:
        """Set a field of `Settings`."""
        self._values[field] = value

    def note(self, sentence: str) -> None:
        """Add a sentence about what cannot be taken."""
        if len(self._notes) < MAX_NOTES:
            self._notes.append(sentence)

    def settings(self) -> Settings:
        """All that was taken."""
        return Settings(**self._values, notes=tuple(self._notes))


def as_whole(value: Any) -> int | None:
    """*value*, a number or digits, as a whole number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, str) and len(value) <= 24:
        digits = value.strip().removeprefix("-")
        return int(value) if digits.isascii() and digits.isdigit() else None
    return value if isinstance(value, int) else None


def as_number(value: Any) -> float | None:
    """*value*, a number or one in digits, as a float; None for what is beyond all floats."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def short(value: Any) -> str:
    """*value* as it can be shown in a sentence."""
    return shortened(value, MAX_SHOWN)


def plain_name(name: Any) -> str:
    """A model's name without the folders that another program keeps it in."""
    return str(name).replace("\\", "/").rpartition("/")[2].strip()[:MAX_NAME] if name else ""
