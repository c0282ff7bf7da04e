"""One download on a server, as it stands: plain JSON that outlives the program."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from comfy.client.http.downloads import Route
from comfy.protocol.downloads import Report, Stage, with_total
from comfy.workflow.wanted.files import WantedFile
from studio.fetching.sources import gated

WRONG_HASH = (
    "What came has another hash than it should have: remove it from the server, and fetch it again."
)
UNTOLD = "ComfyUI-Manager is done, and does not say how it ended: see its log."
Kind = Literal["file", "package"]
_FULL = re.compile(r"no space left|disk.{0,12}full|enough space|enospc|errno 28", re.IGNORECASE)
_HASH = re.compile(r"sha-?256|hash|checksum|digest", re.IGNORECASE)
_DENIED = re.compile(r"\b40[13]\b|unauthori[sz]ed|forbidden|gated", re.IGNORECASE)
_ABSENT = re.compile(r"\b404\b|\b410\b|not found", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fetch:
    """A file or package that a server gets. `name` is the file's, or the package's.

    `key` is what the server calls it, `task` what cancels it there. `received` and `total` are
    bytes, None where nobody knows; `sentence` says how it stands or ended, `trouble` that the
    server does not answer just now. `checked` says whether the server compared the hash. Times are
    epoch seconds; `changed_at` is when there was news last.
    """

    id: str
    server: str
    kind: Kind
    name: str
    folder: str = ""
    url: str = ""
    sha256: str = ""
    route: str = ""
    key: str = ""
    task: str = ""
    stage: str = Stage.WAITING
    received: int | None = None
    total: int | None = None
    sentence: str = ""
    trouble: str = ""
    checked: bool = False
    began_at: float = 0.0
    changed_at: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return Stage(self.stage).is_over

    @property
    def how(self) -> Route:
        """The route that it came by."""
        return Route(self.route)

    @property
    def file(self) -> WantedFile:
        """What is fetched, of a file."""
        return WantedFile(self.name, self.folder, self.url, self.sha256)

    @property
    def can_cancel(self) -> bool:
        """Whether it can be cancelled now; some servers say what to cancel once they have begun."""
        return (
            not self.is_over
            and self.how.can_cancel
            and bool(self.task or not self.how.answers_last)
        )

    @property
    def fraction(self) -> float | None:
        """How much of it is there, 0…1; None where that is not known."""
        if not self.total or self.received is None or self.received > self.total:
            return None
        return self.received / self.total

    def to_json(self) -> dict[str, Any]:
        """It as a JSON object."""
        return asdict(self)


def read_fetch(data: Mapping[str, Any]) -> Fetch | None:
    """One that was kept; None for what is none."""
    known = {field.name for field in fields(Fetch)}
    try:
        found = Fetch(**{name: value for name, value in data.items() if name in known})
        return found if found.how and Stage(found.stage) else None
    except (TypeError, ValueError):
        return None


def heard(fetch: Fetch, report: Report, task: str = "") -> Fetch:
    """*fetch*, which is not over, as *report* says that it is now."""
    known = with_total(report, fetch.total)
    is_wrong = bool(fetch.sha256 and report.sha256 and report.sha256 != fetch.sha256)
    is_checked = bool(fetch.sha256) and report.sha256 == fetch.sha256
    stage, sentence = report.stage, report.note
    received = known.received if known.received is not None else fetch.received
    if stage is Stage.DONE and is_wrong:
        stage, sentence = Stage.FAILED, WRONG_HASH
    elif stage is Stage.DONE:
        said = "" if report.note == UNTOLD else done(fetch, is_checked=is_checked)
        sentence = f"{said} {report.note}".strip()
        received = known.total if received is not None and known.total else received
    elif stage is Stage.FAILED:
        sentence = explained(fetch, report)
    elif stage is Stage.CANCELLED:
        sentence = "Cancelled."
    return replace(
        fetch,
        checked=is_checked,
        stage=stage,
        received=received,
        total=known.total,
        sentence=sentence,
        trouble="",
        task=task or fetch.task,
    )


def explained(fetch: Fetch, report: Report) -> str:
    """Why it failed, in a sentence."""
    said = report.error
    if _FULL.search(said):
        return f"The disk of {fetch.server} is full: make room there, and fetch it again."
    if fetch.kind == "package":
        return f"ComfyUI-Manager could not install it: {_ended(said)}"
    if _HASH.search(said):
        return "What came has another hash than it should have: it was not kept. Try again."
    if _DENIED.search(said):
        return gated(fetch.url)
    if _ABSENT.search(said):
        return "There is no such file at its address any more."
    if said.startswith(fetch.server):
        return _ended(said)
    return f"{fetch.server} could not fetch it: {_ended(said)}"


def done(fetch: Fetch, *, is_checked: bool) -> str:
    """What is said of one that is there."""
    if fetch.kind == "package":
        return f"Installed. Restart ComfyUI on {fetch.server} to load it."
    if is_checked:
        return "It is there, and its hash is right."
    if fetch.sha256:
        return "It is there. Its hash was not compared."
    return "It is there."


def _ended(said: str) -> str:
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."
