"""Presses of Generate become records that wait. Pure but for the clock and the dice."""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from comfy.graph.plan import Plan
from comfy.workflow.families.assembly import Assembly
from comfy.workflow.families.build import build_graph, family_of, workflow_name
from comfy.workflow.file_names import unnamed
from comfy.workflow.form.summary import Summary
from comfy.workflow.loras import loras_in, names_of
from comfy.workflow.prompts.lists import Lists
from comfy.workflow.prompts.loras import Known
from comfy.workflow.prompts.parse import escaped
from comfy.workflow.prompts.styles import Style
from comfy.workflow.request import MAX_SEED, RANDOM_SEED, GenerationRequest, Relation
from storage.records import Generation, Status
from studio.errors import StudioError
from studio.generations import made_with
from studio.generations.named_loras import UNKNOWN
from studio.generations.prompting import MAX_AT_ONCE, prompted
from studio.generations.seeds import RANDOM_SEEDS, drawn, kept_limits, moved
from studio.ids import is_id, new_id
from studio.jobs.order import NEXT_POSITION
from studio.requested import again, request_of, seed_limits_of, seeds_of


@dataclass(frozen=True, slots=True)
class NewGeneration:
    """One generation to create.

    `request` is what the form held, as it is stored; `graph` the API graph, in which files are
    kept uploads; `summary` what it asks for in the words that people search by, its prompts as they
    were drawn, and the other two as they were typed, "" where these are not known.
    """

    request: Mapping[str, Any]
    graph: Mapping[str, Any]
    summary: Summary
    typed_prompt: str = ""
    typed_negative_prompt: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """What one press of Generate asks for, validated: one or more generations of one form.

    `workflow` names the form; `parent` is the id of the generation that it is made from, and
    `relation` how; `forecast_seconds` how long each is expected to run, None where that is still
    to be found out; `plan` that of the first's graph, where it is known.
    """

    workflow: str
    generations: tuple[NewGeneration, ...]
    parent: str = ""
    relation: Relation = ""
    retry_on_loss: bool = False
    forecast_seconds: float | None = None
    plan: Plan | None = None


def press_of(
    request: GenerationRequest,
    *,
    lists: Lists | None = None,
    loras: Known = UNKNOWN,
    styles: Sequence[Style] = (),
    retry_on_loss: bool = False,
    assembly: Assembly | None = None,
) -> Press:
    """The built-in form's press: one generation a prompt, each with the next seed.

    *styles* go around its prompts, which are drawn from the wildcard *lists* and may name *loras*.
    *assembly* is what its model is loaded with; without one the usual files are named. Raises
    StudioError where no model is chosen, or a prompt is too long with its styles, cannot be drawn
    or names a LoRA that cannot be used.
    """
    if not request.checkpoint:
        raise StudioError("Choose a model first.")
    first = request.seed if request.seed is not None else secrets.randbelow(RANDOM_SEEDS)
    seeds = [(first + number) % (MAX_SEED + 1) for number in range(request.prompts)]
    made = tuple(
        NewGeneration(
            one.stored,
            build_graph(one.sent, one.seed, request.image, assembly=assembly),
            _summary(one.sent, one.seed),
            request.prompt,
            request.negative_prompt,
        )
        for one in prompted(request, seeds, lists or Lists(), loras, styles)
    )
    return Press(workflow_name(request), made, request.parent, request.relation, retry_on_loss)


def press_again(record: Generation, *, same_seed: bool) -> Press:
    """What *record*, its parent, asked for, once more; all its seeds move together.

    Raises ValidationError where a later version wrote it, StudioError where it has no checkpoint.
    """
    if not record.graph and (request := request_of(record)):
        return _press_of_request(record, request, same_seed=same_seed)
    graph, first = _with_seeds(record, unnamed(record.graph))
    graph, shift = (graph, 0) if same_seed else _reseeded(record, graph)
    seed = (first + shift) % (MAX_SEED + 1)
    summary = Summary(
        **{name: getattr(record, name) for name in Summary.__slots__} | {"seed": seed}
    )
    typed = (record.typed_prompt, record.typed_negative_prompt)
    new = NewGeneration(again(record, seed), graph, summary, *typed)
    return Press(
        record.workflow, (new,), record.id, "repeat", record.retry_on_loss, record.forecast_seconds
    )


