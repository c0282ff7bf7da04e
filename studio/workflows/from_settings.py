"""Settings that another program wrote into a file → a graph that asks for the same. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from comfy.workflow.catalogue import Catalogue
from comfy.workflow.files.fit import Fitted, fitted, graph_of_settings
from comfy.workflow.files.programs.settings import Settings
from comfy.workflow.model_names import matching_name, renamed
from comfy.workflow.request import GenerationRequest


def restored(settings: Settings, catalogue: Catalogue) -> tuple[dict[str, Any], list[str]]:
    """The graph for *settings*, in the server's names, and what it leaves out or takes instead."""
    fits = fitted(settings)
    hashes = {one.name: one.hash for one in settings.loras}
    hashes |= {settings.checkpoint: settings.checkpoint_hash}
    samplers = catalogue.choices("KSampler", "sampler_name")
    fits, notes = with_known(fits, samplers, catalogue.choices("KSampler", "scheduler"))
    graph, more = at_home(graph_of_settings(fits), catalogue, hashes)
    return graph, [*notes, *more]


def at_home(
    graph: Mapping[str, Any], catalogue: Catalogue, hashes: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], list[str]]:
    """*graph* with the models that the server has under another name, and which those are."""

    def match(name: str, choices: Sequence[str]) -> str:
        return matching_name(name, choices, (hashes or {}).get(name, ""))

    changed, pairs = renamed(graph, catalogue, match)
    return changed, [f"“{name}” is “{choice}” on this server." for name, choice in pairs]


def with_known(
    fits: Fitted, samplers: Sequence[str], schedulers: Sequence[str]
) -> tuple[Fitted, list[str]]:
    """*fits* without the sampler and scheduler that the server lacks, and all that is to be said.

    Where it has not said which it has, they stay.
    """
    notes, known = list(fits.notes), fits.request
    for field, label, choices in (
        ("sampler", "Sampler", samplers),
        ("scheduler", "Schedule", schedulers),
    ):
        value = getattr(known, field)
        if choices and value not in choices:
            usual = GenerationRequest.model_fields[field].default
            notes.append(f"{label} “{value}” is not on this server: {usual} is taken.")
            known = known.model_copy(update={field: usual})
    return Fitted(known), notes
