"""The Queue tab: what runs and waits, arranged by whoever it belongs to, and what ended lately.

What is somebody else's comes here without its record, so nothing of it can reach a page.
"""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import gradio as gr

from comfy.client.reconcile.freshness import Link
from comfy.clock import wall_of
from storage.records import Generation, Status
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generations import made_with
from studio.jobs.order import HIGH, LOW, NORMAL
from studio.queue.places import Entry
from studio.queue.waiting import Why, wait_of
from studio.snapshot import Snapshot
from ui.live import panel as live
from ui.live.cancelling import sentence_of
from ui.shell.assets import asset, mounted
from ui.shell.context import FOLLOWING, QUIET, TROUBLE, Parts, aside, told
from ui.shell.turns import Turns

MAX_ROWS = 100
"""Rows shown; what comes after them is counted."""
ENDED_SHOWN = 20
"""Generations shown that ended lately."""
MAX_PROMPT_SHOWN = 200
FAR = 1_000_000
"""More places than there are: to the front."""
PRIORITIES = {"low": LOW, "normal": NORMAL, "high": HIGH}
NO_SERVER = (Why.UNREACHABLE, Why.DENIED, Why.CONNECTING)
RUNS = ("running", "keeping")
"""States in which a server works on it, or its files are fetched."""

Update = dict[str, Any]


class QueueTab:
    """The tab's component and handlers.

    Its script triggers `follow` and `leave` as it is shown and hidden, `act` with {what, id}, and
    `open` with {job}.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._studio = parts.studio
        self._queue = parts.studio.queue
        self._turns = Turns()
        self.panel = gr.HTML(
            value={},
            html_template=asset("queue/queue.html"),
            js_on_load=mounted("queue/queue.js", "follow", "leave", "act", "open"),
            elem_id="queue",
            apply_default_css=False,
        )

    def wire(self) -> None:
        """Connect the events."""
        self.panel.follow(self.follow, None, self.panel, trigger_mode="multiple", **FOLLOWING)
        self.panel.act(self.act, None, self.panel, trigger_mode="multiple", **QUIET)
        self.panel.leave(self.left, None, None, trigger_mode="multiple", **QUIET)

    async def follow(self, request: gr.Request) -> AsyncIterator[Update]:
        """The queue now, then again whenever it changes, until the tab is left."""
        viewer = self._parts.viewer(request)
        turn = self._turns.take(str(request.session_hash), ())
        number, ends, ended = 0, -1, list[Generation]()
        async with contextlib.aclosing(self._queue.watch(viewer, MAX_ROWS)) as looks:
            async for entries in looks:
                if ends != self._queue.ends:  # some begin and end between two looks
                    ends = self._queue.ends
                    ended = await aside(self._queue.ended, viewer, ENDED_SHOWN)
                number += 1
                if turn.over:
                    break
                yield value(
                    entries,
                    ended,
                    order=(turn.number, number),
                    paused=self._queue.is_paused(viewer),
                    several=len(self._studio.servers) > 1,
                    now=time.time(),
                )
        # Gradio sends a generator's last value once more when it ends: let that be nothing.
        yield gr.skip()

    async def left(self, request: gr.Request) -> None:
        """The tab is hidden: stop looking."""
        self._turns.leave(str(request.session_hash))

    async def act(self, request: gr.Request, event: gr.EventData) -> Update:
        """Do what a button asks for; say what was done, or why not."""
        what, id_, viewer = told(event, "what"), told(event, "id"), self._parts.viewer(request)
        number = self._turns.number()
        try:
            said = await aside(self._do, what, id_, viewer)
        except TROUBLE as error:
            return {"acted": number, "said": str(error), "bad": True}
        return {"acted": number, "bad": False, **said}

    def _do(self, what: str, id_: str, viewer: Viewer) -> Update:
        """Do *what*; return the sentence that says so, and what can be undone."""
        queue, create = self._queue, self._studio.generations.create_again
        if what in PRIORITIES:
            queue.prioritise(id_, viewer, PRIORITIES[what])
            return {"said": f"The priority is {what} now."}
        if what in ("cancel", "cancel_all"):
            return self._cancel(what, id_, viewer)
        if what == "undo":
            count = len(self._studio.cancels.undo(id_.split(), viewer))
            return {"said": f"{count} {'job is' if count == 1 else 'jobs are'} back in the queue."}
        acts: dict[str, tuple[Callable[[], Any], str]] = {
            "up": (lambda: queue.move(id_, viewer, -1), "Moved up."),
            "down": (lambda: queue.move(id_, viewer, 1), "Moved down."),
            "front": (lambda: queue.move(id_, viewer, -FAR), "Moved to the front of yours."),
            "hold": (lambda: queue.hold(id_, viewer, held=True), "Held back."),
            "release": (lambda: queue.hold(id_, viewer, held=False), "Released."),
            "pause": (lambda: queue.pause(viewer), "Your queue is paused."),
            "resume": (lambda: queue.resume(viewer), "Your queue goes on."),
            "retry": (lambda: create(viewer, [id_], same_seed=True), "Queued again."),
            "again": (lambda: create(viewer, [id_], same_seed=False), "Queued with a new seed."),
        }
        if what.startswith("move:") and what[5:].lstrip("-").isdecimal():
            acts[what] = (lambda: queue.move(id_, viewer, int(what[5:][:8])), "Moved.")
        if what not in acts:
            raise StudioError("This page is older than Stepglass: reload it.")
        act, said = acts[what]
        act()
        return {"said": said}

    def _cancel(self, what: str, id_: str, viewer: Viewer) -> Update:
        cancels = self._studio.cancels
        cancelled = cancels.all(viewer) if what == "cancel_all" else cancels.one(id_, viewer)
        return {"said": sentence_of(cancelled), "undo": " ".join(cancelled.ended)}


def value(
    entries: Sequence[Entry],
    ended: Sequence[Generation],
    *,
    order: tuple[int, int],
    paused: bool,
    several: bool,
    now: float,
) -> Update:
    """What the tab shows; *order* numbers the values that a page receives.

    *several* says that there is more than one server, so that it matters which one it is.
    """
    rows = _rows(entries, paused=paused, several=several)
    mine = sum(entry.is_mine for entry in entries)
    runs = sum(live.state(s) in RUNS for _, s in _own(entries))
    return {
        "order": list(order),
        "paused": paused,
        "running": runs,
        "waiting": mine - runs,
        "others": len(entries) - mine,
        "stuck": _stuck(_own(entries)),
        "rows": rows[:MAX_ROWS],
        "more": len(rows) - len(rows[:MAX_ROWS]),
        "ended": [
            _ended(g, now) for g in sorted(ended, key=lambda g: -(g.finished_at or g.created_at))
        ],
    }


def _own(entries: Sequence[Entry]) -> list[tuple[Entry, Snapshot]]:
    """One's own, as far as they are drawn."""
    return [(e, e.snapshot) for e in entries if e.is_mine and e.snapshot is not None]


