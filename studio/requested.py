"""What a stored generation asks for: its graph, seeds and uploads, whichever form it came from.

The built-in form is a preset: its request becomes a graph at the press, which is stored with it.
Only records of earlier versions, and imports of settings alone, have no graph; theirs is made here.
"""

from collections.abc import Mapping
from typing import Any

from comfy.workflow.families.build import IMAGE_KEY, build_graph, seed_key
from comfy.workflow.files.fit import fit
from comfy.workflow.request import MAX_SEED, GenerationRequest
from storage.records import Generation

GRID = "grid"
"""Where a request has its place in the grid of its press; see `studio.library.grids`."""
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
