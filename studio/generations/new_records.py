"""One press of Generate becomes records. Pure but for the clock and the dice."""

import secrets
import time
from dataclasses import replace

from comfy.workflow.file_names import unnamed
from comfy.workflow.presets import workflow_name
from comfy.workflow.request import MAX_SEED, GenerationRequest
from storage.records import Generation, Status
from studio.generations.seeds import RANDOM_SEEDS, drawn, kept_limits, moved
from studio.ids import new_id
from studio.jobs.order import NEXT_POSITION

_ASKED = (
    *("request", "prompt", "negative_prompt", "checkpoint", "lora", "sampler", "scheduler"),
    *("width", "height", "steps", "cfg", "seed", "batch", "workflow", "graph"),
    *("forecast_seconds", "retry_on_loss"),
)
"""Fields of a record that say what was asked, not what became of it."""


def records_of(
    request: GenerationRequest,
    owner: str,
    forecast_seconds: float | None,
    *,
    retry_on_loss: bool = False,
) -> tuple[Generation, ...]:
    """Return one record a prompt, each with the next seed, grouped under the first one's id."""
    first = request.seed if request.seed is not None else secrets.randbelow(RANDOM_SEEDS)
    base = _record(request, owner, forecast_seconds)
    ids = sorted(new_id() for _ in range(request.prompts))
    return tuple(
        replace(
            base,
            id=id_,
            group=ids[0],
            seed=(first + number) % (MAX_SEED + 1),
            position=base.created_at + number * NEXT_POSITION,
            retry_on_loss=retry_on_loss,
        )
        for number, id_ in enumerate(ids)
    )


def fresh(record: Generation, owner: str, *, same_seed: bool) -> Generation:
    """Return a new record that asks for what *record*, its parent, asked for; no result in it."""
    if is_workflow(record):
        return _anew(record if same_seed else reseeded(record), owner)
    seed = record.seed if same_seed else secrets.randbelow(RANDOM_SEEDS)
    request = GenerationRequest.model_validate(record.request)
    source = {"parent": record.id, "relation": "repeat"}
    single = request.model_copy(update={"prompts": 1, "seed": seed} | source)
    return records_of(single, owner, record.forecast_seconds, retry_on_loss=record.retry_on_loss)[0]


def _anew(record: Generation, owner: str) -> Generation:
    """Return what *record* asked for as a record of its own, nothing having happened yet."""
    id_, now = new_id(), time.time()
    asked = {name: getattr(record, name) for name in _ASKED} | {"graph": unnamed(record.graph)}
    return Generation(
        id=id_,
        group=id_,
        owner=owner,
        status=Status.QUEUED,
        created_at=now,
        position=now,
        parent=record.id,
        relation="repeat",
        **asked,
    )


def _record(request: GenerationRequest, owner: str, forecast_seconds: float | None) -> Generation:
    return Generation(
        id="",
        group="",
        owner=owner,
        status=Status.QUEUED,
        created_at=time.time(),
        request=request.model_dump(mode="json", exclude={"parent", "relation"}),
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        checkpoint=request.checkpoint,
        lora=request.lora,
        sampler=request.sampler,
        scheduler=request.scheduler,
        width=request.width,
        height=request.height,
        steps=request.steps,
        cfg=request.cfg,
        batch=request.images_per_prompt,
        workflow=workflow_name(request),
        forecast_seconds=forecast_seconds,
        parent=request.parent,
        relation=request.relation,
    )


def reseeded(record: Generation) -> Generation:
    """Return *record* with another first seed, and all others of its graph moved as far.

    Each stays within what its field takes.
    """
    keys = record.request.get("seeds")
    graph = {id_: dict(node) for id_, node in record.graph.items()}
    shift: int | None = None
    for key in keys if isinstance(keys, list) else ():
        node, _, name = str(key).partition(".")
        inputs = dict(graph.get(node, {}).get("inputs", {}))
        before = inputs.get(name)
        if not isinstance(before, int):
            continue
        limits = kept_limits(record.request, str(key), before)
        shift = drawn(limits) - before if shift is None else shift
        inputs[name] = moved(before, shift, limits)
        graph[node]["inputs"] = inputs
    return replace(record, graph=graph, seed=(record.seed + (shift or 0)) % (MAX_SEED + 1))


def is_workflow(record: Generation) -> bool:
    """True where *record* came of a form of its own rather than of the built-in one."""
    return "workflow" in record.request


def uploads_of(record: Generation) -> dict[str, str]:
    """Names of kept files by field key, for a workflow's generation."""
    uploads = record.request.get("uploads")
    return {str(k): str(v) for k, v in uploads.items()} if isinstance(uploads, dict) else {}
