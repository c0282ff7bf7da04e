"""The only rules by which a prompt's progress changes. Pure.

``advance(progress, event)`` takes one immutable snapshot to the next. Whatever the source,
socket or history, the same events pass here.
"""

from collections.abc import Sequence
from dataclasses import replace

from comfy.graph.plan import Plan
from comfy.progress.nodes import NodeProgress, overall, stepped
from comfy.progress.run_times import server_seconds, start_and_end
from comfy.progress.state import CEILING, RUNNING_CEILING, Phase, Preview, Progress
from comfy.progress.stretch import Outlook
from comfy.progress.time_left import outlook, unseen
from comfy.protocol import events as ev
from comfy.protocol.outputs import MAX_FILES

MAX_EXPANDED = 4096
"""Expanded child nodes tracked in one prompt."""
MAX_TEXTS = 64
"""Texts kept of one prompt."""
MAX_WARNINGS = 64
"""Warnings kept of one prompt."""


def begin(prompt_id: str, plan: Plan, *, at: float | None = None) -> Progress:
    """Return the snapshot of a prompt not yet heard of."""
    expected = outlook(plan, {}, {}, "", at or 0.0)
    return Progress(prompt_id, plan, plan.weights(), outlook=expected, heard_at=at)


def replanned(progress: Progress, plan: Plan) -> Progress:
    """Return *progress* with another *plan*; its fraction never falls."""
    at = progress.heard_at or 0.0
    expected = outlook(plan, progress.nodes, progress.expanded, progress.node, at)
    return replace(progress, plan=plan, weights=plan.weights(), outlook=expected)


def advance(progress: Progress, event: ev.Event) -> Progress:
    """Return the state after *event*; a final state never changes, nor do other prompts'.

    Time never goes back: what comes from before the last event is of its moment.
    """
    if progress.phase.is_final or event.prompt_id != progress.prompt_id:
        return progress
    if progress.heard_at is not None and event.at < progress.heard_at:
        event = replace(event, at=progress.heard_at)
    return _measured(progress, _apply(replace(progress, heard_at=event.at), event))


def _apply(p: Progress, event: ev.Event) -> Progress:  # noqa: C901 - one match is the state machine
    match event:
        case ev.Queued(place=place):
            return replace(p, place=place, accepted=True) if p.phase is Phase.QUEUED else p
        case ev.Accepted(warnings=warnings):
            return replace(p, warnings=_joined(warnings, p.warnings), accepted=True)
        case ev.Blocked(node=node, node_type=node_type, message=message):
            title = p.plan.title(node) or node_type or f"Node {node}"
            said = f"{title} was not run, for the workflow blocked it: {message.rstrip('.')}."
            return replace(p, warnings=_joined(p.warnings, (said,)))
        case ev.Started():
            return _running(p, event.at)
        case ev.Cached(nodes=nodes):
            return _cached(_running(p, event.at), nodes)
        case ev.NodeStarted(node=node, display_node=parent):
            return _node_started(_running(p, event.at), node, event.at, parent)
        case ev.Stepped(node=node, value=value, max=maximum):
            return _stepped(_running(p, event.at), node, value, maximum, event.at)
        case ev.Reported():
            return _reported(_running(p, event.at), event.parents_first(), event.at)
        case ev.Previewed(image=image, media=media, node=node):
            number = p.preview.number + 1 if p.preview else 1
            return replace(_running(p, event.at), preview=Preview(number, image, media, node))
        case ev.Said(text=text):
            return replace(p, texts=_with_texts(p.texts, (text,)))
        case ev.Produced(node=node, files=files, texts=texts):
            kept = tuple(f for f in p.files if f.node != node)
            files = (kept + files)[:MAX_FILES]
            return replace(_running(p, event.at), files=files, texts=_with_texts(p.texts, texts))
        case ev.Succeeded():
            return replace(_close(p, event.at), phase=Phase.SETTLING, node="", succeeded=True)
        case ev.Ended():  # however it went: what ran is not taken for done
            return replace(_running(p, event.at), phase=Phase.SETTLING, node="")
        case ev.Finished():
            return _finished(p, event)
        case ev.Interrupted():
            return _over(p, Phase.INTERRUPTED, event)
        case ev.Failed(failure=failure):
            return replace(_over(p, Phase.FAILED, event), failure=failure)
        case ev.Lost(fate=fate):
            return replace(_over(p, Phase.LOST, event), fate=fate)
        case _:
            return p


