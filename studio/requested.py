"""What a stored generation asks for: its graph, seeds and uploads, whichever form it came from.

The built-in form is a preset: its request becomes a graph at the press, which is stored with it.
Only records of earlier versions, and imports of settings alone, have no graph; theirs is made here.
"""

from collections.abc import Mapping
from typing import Any

from comfy.workflow.families.build import IMAGE_KEY, build_graph, seed_key
from comfy.workflow.files.fit import fit
from comfy.workflow.form.text_roles import text_roles
from comfy.workflow.prompts.parse import escaped
from comfy.workflow.request import MAX_SEED, GenerationRequest
from storage.records import Generation

GRID = "grid"
"""Where a request has its place in the grid of its press; see `studio.library.grids`."""
TYPED = "typed"
"""Where the request of a workflow has the texts that were drawn as they were typed, by key."""
_OF_THE_PRESS = ("drawnSeeds", GRID)
"""What a request says of the press that it was of."""


def request_of(record: Generation) -> GenerationRequest | None:
    """The built-in form's request; None where another form made *record*.

    Of an imported one that earlier versions stored, what no request takes is left out. Raises
    ValidationError where a later version wrote it.
    """
    if not is_built_in(record):
        return None
    if record.origin:
        return fit(record.request)[0]
    return GenerationRequest.model_validate(record.request)


def graph_of(record: Generation) -> dict[str, Any]:
    """The API graph of *record*. Raises ValidationError where a later version wrote it."""
    if record.graph or not (request := request_of(record)):
        return record.graph
    return build_graph(request, record.seed, request.image)


def typed_prompts(record: Generation) -> tuple[str, str]:
    """The prompt and the negative one to type for what *record* was made with.

    What was not drawn keeps its meaning where it looks like a choice.
    """
    return (
        record.typed_prompt or escaped(record.prompt),
        record.typed_negative_prompt or escaped(record.negative_prompt),
    )


def as_typed(record: Generation, graph: Mapping[str, Any]) -> dict[str, Any]:
    """*graph* of a workflow with its prompts as they were typed, so that they are drawn as before.

    What was sent as it is keeps its meaning where it looks like a choice.
    """
    kept = record.request.get(TYPED)
    typed = kept if isinstance(kept, Mapping) else {}
    changed = dict(graph)
    for key in {**text_roles(graph), **typed}:
        id_, _, name = key.partition(".")
        node = changed.get(id_)
        inputs = node.get("inputs") if isinstance(node, Mapping) else None
        if isinstance(inputs, Mapping) and isinstance(sent := inputs.get(name), str):
            text = typed.get(key)
            text = text if isinstance(text, str) else escaped(sent)
            changed[id_] = {**changed[id_], "inputs": {**inputs, name: text}}
    return changed


def seeds_of(record: Generation) -> tuple[str, ...]:
    """Keys (``NODE.input``) of the seeds in the graph of *record*."""
    if is_built_in(record):
        return (seed_key(record.graph),)
    # An import that tells no seed has some that are to be drawn.
    keys = record.request.get("seeds") or record.request.get("drawnSeeds")
    return tuple(map(str, keys)) if isinstance(keys, list) else ()


def seed_limits_of(record: Generation) -> Any:
    """``[least, most]`` by key of a seed, as its server said then; of any shape, for it is read."""
    return (
        {seed_key(record.graph): [0, MAX_SEED]}
        if is_built_in(record)
        else record.request.get("seedLimits")
    )


def uploads_of(record: Generation) -> dict[str, str]:
    """Names of kept files by field key."""
    uploads: Any = record.request.get("uploads")
    if is_built_in(record):
        uploads = {IMAGE_KEY: record.request.get("image")}
    named = uploads.items() if isinstance(uploads, Mapping) else ()
    return {str(key): str(name) for key, name in named if name}


def used_image(record: Generation, parent: Generation) -> int | None:
    """The number of the image of *parent* that *record* was given; None where it was given none.

    Kept files are named by what is in them.
    """
    given = {name.partition(".")[0] for name in uploads_of(record).values()}
    return next((image.number for image in parent.images if image.sha256 in given), None)


def again(record: Generation, seed: int) -> dict[str, Any]:
    """The stored fields of one more generation like *record*, with *seed*."""
    if is_built_in(record):
        return record.request | {"prompts": 1, "seed": seed}
    stored = {name: value for name, value in record.request.items() if name not in _OF_THE_PRESS}
    return stored | {"seeds": list(seeds_of(record))}


def is_built_in(record: Generation) -> bool:
    """Whether the Generate tab's own form made *record*, and can be filled from it."""
    return "workflow" not in record.request
