"""Presets that ship, against what a server has."""

from collections.abc import Iterator
from dataclasses import dataclass

from comfy.errors import Problem
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.presets import PRESETS, Model
from comfy.workflow.presets import Preset as Shipped
from studio.errors import StudioError
from studio.workflows.presets import Preset
from studio.workflows.workflows import Opened, opened_preset

UNRECOGNIZED = "model_not_recognized"
SAID = ("missing_model", UNRECOGNIZED)
"""Lacks of a shipping preset that its form alone does not say."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A preset that ships, and what keeps it from running, in a few words."""

    name: str
    title: str
    about: str
    missing: str


def offered(catalogue: Catalogue) -> Iterator[Offered]:
    """Every preset that ships."""
    for preset in PRESETS.values():
        yield Offered(preset.name, preset.title, preset.description, lack(preset, catalogue))


def opened_shipped(name: str, catalogue: Catalogue) -> Opened:
    """Open the preset *name*. Raises StudioError where none of that name ships."""
    preset = PRESETS.get(name)
    if preset is None:
        raise StudioError(f"No preset “{name[:80]}” ships with Stepglass.")
    notes = tuple(lack.message for lack in preset.needs(catalogue) if lack.kind in SAID)
    return opened_preset(
        Preset(preset.title, preset.graph_for(catalogue)), catalogue, warnings=notes
    )


def lack(preset: Shipped, catalogue: Catalogue) -> str:
    """What keeps *preset* from running, in a few words; "" where nothing does."""
    lacks = [one for one in preset.needs(catalogue) if one.kind != UNRECOGNIZED]
    nodes = [one.value for one in lacks if one.kind == "missing_node_type"]
    parts = [f"the node{'s' * (len(nodes) > 1)} {', '.join(nodes)}"] if nodes else []
    models = [model for model in preset.models if any(_is_of(one, model) for one in lacks)]
    parts += dict.fromkeys(f"a {model.what} in models/{model.folder}" for model in models)
    return f"This server lacks {', '.join(parts)}." if parts else ""


def _is_of(problem: Problem, model: Model) -> bool:
    return problem.kind == "missing_model" and (problem.node, problem.field) == (
        model.node,
        model.input,
    )