def _stuck(own: Sequence[tuple[Entry, Snapshot]]) -> Update | None:
    """What keeps all of one's own that wait for a server; None where nothing does."""
    waits = [wait for _, snapshot in own if (wait := wait_of(snapshot))]
    wait = next((w for w in waits if w.why in NO_SERVER), None)
    return live.wait_shown(wait) if wait else None


def _rows(entries: Sequence[Entry], *, paused: bool, several: bool) -> list[Update]:
    """One row for each of one's own that is drawn, one for each stretch of all else."""
    own = {id(e): s for e, s in _own(entries)}
    waiting = [e for e in entries if e.place > 0 and e.is_mine]
    rows: list[Update] = []
    for entry in entries:
        snapshot = own.get(id(entry))
        if snapshot is not None:
            row = _row(entry, snapshot, paused=paused)
            row["server"] = snapshot.server_name if several else ""
            row["first"] = bool(waiting) and entry is waiting[0]
            row["last"] = bool(waiting) and entry is waiting[-1]
            rows.append(row)
        elif rows and rows[-1]["id"] == "" and (rows[-1]["place"] > 0) == (entry.place > 0):
            rows[-1]["to"] = entry.place
            rows[-1]["count"] += 1
        else:
            rows.append({"id": "", "place": entry.place, "to": entry.place, "count": 1})
    return rows


def _row(entry: Entry, snapshot: Snapshot, *, paused: bool) -> Update:
    record, progress = snapshot.record, snapshot.progress
    state = live.state(snapshot)
    if entry.place:
        state = "held" if record.held else "paused" if paused else "waiting"
    elif state == "waiting":
        state = "next"
    return {
        **_asked(record),
        "place": entry.place,
        "state": state,
        "title": live.title(snapshot),
        "step": progress.step if progress else 0,
        "steps": progress.steps if progress else 0,
        "percent": round(snapshot.percentage, 1),
        "left": live.left(snapshot),
        "starts": _rounded(entry.starts_in),
        "ends": _rounded(entry.ends_in),
        "stopping": record.cancel_asked,
        "priority": next((n for n, p in PRIORITIES.items() if p == record.priority), "normal"),
        "wait": live.wait_value(snapshot),
        "away": _away(snapshot),
        "notice": live.notice_of(snapshot),
    }


def _away(snapshot: Snapshot) -> float | None:
    """Since when (epoch seconds) the server that works on it is not heard from; else None."""
    freshness = snapshot.freshness
    return wall_of(freshness.since) if freshness.link is Link.UNREACHABLE else None


def _ended(record: Generation, now: float) -> Update:
    is_told = record.status in (Status.FAILED, Status.LOST)
    sentence = record.error or ("The server gave no reason." if is_told else "")
    return {
        **_asked(record),
        "state": str(record.status),
        "sentence": sentence,
        "detail": bool(record.error_detail),
        "ago": round(max(0.0, now - (record.finished_at or record.created_at))),
        "images": sum(not image.temporary for image in record.images),
    }


def _asked(record: Generation) -> Update:
    return {
        "id": record.id,
        "prompt": record.prompt.strip()[:MAX_PROMPT_SHOWN],
        "checkpoint": record.checkpoint,
        "size": made_with.size_text(record),
        "steps_asked": record.steps,
        "batch": record.batch,
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
