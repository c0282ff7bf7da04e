"""What a person asks for: one press of Generate, validated once."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.alias_generators import to_camel

from comfy.workflow.limits import MAX_LORAS
from comfy.workflow.loras import LoraUse, as_list
from comfy.workflow.prompts.styles import MAX_CHOSEN

MAX_SEED = 2**64 - 1
RANDOM_SEED = -1
"""Stands for a seed that is to be drawn, as in most other programs."""
MAX_PROMPT = 100_000
"""Characters; far over what any text encoder reads, under what slows the page."""
MAX_SIZE = 8192
MAX_PIXELS = 4096 * 4096
MAX_STEPS = 1000
MAX_BATCH = 16
MAX_PROMPTS = 50

MAX_SECONDS = 600.0
"""Of film or sound."""
MAX_FPS = 120.0
MAX_LYRICS = 20_000

Task = Literal["", "image", "inpaint", "edit"]
"""What is done with the image: all of it repainted, its transparent parts, or changed as told."""
Relation = Literal["", "input", "variation", "repeat"]
"""How a generation was made from another: of its picture, of its settings changed, once more."""
PARENT = r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$"
"""An id of a generation, or nothing."""

_NAME = Annotated[str, Field(max_length=1024)]


def is_random(seed: Any) -> bool:
    """Whether *seed*, a number or text, is RANDOM_SEED."""
    if isinstance(seed, str):
        return seed.strip() == str(RANDOM_SEED)
    return isinstance(seed, int | float) and seed == RANDOM_SEED


class GenerationRequest(BaseModel):
    """The form's fields. Accepts and prints camelCase names too (the API's spelling).

    `width` and `height` are pixels in multiples of 8; `seed` None means "pick one", and so does
    RANDOM_SEED; `image` is the name of a kept upload (see `studio.uploads.uploads`) or "" for text
    to image; `denoise` below 1 keeps that much of the picture; `images_per_prompt` is the batch
    size; `checkpoint` is the model, a diffusion model too, and `family` what it is, where that is
    not to be told from its file; `task` is what is done with the image, "" for what the family
    does. `loras` change the model in their order; `lora` and `lora_strength`, of earlier versions,
    are taken for the first of them. `guidance`, `shift`, `fps` and `seconds` (of film or sound) are
    what is usual for the family where they are None; families without such a thing pass over them,
    and over `lyrics` and `loras`. `styles` names those that are put around the two prompts, in
    order. `prompts` is how many generations one press makes, each with the next seed; choices and
    wildcards in the two prompts are drawn for each, or with `combinations` made in every way.
    `parent` is the id of the generation this one was made from, "" for none, and `relation` how.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )

    prompt: str = Field(default="", max_length=MAX_PROMPT)
    negative_prompt: str = Field(default="", max_length=MAX_PROMPT)
    checkpoint: _NAME = ""
    family: Annotated[str, Field(max_length=64)] = ""
    loras: tuple[LoraUse, ...] = Field(default=(), max_length=MAX_LORAS)
    width: int = Field(default=512, ge=64, le=MAX_SIZE, multiple_of=8)
    height: int = Field(default=512, ge=64, le=MAX_SIZE, multiple_of=8)
    steps: int = Field(default=20, ge=1, le=MAX_STEPS)
    cfg: float = Field(default=7.0, ge=0.0, le=100.0)
    sampler: _NAME = "euler"
    scheduler: _NAME = "normal"
    seed: int | None = Field(default=None, ge=0, le=MAX_SEED)
    images_per_prompt: int = Field(default=1, ge=1, le=MAX_BATCH)
    prompts: int = Field(default=1, ge=1, le=MAX_PROMPTS)
    image: _NAME = ""
    denoise: float = Field(default=1.0, gt=0.0, le=1.0)
    task: Task = ""
    guidance: float | None = Field(default=None, ge=0.0, le=100.0)
    shift: float | None = Field(default=None, ge=0.0, le=100.0)
    fps: float | None = Field(default=None, ge=1.0, le=MAX_FPS)
    seconds: float | None = Field(default=None, ge=0.1, le=MAX_SECONDS)
    lyrics: str = Field(default="", max_length=MAX_LYRICS)
    combinations: bool = False
    styles: tuple[_NAME, ...] = Field(default=(), max_length=MAX_CHOSEN)
    parent: str = Field(default="", pattern=PARENT)
    relation: Relation = ""

    @model_validator(mode="before")
    @classmethod
    def _one_lora(cls, given: Any) -> Any:
        return as_list(given) if isinstance(given, Mapping) else given

    @field_validator("seed", mode="before")
    @classmethod
    def _random(cls, seed: Any) -> Any:
        return None if is_random(seed) else seed

    @field_validator("prompt", "negative_prompt", "lyrics")
    @classmethod
    def _no_unprintable(cls, text: str) -> str:
        if found := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", text):
            raise ValueError(
                f"has a character that cannot be sent (U+{ord(found[0]):04X}, at position "
                f"{found.start() + 1}): remove it"
            )
        return text

    @model_validator(mode="after")
    def _affordable(self) -> Self:
        if self.width * self.height > MAX_PIXELS:
            raise ValueError(
                f"{self.width} × {self.height} is over {MAX_PIXELS // 1_000_000} megapixels: "
                "choose a smaller size"
            )
        return self

    @property
    def used_loras(self) -> tuple[LoraUse, ...]:
        """Those of its LoRAs that are on."""
        return tuple(one for one in self.loras if one.on)

    @property
    def megapixels(self) -> float:
        """Work per step in megapixels: the area times the batch size."""
        return self.width * self.height * self.images_per_prompt / 1e6
