"""The files of one finished prompt while they are fetched: which are kept, which are missing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from comfy import clock
from comfy.progress.advance import Progress
from comfy.progress.sent_images import expected
from comfy.protocol.events import OutputFile
from storage.files.arriving import Arrived
from storage.records import Image

MAX_NAMED = 3
"""Missing files that a sentence names; the others are counted."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a prompt; `warnings` have a sentence for each kind of what is missing.

    Times are those of the run, None where they are not known.
    """

    images: tuple[Image, ...] = ()
    warnings: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    started_at: float | None = None
    finished_at: float | None = None


@dataclass(slots=True)
class Fetch:
    """The files of one finished prompt. Numbers are those of its record's images.

    `files` are what it made, as last said; `kept` has each with the file that it was, `missing` a
    sentence for each that will not come, `forgotten` the names of those that the server does not
    know any more to be ours, and `why` the reason where it is not the usual. `denied` counts
    answers of 404, `cut` has the digest of what came damaged, `lost` counts the images of a node
    that came and could not be taken; `looked` are those looked for on our own disk.
    """

    files: tuple[OutputFile, ...] | None = None
    kept: dict[int, tuple[OutputFile | None, Image]] = field(default_factory=dict)
    missing: dict[int, str] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)
    denied: Counter[int] = field(default_factory=Counter)
    cut: dict[int, str] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    looked: set[int] = field(default_factory=set)
    is_told: bool = False
    why: str = ""
    _presence: float | None = None
    _failed_at: float | None = None
    _spent: float = 0.0

    def confirm(self, presence: float | None) -> None:
        """The server, there since *presence*, said that the prompt is its own."""
        self._presence = presence

    def is_confirmed(self, presence: float | None) -> bool:
        """Whether the server, there since *presence*, is the one that said so."""
        return self._presence is not None and self._presence == presence

    def doubt(self) -> None:
        """Something failed: who answers next may be another run of the server."""
        self._presence = None

    def renew(self, wanted: tuple[OutputFile, ...], first: int) -> None:
        """The prompt has run again, and its files are *wanted* now, numbered from *first*."""
        self.files = wanted
        self.looked |= set(range(first, first + len(wanted)))
        same = dict(enumerate(wanted, first))
        self.kept = {n: (f, i) for n, (f, i) in self.kept.items() if f is None or f == same.get(n)}
        self.missing.clear()

    def start_anew(self) -> None:
        """The server was away: what failed before that counts no more."""
        self._failed_at, self._spent = None, 0.0
        self.denied.clear()

    def fail(self, at: float, most: float) -> float:
        """Note a failure of a server that answers; return for how many seconds they go on.

        Two of them are at most *most* apart, or nobody asked in between.
        """
        if self._failed_at is not None:
            self._spent += min(at - self._failed_at, most)
        self._failed_at = at
        return self._spent

    def images(self) -> tuple[Image, ...]:
        """What is kept, in order."""
        return tuple(image for _, (_, image) in sorted(self.kept.items()))

    def sentences(self, where: str) -> tuple[str, ...]:
        """What is missing of the files of the server *where*, and why."""
        why = self.why or (
            f"{where} restarted, or its history was cleared, before they were fetched: what lies "
            "there under those names may be another's, so it is not taken. Run it again."
        )
        named = ", ".join(self.forgotten[:MAX_NAMED])
        more = len(self.forgotten) - MAX_NAMED
        named += f" and {more} more" if more > 0 else ""
        gone = (f"Missing: {named}. {why}",) if self.forgotten else ()
        return (*self.missing.values(), *gone)


def unsent(
    progress: Progress, arrived: Iterable[Arrived], lost: Mapping[str, int]
) -> tuple[str, ...]:
    """What is missing of the images that nodes send only once."""
    came = Counter(image.node for image in arrived)
    sentences = []
    for node, told in expected(progress).items():
        count = max(told, came[node] + lost.get(node, 0))
        if came[node] < count:
            sentences.append(
                f"{progress.plan.title(node)}: {came[node]} of {count} images arrived. This node "
                "sends each once, over the connection, and keeps none: run it again for the others."
            )
    return tuple(sentences)


def ending_of(progress: Progress) -> Mapping[str, Any]:
    """What must be known of a finished prompt should its server forget it; JSON."""
    times = {"started_at": progress.started_at, "finished_at": progress.ended_at}
    return {
        "files": [asdict(file) for file in progress.files],
        "texts": progress.texts,
        "warnings": progress.warnings,
        **{name: clock.wall_of(at) for name, at in times.items()},
    }


def read_ending(ending: Mapping[str, Any]) -> tuple[tuple[OutputFile, ...], Kept] | None:
    """The files that `ending_of` noted, and the rest of it; None where it is none of ours."""
    try:
        rest = Kept(
            (),
            tuple(ending["warnings"]),
            tuple(ending["texts"]),
            ending["started_at"],
            ending["finished_at"],
        )
        return tuple(OutputFile(**file) for file in ending["files"]), rest
    except (KeyError, TypeError):
        return None
