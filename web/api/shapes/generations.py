"""Records and snapshots as the API spells them: JSON objects in camelCase. Pure."""

from collections.abc import Sequence
from typing import Literal

from comfy.clock import wall_of
from comfy.progress.advance import Phase
from comfy.workflow.loras import LoraUse
from storage.records import Generation, Image, ImageKey, Status
from studio.generations import made_with
from studio.queue.places import Entry
from studio.queue.waiting import wait_of
from studio.snapshot import Snapshot
from web.api.shapes import answers

_OVER = {
    Status.FINISHED: "Finished",
    Status.CANCELLED: "Cancelled",
    Status.FAILED: "Failed",
    Status.LOST: "Lost",
}


def image_shape(generation: Generation, image: Image) -> answers.Image:
    """One kept file; `url` and `thumbnail` are paths on this server, the latter may be ""."""
    url = f"/api/images/{generation.id}/{image.number}"
    marks = generation.marks_of(image.number)
    return {
        "number": image.number,
        "url": url,
        "thumbnail": f"{url}?thumbnail" if image.preview else "",
        "kind": image.kind,
        "media": image.media,
        "width": image.width,
        "height": image.height,
        "seconds": image.seconds,
        "bytes": image.bytes,
        "filename": image.filename,
        "temporary": image.temporary,
        "rating": marks.rating,
        "favourite": marks.favourite,
        "note": marks.note,
        "tags": list(marks.tags),
        "collections": list(marks.collections),
    }


def images_shape(generation: Generation) -> list[answers.Image]:
    """All kept files, in order."""
    return [image_shape(generation, image) for image in generation.images]


def image_ref(image: ImageKey) -> answers.ImageRef:
    """Which image *image* is."""
    return {"id": image.generation, "number": image.number}


def generation_shape(g: Generation) -> answers.Generation:
    """A generation; times are epoch seconds, null where not yet.

    `seed` is a string: 64 bits do not fit JavaScript's numbers. What a workflow does not have,
    such as a seed, is null.
    """
    size, seed = made_with.size(g), made_with.seed(g)
    return {
        "id": g.id,
        "promptId": g.id,
        "group": g.group,
        "status": g.status,
        "workflow": g.workflow,
        "prompt": g.prompt,
        "negativePrompt": g.negative_prompt,
        "typedPrompt": g.typed_prompt,
        "typedNegativePrompt": g.typed_negative_prompt,
        "checkpoint": g.checkpoint,
        "lora": g.lora,
        "loras": [_lora_shape(one) for one in made_with.loras(g)],
        "sampler": g.sampler,
        "scheduler": g.scheduler,
        "width": size[0] if size else None,
        "height": size[1] if size else None,
        "steps": made_with.steps(g),
        "cfg": made_with.cfg(g),
        "seed": None if seed is None else str(seed),
        "imagesPerPrompt": g.batch,
        "server": g.server,
        "createdAt": g.created_at,
        "submittedAt": g.submitted_at,
        "startedAt": g.started_at,
        "finishedAt": g.finished_at,
        "error": g.error,
        "warning": g.warning,
        "images": images_shape(g),
        "texts": list(g.texts),
        "rating": g.rating,
        "favourite": g.favourite,
        "note": g.note,
        "tags": list(g.tags),
        "collections": list(g.collections),
        "parent": g.parent,
        "relation": g.relation,
        "origin": g.origin,
    }


def _lora_shape(one: LoraUse) -> answers.Lora:
    return {"name": one.name, "weight": one.weight, "clipWeight": one.clip_weight}


def progress_shape(snapshot: Snapshot, group: Sequence[str]) -> answers.Progress:
    """One message of the progress stream; *group* are the ids of the same press."""
    record, progress = snapshot.record, snapshot.progress
    message: answers.Progress = {
        "type": _type(snapshot),
        "generationId": record.id,
        "promptId": record.id,
        "currentStep": progress.step if progress else 0,
        "totalSteps": progress.steps if progress else 0,
        "percentage": round(snapshot.percentage, 2),
        "imageIndex": _number(record, group),
        "totalImages": max(len(group), 1) * record.batch,
        "status": status_text(snapshot),
        "node": _node(snapshot),
        "etaSeconds": _rounded(snapshot.seconds_left),
        "connection": snapshot.freshness.link,
        "waiting": waiting_shape(snapshot),
        "notice": _notice(snapshot),
    }
    if record.status is Status.FINISHED:
        message["images"] = images_shape(record)
        message["texts"] = list(record.texts)
    elif snapshot.is_final:
        message["error"] = record.error or f"{_OVER[record.status]}."
    return message


def entry_shape(snapshot: Snapshot, entry: Entry) -> answers.QueueEntry:
    """One's own place in the queue; seconds from now, null where there is no basis."""
    record, progress = snapshot.record, snapshot.progress
    return {
        "place": entry.place,
        "startsIn": _rounded(entry.starts_in),
        "endsIn": _rounded(entry.ends_in),
        "held": record.held,
        "priority": record.priority,
        "notice": _notice(snapshot),
        "currentStep": progress.step if progress else 0,
        "totalSteps": progress.steps if progress else 0,
        "percentage": round(snapshot.percentage, 2),
        "node": _node(snapshot),
        "etaSeconds": _rounded(snapshot.seconds_left),
        "connection": snapshot.freshness.link,
        "waiting": waiting_shape(snapshot),
        "generation": generation_shape(record),
    }


def waiting_shape(snapshot: Snapshot) -> answers.Waiting | None:
    """Why it waits: `why` a word, `sentence` for people, `since` epoch seconds or null."""
    wait = wait_of(snapshot)
    if wait is None:
        return None
    return {
        "why": wait.why,
        "title": wait.title,
        "sentence": wait.sentence,
        "since": wall_of(wait.since),
        "ahead": wait.ahead,
    }


def _notice(snapshot: Snapshot) -> str:
    """What keeps it, as a sentence; "" where it only waits for its turn, or runs."""
    wait = wait_of(snapshot)
    return snapshot.notice or (wait.sentence if wait and wait.is_stuck else "")


def status_text(snapshot: Snapshot) -> str:
    """What is happening, in a few words: "Step 5 of 20"."""
    record, progress = snapshot.record, snapshot.progress
    if record.status in _OVER:
        return _OVER[record.status]
    if snapshot.keeping or (progress and progress.phase in (Phase.SETTLING, Phase.FINISHED)):
        return "Fetching the images"
    if progress and progress.steps:
        return f"Step {progress.step} of {progress.steps}"
    if node := _node(snapshot):
        return node
    if progress and progress.phase is Phase.RUNNING:  # which node nobody has said yet
        return "Running"
    wait = wait_of(snapshot)
    return f"Waiting: {wait.title}" if wait else "Waiting"


def _type(snapshot: Snapshot) -> Literal["progress", "complete", "error"]:
    if not snapshot.is_final:
        return "progress"
    return "complete" if snapshot.status is Status.FINISHED else "error"


def _number(record: Generation, group: Sequence[str]) -> int:
    """The first image of *record* among all of its press, from 1."""
    before = group.index(record.id) if record.id in group else 0
    return before * record.batch + 1


def _node(snapshot: Snapshot) -> str:
    progress = snapshot.progress
    if progress is None or not progress.node or snapshot.is_final:
        return ""
    return progress.plan.title(progress.node)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
