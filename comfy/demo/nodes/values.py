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
    """An encoded text; combined ones are joined by commas."""

    text: str
    control: Control | None = None


@dataclass(frozen=True)
class Latent:
    """Pictures as a sampler sees them. `pictures` is empty for an empty latent.

    `width` and `height` in pixels. `noise` is what is left of it after a sampler stopped early,
    0…1. `blank` says that what is under the mask is grey and not to be kept.
    """

    width: int
    height: int
    batch: int
    pictures: Images = ()
    mask: Mask | None = None
    noise: float = 0.0
    blank: bool = False


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
