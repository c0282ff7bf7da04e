"""What travels along the links of a graph. All immutable by agreement: arrays are never written.

Pictures are float32 arrays of shape (height, width, 3) in 0…1, masks (height, width) in 0…1
where 1 is repainted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
Mask = NDArray[np.float32]
Images = tuple[Picture, ...]

PAN = 96
"""Pixels that the camera of a film goes."""
FRAMES_IN_ONE = 16
"""Fewer would be truer: films take a demonstration's time here, but longer ones take longer."""


@dataclass(frozen=True)
class Model:
    """A checkpoint with LoRAs as (name, strength)."""

    checkpoint: str
    loras: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Clip:
    """The text encoder of a checkpoint."""

    checkpoint: str


@dataclass(frozen=True)
class Vae:
    """The picture encoder of a checkpoint."""

    checkpoint: str


@dataclass(frozen=True)
class Control:
    """Lines to paint along, white on black, and how far they count, 0…1."""

    lines: Picture
    strength: float


@dataclass(frozen=True)
class Conditioning:
    """An encoded text; combined ones are joined by commas. `kept` is an image to keep to."""

    text: str
    control: Control | None = None
    kept: Picture | None = None


@dataclass(frozen=True)
class Latent:
    """Pictures as a sampler sees them. `pictures` is empty for an empty latent.

    `width` and `height` in pixels. `noise` is what is left of it after a sampler stopped early,
    0…1. `blank` says that what is under the mask is grey and not to be kept. `frames` are those of
    a film, which `pictures` hold the one picture of.
    """

    width: int
    height: int
    batch: int
    pictures: Images = ()
    mask: Mask | None = None
    noise: float = 0.0
    blank: bool = False
    frames: int = 1

    @property
    def wide(self) -> int:
        """Pixels across of what is painted: of a film more than is seen at once."""
        return self.width + (PAN if self.frames > 1 else 0)

    @property
    def layers(self) -> int:
        """How many pictures a sampler works on: it sees several frames as one."""
        return self.batch * max(1, (self.frames - 1) // FRAMES_IN_ONE)


@dataclass(frozen=True)
class Video:
    """Pictures, and how many of them a second."""

    images: Images
    fps: float


@dataclass(frozen=True)
class Silence:
    """Sound as a sampler sees it: how long, how often, and of what once that is known."""

    seconds: float
    batch: int
    text: str = ""
    seed: int = 0


@dataclass(frozen=True)
class Sound:
    """One sound, at the rate of `comfy.demo.paint.media.flac`."""

    samples: NDArray[np.int16]


@dataclass(frozen=True)
class Schedule:
    """How many steps, and how noise goes down over them."""

    steps: int
    scheduler: str
    denoise: float


@dataclass(frozen=True)
class Guider:
    """What a sampler is led by."""

    model: Model
    positive: Conditioning
    negative: Conditioning | None
    cfg: float


@dataclass(frozen=True)
class ControlNet:
    """A model that holds a sampler to the lines of a picture."""

    name: str


@dataclass(frozen=True)
class Upscaler:
    """An upscale model."""

    name: str
    factor: int


@dataclass(frozen=True)
class Result:
    """What a node returns: one value per slot, its UI output, or a graph to run in its place.

    In `expand`, ids are local; `values` may then hold links ``[id, slot]`` into it.
    """

    values: tuple[Any, ...] = ()
    ui: Mapping[str, Any] | None = None
    expand: Mapping[str, Any] = field(default_factory=dict)
