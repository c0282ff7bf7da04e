"""The live panel: snapshots → one small dict → one HTML component that draws it.

Of several generations one is shown, and with it its press: a press of Generate is one thread, and
another press is another one, which follows when the first is over.

The component's template is constant and its script writes text only as text. That matters:
Gradio evaluates what a Handlebars template yields as a JavaScript template literal, so a value
put into the template could run code. Durations travel as seconds at the time of sending, and the
page's own clock counts from there: the two clocks need not agree.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import gradio as gr

from comfy.clock import wall, wall_of
from comfy.progress.advance import RUNNING_CEILING, Phase
from storage.records import Generation, Status
from studio.generations import made_with
from studio.library.grids import place_of
from studio.queue.waiting import Wait, wait_of
from studio.snapshot import Freshness, Link, Snapshot
from ui.library.tiles import shown_marks
from ui.shell.assets import asset, mounted
from ui.shell.previews import Previews
from ui.shell.wording import about, forecast_sentence

MAX_DETAIL = 20_000
"""Characters of a raw error message sent to the page."""
MAX_PROMPT_SHOWN = 300
MAX_TEXTS = 20
"""Texts of one generation that are shown."""


def component(name: str = "live", stop: str = "stop-button", *, linked: bool = True) -> gr.HTML:
    """A live panel.

    Its script triggers `attach` with {job}, `go_on` with {id}, `again` with {id, seed},
    `rest` with {id} and `undo` with {ids}. *stop* is the id of the button that cancels what it
    shows; a *linked* one keeps the page's address naming that.
    """
    return gr.HTML(
        value={},
        html_template=asset("live/live.html"),
        js_on_load=mounted("live/live.js", "attach", "go_on", "again", "rest", "undo"),
        elem_id=name,
        apply_default_css=False,
        stop=stop,
        linked=linked,
    )


def current(snapshots: Sequence[Snapshot]) -> Snapshot:
    """The one to show: what runs, else what waits first; of what is over, a failure before all.

    A press that was cancelled after some of it had finished shows the first that did not.
    """
    last = snapshots[-1].record.group
    ranks = (
        _runs,
        lambda s: not s.is_final,
        lambda s: s.status in (Status.FAILED, Status.LOST),
        lambda s: s.status is Status.CANCELLED and s.record.group == last,
        lambda s: s.status is Status.FINISHED,
    )
    return next((s for wanted in ranks for s in snapshots if wanted(s)), snapshots[-1])


def value(
    snapshots: Sequence[Snapshot],
    *,
    turn: int,
    number: int,
    now: float,
    text: Previews,
    several: bool = False,
) -> dict[str, Any]:
    """What the panel shows of *snapshots*, the generations followed, in their order.

    All of it, each time: Gradio sends only what differs from the value before. *turn* and
    *number* order the values a page receives; *several* says that there is more than one server,
    so that it matters which one runs it.
    """
    shown = current(snapshots)
    press = [s for s in snapshots if s.record.group == shown.record.group]
    record, progress = shown.record, shown.progress
    working = not shown.is_final
    width, height = next(((i.width, i.height) for i in record.images if i.width), (0, 0))
    return {
        "turn": turn,
        "number": number,
        "job": press[0].record.id,
        "id": record.id,
        "state": state(shown),
        "live": any(not s.is_final for s in snapshots),
        "title": _group_title(press) or title(shown),
        "wait": wait_value(shown),
        "step": progress.step if progress and working else 0,
        "steps": progress.steps if progress and working else 0,
        "percent": round(shown.percentage, 1),
        "motion": motion(shown) if working else None,
        "forecast": forecast_sentence(shown.forecast) if shown.forecast and working else "",
        "takes": about(shown.forecast) if shown.forecast and working else "",
        "elapsed": elapsed(shown, now),
        "eta": left(shown),
        "overdue": working and shown.is_overdue,
        "ticking": working and shown.freshness.link in (Link.LIVE, Link.NONE),
        "speed": speed_text(shown.speed) if working else "",
        "link": _link(shown.freshness, now) if working else {"kind": "none"},
        "server": shown.server_name if several else "",
        "total": record.steps,
        "parts": [[round(s.percentage, 1), state(s)] for s in press],
        "index": [s.record.id for s in press].index(record.id) + 1,
        "press": record.group,
        "stopping": record.cancel_asked and working,
        "width": record.width or width,
        "height": record.height or height,
        "prompt": record.prompt[:MAX_PROMPT_SHOWN],
        "seed": made_with.seed_text(record),
        "preview": text.uri(record.id, progress.preview if progress and working else None),
        "images": [image for s in snapshots for image in _images(s.record)],
        "texts": [text_[:MAX_DETAIL] for s in snapshots for text_ in s.record.texts[:MAX_TEXTS]],
        "notes": _notes(shown),
        "error": _error(record),
        "grid": place_of(record) is not None,
    }


def refusal(field: str, sentence: str, turn: int) -> dict[str, Any]:
    """What the page gets for what cannot be done: *sentence*, to stand at *field*.

    Without a sentence, what stood there goes away.
    """
    return {"refused": {"field": field, "sentence": sentence, "turn": turn}}


def state(snapshot: Snapshot) -> str:
    """One word: waiting, starting, running, keeping, finished, cancelled, failed or lost."""
    if snapshot.is_final:
        return str(snapshot.status)
    phase = snapshot.progress.phase if snapshot.progress else Phase.QUEUED
    if snapshot.keeping or phase is Phase.SETTLING or phase.is_final:
        return "keeping"
    return "running" if phase is Phase.RUNNING else "waiting"


def title(snapshot: Snapshot) -> str:
    """The line that says what happens: a node's title where one runs."""
    said = {
        "finished": "Finished",
        "cancelled": "Cancelled",
        "failed": "Failed",
        "lost": "Lost",
        "keeping": "Fetching the images",
        "waiting": "Waiting",
    }.get(state(snapshot))
    if said:
        return said
    progress = snapshot.progress
    return (progress.plan.title(progress.node) if progress else "") or "Starting"