def records_of(press: Press, owner: str) -> tuple[Generation, ...]:
    """The records of *press*, in order, grouped under the first one's id.

    Raises StudioError where there are none, or too many.
    """
    if not 0 < len(press.generations) <= MAX_AT_ONCE:
        raise StudioError(f"One press makes 1 to {MAX_AT_ONCE} generations.")
    ids, now = sorted(new_id() for _ in press.generations), time.time()
    parent, relation = (press.parent, press.relation) if is_id(press.parent) else ("", "")
    return tuple(
        Generation(
            id=id_,
            group=ids[0],
            owner=owner,
            status=Status.QUEUED,
            created_at=now,
            position=now + number * NEXT_POSITION,
            request=dict(new.request),
            graph=dict(new.graph),
            workflow=press.workflow,
            parent=parent,
            relation=relation,
            retry_on_loss=press.retry_on_loss,
            forecast_seconds=press.forecast_seconds,
            **_said(new),
            typed_prompt=_typed(new.typed_prompt, new.summary.prompt),
            typed_negative_prompt=_typed(new.typed_negative_prompt, new.summary.negative_prompt),
        )
        for number, (id_, new) in enumerate(zip(ids, press.generations, strict=True))
    )


def _said(new: NewGeneration) -> dict[str, Any]:
    """What a record says of *new*, its LoRAs as they are in the graph."""
    said, names = asdict(new.summary), names_of(loras_in(new.graph))
    return {**said, "lora": said["lora"] or next(iter(names), ""), "loras": names}


def _press_of_request(record: Generation, request: GenerationRequest, *, same_seed: bool) -> Press:
    """The same for a *record* without a graph: of an earlier version, or imported settings."""
    seed = made_with.seed(record) if same_seed else None
    source = {"parent": record.id, "relation": "repeat"}
    # Nothing was drawn for it.
    prompts = {name: escaped(getattr(request, name)) for name in ("prompt", "negative_prompt")}
    single = request.model_copy(update={"prompts": 1, "seed": seed} | source | prompts)
    press = press_of(single, retry_on_loss=record.retry_on_loss)
    return replace(press, forecast_seconds=record.forecast_seconds)


def _typed(typed: str, sent: str) -> str:
    """A prompt as it was *typed*, where one was *sent* and is another."""
    return typed if sent and typed != sent else ""


def _summary(request: GenerationRequest, seed: int) -> Summary:
    """What *request* asks for; of what its family does not read nothing is said."""
    family = family_of(request)
    reads = family.fields(family.task(request.image, request.task))
    said = {
        name: getattr(request, name)
        for name in Summary.__slots__
        if name in reads - {"batch", "seed"} or name == "checkpoint"
    }
    if "cfg" not in reads and "guidance" in reads:
        said["cfg"] = family.usual.guidance if request.guidance is None else request.guidance
    return Summary(**{**said, "seed": seed, "batch": request.images_per_prompt})


def _with_seeds(record: Generation, graph: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """*graph* with a seed drawn wherever it is RANDOM_SEED, and the first seed then."""
    changed, first = dict(graph), record.seed
    for number, key in enumerate(seeds_of(record)):
        node, _, name = key.partition(".")
        inputs = changed.get(node, {}).get("inputs", {})
        if inputs.get(name) == RANDOM_SEED:
            seed = drawn(kept_limits(seed_limits_of(record), key, RANDOM_SEED))
            changed[node] = {**changed[node], "inputs": {**inputs, name: seed}}
            first = first if number else seed
    return changed, first


def _reseeded(record: Generation, graph: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """*graph* with another first seed and all others moved as far, and how far.

    Each stays within what its field takes.
    """
    changed = dict(graph)
    shift: int | None = None
    for key in seeds_of(record):
        node, _, name = key.partition(".")
        inputs = changed.get(node, {}).get("inputs", {})
        before = inputs.get(name)
        if not isinstance(before, int):
            continue
        limits = kept_limits(seed_limits_of(record), key, before)
        shift = drawn(limits) - before if shift is None else shift
        changed[node] = {**changed[node], "inputs": {**inputs, name: moved(before, shift, limits)}}
    return changed, shift or 0
