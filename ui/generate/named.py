"""The line beneath the prompt: which LoRAs that it names cannot be used, before it is sent."""

from typing import Any

import gradio as gr

from comfy.workflow.prompts.loras import wrong
from studio.generations.named_loras import no_loras
from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask, remote


def component(parts: Parts) -> gr.HTML:
    """The component; its script asks `gen_named`."""

    def named(ask: Ask) -> Answer:
        models = parts.studio.models
        family = models.told(ask.viewer, model).family if (model := ask.text("model")) else None
        if family and not family.takes_loras:
            return {"problems": [no_loras(family)]}
        prompt, negative = (_text(ask.data.get(name)) for name in ("prompt", "negative_prompt"))
        return {"problems": list(wrong(prompt, negative, models.loras()))}

    return gr.HTML(
        value={},
        html_template=asset("generate/named.html"),
        js_on_load=mounted("generate/named.js"),
        elem_id="named-loras",
        apply_default_css=False,
        server_functions=[remote(parts, "gen_named", named)],
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
