"""What went wrong, for people: what happened, in which node, what to try. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from comfy.errors import Rejected
from comfy.graph.plan import Plan
from comfy.protocol.events import Failure

MAX_SENTENCE = 600


@dataclass(frozen=True, slots=True)
class Explanation:
    """A failure explained. `kind` counts alike failures; `detail` is all the server said."""

    sentence: str
    kind: str
    node: str = ""
    detail: str = ""

    def fields(self) -> dict[str, str]:
        """The fields of a record that say so."""
        return {
            "error": self.sentence,
            "error_kind": self.kind,
            "error_node": self.node,
            "error_detail": self.detail,
        }


_ADVICE: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    (
        "out of memory",
        lambda text: "outofmemory" in text.replace(" ", "") or "cuda error: out of" in text,
        "The server ran out of memory. Try a smaller size, fewer images at once, or free models.",
    ),
    (
        "missing file",
        lambda text: "no such file" in text or "filenotfound" in text,
        "A file that it needs is not on the server. Check that the model or image is there.",
    ),
    (
        "damaged model",
        lambda text: "safetensor" in text or "unpicklingerror" in text or "invalid header" in text,
        "A model file on the server cannot be read. It may be damaged or half downloaded.",
    ),
    (
        "shapes do not match",
        lambda text: "shapes cannot be multiplied" in text or "size mismatch" in text,
        "These models are not compatible: check that LoRA and checkpoint are of one family.",
    ),
    (
        "server crashed",
        lambda text: "cuda error" in text or "illegal memory access" in text,
        "The graphics card reported an error. Restarting the server usually helps.",
    ),
)


def explain_failure(failure: Failure, plan: Plan) -> Explanation:
    """Explain an error that a node raised while running."""
    title = plan.title(failure.node) or failure.node_type
    where = f"{title}: " if title else ""
    text = f"{failure.exception_type} {failure.message}".lower()
    kind, advice = next(
        ((kind, advice) for kind, fits, advice in _ADVICE if fits(text)),
        (failure.exception_type.rpartition(".")[2] or "error", ""),
    )
    said = " ".join(failure.message.split())[:MAX_SENTENCE]
    sentence = f"{where}{advice}" if advice else f"{where}{said}"
    detail = "\n".join(
        filter(None, (f"{failure.exception_type}: {failure.message}", failure.traceback))
    )
    return Explanation(sentence, kind, title, detail)


def explain_rejection(error: Rejected) -> Explanation:
    """Explain why a server refused a prompt before running any of it."""
    first = error.problems[0] if error.problems else None
    lines = [f"{p.title or p.node}: {p.kind} {p.field} {p.value}".strip() for p in error.problems]
    return Explanation(
        str(error),
        first.kind if first else "refused",
        first.title if first else "",
        "\n".join([*(p.message for p in error.problems), "", *lines]).strip(),
    )


INTERRUPTED_ELSEWHERE = Explanation(
    "Stopped on the server by somebody else, or from ComfyUI's own page. Run it again if that was "
    "not meant.",
    "interrupted elsewhere",
)
CANCELLED_UNHEARD = Explanation(
    "The server does not answer. It may still be working on this; Stepglass takes it back there as "
    "soon as it answers, before it sends anything else.",
    "cancelled unheard",
)
LOST = Explanation(
    "The server restarted or forgot this before Stepglass saw how it ended. If it ran to its end, "
    "its images may lie in the server's output folder; none are kept here. Run it again to have "
    "them.",
    "lost",
)
UNEXPECTED = Explanation(
    "Something unexpected happened in Stepglass itself; its log says more.", "unexpected"
)
LOST_TWICE = Explanation(
    "The server went down twice while it had this, so it is not sent again by itself: see the "
    "server's log, then run it again.",
    "lost",
)
SENT_AGAIN = "The server restarted before this began: it waits to be sent again."
NEVER_ARRIVED = "The server did not get this: it waits to be sent again."


def is_unheard(kind: str) -> bool:
    """Whether a record with this `error_kind` was cancelled while its server was not there."""
    return kind == CANCELLED_UNHEARD.kind


def refused_often(server: str, tries: int, reason: str) -> Explanation:
    """Say that a server which takes other jobs did not take this one."""
    return Explanation(
        f"{server} takes other jobs, but not this one, {tries} times in a row: {reason}",
        "refused",
        detail=reason,
    )


def refused_by_all(last: Explanation, reasons: Mapping[str, str], lacks: str) -> Explanation:
    """*last*, the explanation of one server, with the *reasons* of others, by name, and *lacks*."""
    if len(reasons) > 1:
        said = " ".join(f"{name}: {reason}" for name, reason in reasons.items())
        return replace(last, sentence=f"No server takes this. {said} {lacks}".strip())
    return replace(last, sentence=f"{last.sentence} {lacks}".strip())


def server_gone(name: str) -> str:
    """Say that a generation's server is not among the settings any more."""
    return f"{name} is not among the servers any more, so what became of this is not known there."