def _running(p: Progress, at: float) -> Progress:
    if p.phase is not Phase.QUEUED:
        return p
    started_at = p.started_at or at
    return replace(p, phase=Phase.RUNNING, place=0, started_at=started_at, accepted=True)


def _cached(p: Progress, cached: tuple[str, ...]) -> Progress:
    # A node that was seen running did run: what is cached is said before anything runs.
    new = [id_ for id_ in cached if id_ in p.plan.nodes and id_ not in p.nodes]
    return replace(
        p, nodes={**p.nodes, **dict.fromkeys(new, NodeProgress(fraction=1.0, cached=True))}
    )


def _node_started(p: Progress, node: str, at: float, parent: str = "") -> Progress:
    """*node* begins; the one before it ends, unless the server is one that reports ends."""
    if p.phase is Phase.SETTLING:
        return p
    if node not in p.plan.nodes:
        return _touch(p, node, parent, at)
    nodes = dict(p.nodes)
    # Where ends are reported, the one before may run on beside this one, or wait for it.
    if p.node != node and _runs(p) and not p.reports:
        nodes[p.node] = replace(nodes[p.node], fraction=1.0, ended_at=at)
    this = nodes.get(node, NodeProgress())
    nodes[node] = replace(this, started_at=this.started_at or at, cached=False)
    return replace(p, node=node, nodes=nodes)


def _runs(p: Progress) -> bool:
    """True while the current node is not over."""
    return p.node in p.nodes and not p.nodes[p.node].is_done


def _stepped(p: Progress, node: str, value: float, maximum: float, at: float) -> Progress:
    if p.phase is Phase.SETTLING:
        return p
    if node in p.plan.nodes:
        if p.node != node:
            p = _node_started(p, node, at)
        return replace(p, nodes={**p.nodes, node: stepped(p.nodes[node], value, maximum, at)})
    p = _touch(p, node, "", at)
    if child := p.expanded.get(node):
        p = replace(p, expanded={**p.expanded, node: stepped(child, value, maximum, at)})
    return p


def _reported(p: Progress, reports: Sequence[ev.NodeReport], at: float) -> Progress:
    """Take in a ``progress_state``: what is new in it, and where the current node is over."""
    if p.phase is Phase.SETTLING:
        return p
    p = replace(p, reports=True)
    for report in reports:
        planned = report.node in p.plan.nodes
        known = p.nodes.get(report.node) if planned else p.expanded.get(report.node)
        if report.state is ev.NodeState.PENDING or (known and known.is_done):
            continue
        if not planned:
            p = _touch(p, report.node, report.parent or report.real, at)
        elif report.state is ev.NodeState.RUNNING and known is None:
            p = _node_started(p, report.node, at)
        if planned or report.node in p.expanded:
            p = _take_report(p, report, at, planned=planned)
    still = [r.node for r in reports if r.node in p.nodes and not p.nodes[r.node].is_done]
    return replace(p, node=still[-1]) if still and not _runs(p) else p


def _take_report(p: Progress, report: ev.NodeReport, at: float, *, planned: bool) -> Progress:
    group = p.nodes if planned else p.expanded
    this = group.get(report.node) or NodeProgress(started_at=at)
    this = stepped(this, report.value, report.max, at)
    if report.state is ev.NodeState.FINISHED:
        this = replace(this, fraction=1.0, ended_at=at)
    if planned:
        return replace(p, nodes={**group, report.node: this})
    return replace(p, expanded={**group, report.node: this})


