"""What happened to a prompt on a server, in the past tense.

Socket frames and history entries both become these; nothing past the parser sees loose
dicts. `at` is the time of receipt by `comfy.clock`, set by whoever received it.
`prompt_id` is "" where the frame named none (see `comfy.client.server` for how it is then found).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class NodeState(StrEnum):
    """State of a node in ComfyUI's ``progress_state`` (comfy_execution/progress.py)."""

    PENDING = "pending"
    RUNNING = "running"
    FINISHED = "finished"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that a node made, as ``GET /view`` names it.

    `kind` is the key it stood under (``images``, ``gifs``, ``audio``, ``3d``, …), `type` one of
    ``output``, ``temp``, ``input``; `node` the node that made it.
    """

    node: str
    kind: str
    filename: str
    subfolder: str = ""
    type: str = "output"
    animated: bool = False


@dataclass(frozen=True, slots=True)
class NodeReport:
    """One node in a ``progress_state`` snapshot; `value` and `max` in the node's own units."""

    node: str
    value: float
    max: float
    state: NodeState
    parent: str = ""
    real: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a prompt failed while running. `node` is the id; `traceback` joined lines."""

    message: str
    node: str = ""
    node_type: str = ""
    exception_type: str = ""
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""

    prompt_id: str
    at: float


@dataclass(frozen=True, slots=True)
class QueueChanged(Event):
    """The server's queue, everybody's: `remaining` wait or run. Names no prompt."""

    remaining: int = 0


@dataclass(frozen=True, slots=True)
class Queued(Event):
    """Waits on the server; `place` 1 is next to run, 0 is not known."""

    place: int = 0


@dataclass(frozen=True, slots=True)
class Accepted(Event):
    """The server took the prompt; `dropped` outputs failed validation and will not run."""

    dropped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Started(Event):
    """The server began to run the prompt."""


@dataclass(frozen=True, slots=True)
class Cached(Event):
    """These nodes keep an earlier result and will not run."""

    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeStarted(Event):
    """A node began; `display_node` is the one in the user's graph it belongs to."""

    node: str = ""
    display_node: str = ""


@dataclass(frozen=True, slots=True)
class Stepped(Event):
    """A node reported `value` of `max`."""

    node: str = ""
    value: float = 0.0
    max: float = 1.0


@dataclass(frozen=True, slots=True)
class Reported(Event):
    """A full snapshot of the nodes started so far."""

    nodes: tuple[NodeReport, ...] = ()

    def parents_first(self) -> list[NodeReport]:
        """Return one report a node, its last, each after its parent's: then it is known whose."""
        last = {report.node: report for report in self.nodes}
        above = {report.node: report.parent or report.real for report in last.values()}
        return sorted(last.values(), key=lambda report: _depth(report.node, above))


def _depth(node: str, above: Mapping[str, str]) -> int:
    """How many of *above* stand over *node*; a circle ends where it closes."""
    passed = {node}
    while (node := above.get(node, "")) and node not in passed:
        passed.add(node)
    return len(passed)


@dataclass(frozen=True, slots=True)
class Previewed(Event):
    """A picture of the work so far: `image` bytes of media type `media`."""

    image: bytes = b""
    media: str = "image/jpeg"
    node: str = ""


@dataclass(frozen=True, slots=True)
class Said(Event):
    """A node sent a text meant for people (binary frame type 3)."""

    node: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Produced(Event):
    """An output node is done: its files and texts (either may be empty)."""

    node: str = ""
    files: tuple[OutputFile, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocked(Event):
    """A node was not run because one before it blocked its branch; the rest goes on."""

    node: str = ""
    node_type: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Succeeded(Event):
    """The server says it is over and well; history is not written yet."""


@dataclass(frozen=True, slots=True)
class Ended(Event):
    """``executing`` with no node: over, however it went, and history is readable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Over(Event):
    """Base of the ends that history can tell; both times are by the server's clock."""

    started_at: float | None = None
    ended_at: float | None = None


@dataclass(frozen=True, slots=True)
class Finished(Over):
    """History confirms success. `files` and `texts` are all of it, replacing what was shown."""

    files: tuple[OutputFile, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interrupted(Over):
    """Stopped before its end, by us or by somebody else; or taken out of the queue."""

    node: str = ""


@dataclass(frozen=True, slots=True)
class Failed(Over):
    """A node raised, or the server refused to go on."""

    failure: Failure = Failure("")


class Fate(Enum):
    """What is certain of a prompt that its server does not know.

    UNKNOWN: it may have run. NEVER_ARRIVED: no answer said that it was taken, and the run of the
    server that it was sent to still goes on. NEVER_BEGAN: it waited there, unbroken watch was
    kept, and the server ended before it came to it.
    """

    UNKNOWN = auto()
    NEVER_ARRIVED = auto()
    NEVER_BEGAN = auto()


@dataclass(frozen=True, slots=True)
class Lost(Over):
    """The server answers and knows nothing of the prompt."""

    fate: Fate = Fate.UNKNOWN