def wait_value(snapshot: Snapshot) -> dict[str, Any] | None:
    """Why *snapshot*'s generation waits; None where it does not."""
    wait = wait_of(snapshot)
    return wait_shown(wait) if wait else None


def wait_shown(wait: Wait) -> dict[str, Any]:
    """*wait* for the page, its `since` as the time of day (epoch seconds), for its own clock."""
    return asdict(wait) | {"since": wall_of(wait.since)}


def _group_title(snapshots: Sequence[Snapshot]) -> str:
    """What to say of several that are over, where they did not all end alike; else ""."""
    kept = sum(s.status is Status.FINISHED for s in snapshots)
    stopped = any(s.status is Status.CANCELLED for s in snapshots)
    if not stopped or not kept or any(not s.is_final for s in snapshots):
        return ""
    return f"Cancelled after {kept} of {len(snapshots)}"


def elapsed(snapshot: Snapshot, now: float) -> float:
    """Seconds since it began to run, or waits; of a finished one, how long it ran."""
    record, progress = snapshot.record, snapshot.progress
    if not snapshot.is_final and progress and progress.started_at:
        return round(max(0.0, now - progress.started_at), 2)
    end = (record.finished_at or record.fetched_at) if snapshot.is_final else None
    # What is stored was read off the wall.
    return round(max(0.0, (end or wall(now)) - (record.started_at or record.created_at)), 2)


def left(snapshot: Snapshot) -> float | None:
    """Seconds left; it stands still while nothing is heard, None without a basis."""
    seconds = snapshot.seconds_left
    return None if seconds is None else round(max(0.0, seconds), 2)


def motion(snapshot: Snapshot) -> dict[str, float] | None:
    """How the page may move the bar until the next value; None where it may not.

    Of the present step or node, seconds: `gone` and `span`, what it is expected to take, and
    `late`, after which it is overdue; `rest` what comes after it. `knee` is for the curve, `top`
    the highest percentage while anything runs. The page reckons as `comfy.progress.time_left` does.
    """
    progress = snapshot.progress
    if progress is None or progress.phase is not Phase.RUNNING or progress.outlook is None:
        return None
    found = progress.outlook
    gone = 0.0 if found.since is None else max(0.0, snapshot.as_of - found.since)
    return {
        "gone": round(gone, 3),
        "span": round(found.span, 3),
        "rest": round(found.rest, 3),
        "late": round(found.patience, 3),
        "knee": found.knee,
        "top": round(100 * RUNNING_CEILING, 1),
    }


def speed_text(steps_per_second: float | None) -> str:
    """Speed as people say it: it/s when at least one a second, else s/it; "" if unknown."""
    if not steps_per_second or steps_per_second <= 0:
        return ""
    if steps_per_second >= 1:
        return f"{steps_per_second:.3g} it/s"
    return f"{1 / steps_per_second:.3g} s/it"


def _runs(snapshot: Snapshot) -> bool:
    return state(snapshot) in ("running", "keeping")


def _link(freshness: Freshness, now: float) -> dict[str, Any]:
    heard = freshness.heard_at
    return {
        "kind": str(freshness.link),
        "ago": None if heard is None else round(max(0.0, now - heard), 1),
        "since": wall_of(freshness.since),
        "attempt": freshness.attempt,
        "error": freshness.error,
    }


def notice_of(snapshot: Snapshot) -> str:
    """What keeps it, unless that is the very reason why it waits."""
    wait = wait_of(snapshot)
    return "" if wait and wait.sentence == snapshot.notice else snapshot.notice


def _images(record: Generation) -> list[dict[str, Any]]:
    return [
        {
            "id": record.id,
            "n": i.number,
            "width": i.width,
            "height": i.height,
            "media": i.media,
            "thumb": bool(i.preview),
            "name": i.filename,
        }
        | shown_marks(record.marks_of(i.number))
        for i in record.images
        if not i.temporary
    ]


def _notes(shown: Snapshot) -> list[str]:
    """What there is to say of it beside its state; of a cancel too, where more than that was."""
    record = shown.record
    why = record.error if record.status is Status.CANCELLED else ""
    return [note for note in (notice_of(shown), record.warning, why) if note]


def _error(record: Generation) -> dict[str, str] | None:
    if record.status not in (Status.FAILED, Status.LOST):
        return None
    sentence = record.error or (
        "The server no longer knows this generation; it may have restarted. Generate it again."
        if record.status is Status.LOST
        else "The server gave no reason. Its own log may say more."
    )
    return {"sentence": sentence, "detail": record.error_detail[:MAX_DETAIL]}