def _touch(p: Progress, node: str, parent: str, at: float) -> Progress:
    """Note an expanded node, once it is known whose child it is."""
    if node in p.expanded or len(p.expanded) >= MAX_EXPANDED:
        return p
    root = _root(p, node, parent)
    if not root:
        return p
    if p.node != root and not p.nodes.get(root, NodeProgress()).is_done:
        p = _node_started(p, root, at)
    new = NodeProgress(started_at=at, parent=root)
    return replace(p, expanded={**p.expanded, node: new})


def _root(p: Progress, node: str, parent: str) -> str:
    """The planned node that *node* belongs to: through its parent, or by its dotted id."""
    if parent in p.plan.nodes:
        return parent
    if parent in p.expanded:
        return p.expanded[parent].parent
    head = node
    while head and head not in p.plan.nodes:
        head = head.rpartition(".")[0]
    return head


def _measured(before: Progress, p: Progress) -> Progress:
    """Measure anew how far it is and what is to come, where anything moved.

    The fraction never falls, not even below what was shown meanwhile, and stays under the ceiling.
    """
    if p.phase.is_final or p.phase is Phase.QUEUED:
        return p
    at = p.heard_at or 0.0
    if p.succeeded:
        return replace(p, fraction=CEILING, measured_at=at, outlook=None)
    if p.phase is before.phase and (p.node, p.nodes, p.expanded) == (
        before.node,
        before.nodes,
        before.expanded,
    ):
        return p
    shown = before.fraction_at(at)
    if p.phase is not Phase.RUNNING:
        return replace(p, fraction=shown, measured_at=at, outlook=None)
    expected = outlook(p.plan, p.nodes, p.expanded, p.node, at)
    done = _share(p, expected, at)
    fraction = shown if done is None else max(shown, min(RUNNING_CEILING, done))
    return replace(p, fraction=fraction, measured_at=at, outlook=expected)


def _share(p: Progress, expected: Outlook | None, at: float) -> float | None:
    """The share of its time that is over; without a basis for that, the share of its weight."""
    if expected is None or p.started_at is None:
        return overall(p.weights, p.nodes, p.expanded)
    gone = max(0.0, at - p.started_at) + unseen(p.nodes.values())
    left = expected.left(at)
    return gone / (gone + left) if left > 0 else overall(p.weights, p.nodes, p.expanded)


def _close(p: Progress, at: float) -> Progress:
    """End every node still running."""
    nodes = {
        id_: n if n.is_done else replace(n, fraction=1.0, ended_at=at) for id_, n in p.nodes.items()
    }
    return replace(_running(p, at), nodes=nodes, ended_at=p.ended_at or at)


def _finished(p: Progress, event: ev.Finished) -> Progress:
    over = _over(p, Phase.FINISHED, event)
    closed = _close(over, over.ended_at or event.at)
    texts = event.texts or p.texts
    return replace(closed, fraction=1.0, node="", files=event.files[:MAX_FILES], texts=texts)


def _over(p: Progress, phase: Phase, event: ev.Over) -> Progress:
    heard_end, took = p.ended_at or event.at, server_seconds(event)
    heard = None if p.started_at is None else heard_end - p.started_at
    start, end = p.started_at, heard_end
    if took is not None:
        start, end = start_and_end(event, took, p.started_at)
    return replace(
        p,
        phase=phase,
        place=0,
        started_at=start,
        ended_at=end,
        heard_seconds=heard,
        told_seconds=took,
    )


def _joined(warnings: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return (warnings + tuple(w for w in more if w not in warnings))[:MAX_WARNINGS]


def _with_texts(texts: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return (texts + tuple(t for t in more if t not in texts))[-MAX_TEXTS:]


__all__ = [
    "CEILING",
    "RUNNING_CEILING",
    "Phase",
    "Preview",
    "Progress",
    "advance",
    "begin",
    "replanned",
]
