"""The choices of the form's dropdowns, as servers offer them, and the notes under them."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from comfy.client.reconcile.freshness import Link
from comfy.workflow.families import sizes
from comfy.workflow.loras import LoraUse, row_of
from comfy.workflow.model_names import matching_name
from comfy.workflow.prompts.loras import Known
from comfy.workflow.request import GenerationRequest
from studio.servers.catalogues import Choices
from studio.servers.state import ServerState
from ui.generate import request_fields

NO_MODELS = (
    "No models found on this server: put one into its models/checkpoints or "
    "models/diffusion_models and refresh. For others there are forms on the Workflows tab."
)
WAITING_JOBS = "Jobs wait until it is back."


def note(choices: Choices, servers: Sequence[ServerState]) -> str:
    """HTML of what is to be said about the choices; "" when all is well."""
    away = [s.error for s in servers if s.freshness.link is Link.UNREACHABLE]
    if servers and len(away) == len(servers):
        return said(f"{away[0]} {WAITING_JOBS}".strip(), bad=True)
    if choices.error:
        return said(choices.error, bad=True)
    if not choices.loaded:
        return said("Asking the server for its models…")
    return "" if choices.models else said(NO_MODELS, bad=True)


def refreshed(choices: Choices) -> str:
    """HTML of what a refresh found: an error is never passed over for what was known before."""
    if choices.error:
        return said(f"{choices.error} The lists are as they were before.", bad=True)
    count = len(choices.models)
    if not count:
        return said(NO_MODELS, bad=True)
    return said(f"Up to date: {count} {'model' if count == 1 else 'models'}.")


def said(sentence: str, *, bad: bool = False) -> str:
    """HTML of a sentence beneath the choices."""
    kind = "sg-note sg-bad" if bad else "sg-note"
    return f'<p class="{kind}" role="status">{html.escape(sentence)}</p>'


def offered(choices: Choices, name: str) -> Sequence[str]:
    """What there is to choose from in the field *name*."""
    return {
        "checkpoint": choices.models,
        "lora": choices.loras,
        "sampler": choices.samplers,
        "scheduler": choices.schedulers,
    }[name]


def spelled(values: Mapping[str, Any], choices: Choices) -> dict[str, Any]:
    """The models of *values* as the servers spell them; those they lack stay as they are."""
    model = str(values["checkpoint"])
    known = Known(choices.loras) if choices.loaded else Known(None)
    uses = (LoraUse.model_validate(one) for one in values["loras"])
    return {
        "checkpoint": matching_name(model, offered(choices, "checkpoint")) or model,
        "loras": [row_of(known.spelled(one)) for one in uses],
    }


def first_form(choices: Choices) -> dict[str, Any]:
    """The form of somebody who has not generated anything yet."""
    model = choices.models[0] if choices.models else ""
    family = sizes.family_in({"checkpoint": model})
    usual = {name: value for name, value in asdict(family.usual).items() if value}
    request = GenerationRequest(checkpoint=model, **usual)
    return {**request_fields.fields(request), "denoise": 0.6}
