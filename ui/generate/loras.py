"""The list of LoRAs beneath the model: a component whose value is the list that a request takes."""

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from comfy.workflow.loras import LoraUse
from ui.generate import request_fields
from ui.shell.assets import asset, mounted

Functions = Sequence[Callable[..., Any]]
RANGE = (-2.0, 2.0)
"""What the slider of a weight goes through; more may be typed."""


def component(functions: Functions) -> gr.HTML:
    """The list; its script triggers `input`. *functions* give it what there is to choose from."""
    made = gr.HTML(
        value=[],
        label=request_fields.LABELS["loras"],
        html_template=asset("generate/loras.html"),
        js_on_load=mounted("generate/loras.js", "input"),
        elem_id="field-loras",
        elem_classes="choice-box",
        apply_default_css=False,
        server_functions=list(functions),
        range=RANGE,
    )
    # Set on the one object: for a subclass Gradio would write a stub file beside this one.
    made.preprocess = rows  # type: ignore[method-assign, assignment]
    return made


def rows(payload: Any) -> list[dict[str, Any]]:
    """What a browser sent as a list of LoRAs, whatever it is; each row is judged by the request."""
    listed = payload if isinstance(payload, list) else []
    known = {field.alias or name for name, field in LoraUse.model_fields.items()}
    return [
        {name: value for name, value in row.items() if name in known}
        for row in listed
        if isinstance(row, dict) and row.get("name")
    ]
