"""Frozen records, as they leave and enter the store. All times are UTC seconds (epoch).

Times are kept to the microsecond.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Where a generation is. Only the last four are final."""

    QUEUED = "queued"  # stored, not handed to a server
    SUBMITTED = "submitted"  # a server was, or may have been, given the prompt
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LOST = "lost"

    @property
    def is_final(self) -> bool:
        """True where nothing more will happen by itself."""
        return self in (Status.FINISHED, Status.CANCELLED, Status.FAILED, Status.LOST)


FINALS = tuple(status for status in Status if status.is_final)


@dataclass(frozen=True, slots=True, order=True)
class ImageKey:
    """One image: the id of its generation, and its number there.

    What is meant is never guessed: a text is the id of a whole generation, this is one image of it.
    """

    generation: str
    number: int


Target = str | ImageKey
"""What a mark is for: one image, or each image of the generation with that id."""


def generation_of(target: Target) -> str:
    """The id of the generation that *target* is, or is of."""
    return target if isinstance(target, str) else target.generation


def numbers_by_generation(targets: Iterable[Target]) -> dict[str, frozenset[int] | None]:
    """The numbers of the images that are meant, by generation; None where each of it is."""
    numbers: dict[str, set[int] | None] = {}
    for target in targets:
        if isinstance(target, str):
            numbers[target] = None
        elif (some := numbers.setdefault(target.generation, set())) is not None:
            some.add(target.number)
    return {id_: None if some is None else frozenset(some) for id_, some in numbers.items()}


def parted(targets: Iterable[Target]) -> tuple[list[str], list[ImageKey]]:
    """The ids of whole generations among *targets*, and the images."""
    every = list(targets)
    ids = [one for one in every if isinstance(one, str)]
    return ids, [one for one in every if isinstance(one, ImageKey)]


@dataclass(frozen=True, slots=True)
class Marks:
    """What somebody made of one image; `deleted_at` is set while it lies in the bin."""

    rating: int = 0
    favourite: bool = False
    note: str = ""
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    deleted_at: float | None = None


def marks_of(own: Marks, images: Mapping[int, Marks], number: int) -> Marks:
    """The marks of one of a generation's images, of which some may have marks of their own.

    Without any they are the generation's *own*; one that came after the others were marked has
    none, and lies where its generation does.
    """
    return images.get(number, Marks(deleted_at=own.deleted_at)) if images else own


@dataclass(frozen=True, slots=True)
class Image:
    """One kept output file. `path` and `thumbnail` are relative to the data folder.

    `thumbnail` is "" for what is no image; `width`/`height` pixels, 0 where unknown, as `seconds`
    of a video or sound are; `kind` as ComfyUI names it (``images``, ``audio``, …); `temporary` for
    previews the server itself treats as temporary.
    """

    number: int
    path: str
    sha256: str
    bytes: int
    media: str
    width: int = 0
    height: int = 0
    thumbnail: str = ""
    kind: str = "images"
    node: str = ""
    filename: str = ""
    temporary: bool = False
    seconds: float = 0.0

    @property
    def is_video(self) -> bool:
        """Whether it moves and may be heard, so that a browser plays it."""
        return self.media.startswith("video/")

    @property
    def preview(self) -> str:
        """Where its thumbnail lies, or will once it is asked for; "" for what can have none.

        Those of videos and sounds are no part of the record: whether there can be one shows only
        when it is made, long after the file is kept.
        """
        is_played = self.is_video or self.media.startswith("audio/")
        return self.thumbnail or (self._beside("thumbnail.webp") if is_played else "")

    @property
    def storyboard(self) -> str:
        """The same for small frames of all of a video, side by side."""
        return self._beside("storyboard.webp") if self.is_video else ""

    def _beside(self, name: str) -> str:
        return f"{self.path.rpartition('.')[0]}.{name}"

    @property
    def is_shown(self) -> bool:
        """Whether people see it, and so mark it; what is not shown follows its generation."""
        return not self.temporary or bool(self.thumbnail)


