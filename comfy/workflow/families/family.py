"""A family of models: how it is known, what else it needs, what it makes and how. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from comfy.workflow.families.steps import Steps, fields_of

Kind = Literal["image", "video", "audio"]
Task = Literal["text", "image", "inpaint", "edit"]
"""What it starts from: words, an image to repaint or move, the hole in one, one to change."""


_FIELDS = {"batch": "images_per_prompt", "frames": "seconds"}
"""Fields of a request, by the values that follow from them."""
_OWN = frozenset({"half", "image"})


@dataclass(frozen=True, slots=True)
class Part:
    """A file that a family needs beside its model: `what` it is, in which `folder`.

    `words` is a pattern that the names of such files fit; `file` the usual one, and `source` the
    address that ComfyUI's own templates give for it.
    """

    what: str
    folder: str
    words: str
    file: str
    source: str = ""

    def fits(self, name: str) -> bool:
        """Whether *name* looks like such a file."""
        return re.search(self.words, name.lower()) is not None


@dataclass(frozen=True, slots=True)
class Usual:
    """What one begins with. Sizes in pixels, `seconds` of film or sound, `fps` frames a second."""

    width: int = 1024
    height: int = 1024
    steps: int = 20
    cfg: float = 1.0
    sampler: str = "euler"
    scheduler: str = "simple"
    guidance: float = 0.0
    shift: float = 0.0
    fps: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """One family.

    `words` are what its files' names have in them, `architectures` what their metadata says; both
    without anything but letters and digits, and the longest that is found decides. `kin` is the
    family whose metadata it shares, "" for its own.

    `encoders` and `vae` are loaded where the model's file does not bring its own, which `whole`
    says that it mostly does; with `own_encoders` the encoders are in any case. `partner` is the
    pair of words by which the names of two files that work together differ. Frames of a film are
    a multiple of `frame_step` and one more. `takes_loras` is False where ComfyUI knows no LoRAs for
    it.
    """

    name: str
    title: str
    words: tuple[str, ...]
    tasks: Mapping[Task, Steps]
    usual: Usual = field(default_factory=Usual)
    kind: Kind = "image"
    architectures: tuple[str, ...] = ()
    encoders: tuple[Part, ...] = ()
    encoder_type: str = ""
    vae: Part | None = None
    own_encoders: bool = False
    vision: Part | None = None
    partner: tuple[str, str] | None = None
    grid: int = 64
    frame_step: int = 4
    kin: str = ""
    whole: bool = False
    takes_loras: bool = True

    def fields(self, task: Task | None = None) -> frozenset[str]:
        """The fields of a form that *task*, or any of its tasks, reads."""
        rows = self.tasks.values() if task is None else (self.tasks[task],)
        return frozenset().union(*map(fields_of, rows))

    @property
    def reads(self) -> frozenset[str]:
        """The fields of a request that some of its tasks reads, by their names there."""
        return frozenset(_FIELDS.get(one, one) for one in self.fields()) - _OWN

    def task(self, image: str, wanted: str = "") -> Task | None:
        """What is done where *image* is given or is ""; None where it cannot be done."""
        if not image:
            return "text" if "text" in self.tasks else None
        able: list[Task] = [one for one in self.tasks if one != "text"]
        return next((one for one in able if one == wanted), next(iter(able), None))

    def row(self, image: str, wanted: str = "") -> Steps:
        """The steps of what is done; of the first thing it can do where this cannot be done."""
        task = self.task(image, wanted)
        return self.tasks[task] if task else next(iter(self.tasks.values()))

    def frames(self, seconds: float, fps: float) -> int:
        """How many frames of film so many *seconds* are."""
        return max(1, round(seconds * fps / self.frame_step)) * self.frame_step + 1
