"""Fields whose value is a name from a server's list: what is drawn, and where the list comes from.

The list is not part of the page: a script asks for it when somebody looks, however long it is.
"""

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from ui.generate import request_fields
from ui.generate.offered import offered
from ui.shell.assets import mounted, telling
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask, remote

Functions = Sequence[Callable[..., Any]]
NAMED = ("checkpoint", "lora", "sampler", "scheduler")
"""The lists that there are; each but LoRAs, of which there may be several, is a field."""
NEEDED = ("checkpoint",)
"""Those that take a list's first name while they are empty."""
FORGET = telling("offers")
"""Lets the page's scripts ask anew."""


def functions(parts: Parts) -> Functions:
    """What the fields' script calls: `gen_choices` gives every list, by field.

    With them the families of models by name, and which of these are whole checkpoints.
    """

    def choices(asked: Ask) -> Answer:
        known = parts.studio.servers.choices()
        told = ((one.name, one.told.family) for one in parts.studio.models.all(asked.viewer))
        return {
            **{name: list(offered(known, name)) for name in NAMED},
            "families": {name: family.title for name, family in told if family},
            "whole": list(known.checkpoints),
        }

    return [remote(parts, "gen_choices", choices)]


def choice(field: str, functions: Functions, value: str = "") -> gr.HTML:
    """The field; its script triggers `input`. Its value is a text, whatever a browser sends.

    Any name is taken: one that is not on the server is explained there, not refused here.
    """
    component = gr.HTML(
        value=value,
        label=request_fields.LABELS[field],
        html_template='<div class="choice"></div>',
        js_on_load=mounted("generate/choice.js", "input"),
        elem_id=f"field-{field}",
        elem_classes="choice-box",
        apply_default_css=False,
        server_functions=list(functions),
        field=field,
        needed=field in NEEDED,
    )
    # Set on the one object: for a subclass Gradio would write a stub file beside this one.
    component.preprocess = _text  # type: ignore[method-assign]
    return component


def _text(payload: Any) -> str:
    return payload if isinstance(payload, str) else ""