@dataclass(frozen=True, slots=True)
class NodeRun:
    """One node's span in a generation.

    `activity` is loading, encoding, sampling, decoding, saving or other.

    `step_seconds` are the intervals between steps, in order, the first being from the node's
    start to its first step (warm-up included). `megapixels` is what the node worked on, frames
    and batch included, 0 where the graph does not say.
    """

    node: str
    title: str
    node_class: str
    activity: str
    started_at: float
    finished_at: float
    steps: int = 0
    step_seconds: tuple[float, ...] = ()
    megapixels: float = 0.0


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation: what was asked, what was sent, what became of it.

    `id` is a lower-case UUIDv7 and the ComfyUI prompt_id too. `group` is shared by generations of
    one press. `request` is the form's fields (JSON object); `graph` the API graph, from the time it
    is sent on as sent; {} in records of earlier versions that were not. `accepted_at` is when its
    server was first known to have taken it, None where no answer said so. `seed` is the exact seed
    (0…2^64−1). The prompts are as they were sent; `typed_prompt` and `typed_negative_prompt` as
    they were typed, with choices and wildcards in them, "" where that is the same. `error` is the
    sentence for people, `error_detail` the raw message and traceback, `error_kind` a short slug for
    counting. `reached` is the share of it, 0…1, that was shown when it ended without being
    finished. `deleted_at` is set while it lies in the bin. `rating` is 0 (none) to 5. `parent` is
    the id of the generation it was made from, `relation` how: "input" (its picture was the input),
    "variation" (its settings were changed) or "repeat". `origin` is "import" for what was not made
    here. `tags` and `collections` are sorted. `loras` are the names of all its LoRAs, `lora` that
    of the first; records of earlier versions have that alone.

    What people made of its images is read by `marks_of`. While all are marked alike, the record's
    own `rating`, `favourite`, `note`, `tags`, `collections` and `deleted_at` are each image's. Else
    `image_marks` has those of each image that is shown, by number, and the record's own are what
    they come to; see `storage.mapping.image_marks`.
    """

    id: str
    group: str
    owner: str
    status: Status
    created_at: float
    request: dict[str, Any]
    prompt: str = ""
    negative_prompt: str = ""
    typed_prompt: str = ""
    typed_negative_prompt: str = ""
    checkpoint: str = ""
    lora: str = ""
    sampler: str = ""
    scheduler: str = ""
    width: int = 0
    height: int = 0
    steps: int = 0
    cfg: float = 0.0
    seed: int = 0
    batch: int = 1
    workflow: str = "txt2img"
    server: str = ""
    graph: dict[str, Any] = field(default_factory=dict)
    submitted_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    fetched_at: float | None = None
    accepted_at: float | None = None
    error: str = ""
    error_kind: str = ""
    error_node: str = ""
    error_detail: str = ""
    warning: str = ""
    texts: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    priority: int = 0
    position: float = 0.0
    held: bool = False
    attempts: int = 0
    cancel_asked: bool = False
    retry_on_loss: bool = False
    forecast_seconds: float | None = None
    reached: float = 0.0
    deleted_at: float | None = None
    rating: int = 0
    favourite: bool = False
    note: str = ""
    parent: str = ""
    relation: str = ""
    origin: str = ""
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    image_marks: Mapping[int, Marks] = field(default_factory=dict)
    loras: tuple[str, ...] = ()

    @property
    def marks(self) -> Marks:
        """The record's own marks."""
        return Marks(
            self.rating, self.favourite, self.note, self.tags, self.collections, self.deleted_at
        )

    def marks_of(self, number: int) -> Marks:
        """The marks of one of its images."""
        return marks_of(self.marks, self.image_marks, number)

    def image(self, number: int | None) -> Image | None:
        """Its image with that *number*, where it has one."""
        return next((image for image in self.images if image.number == number), None)

    @property
    def shown_images(self) -> tuple[Image, ...]:
        """The images that people see, those in the bin too."""
        return tuple(image for image in self.images if image.is_shown)
