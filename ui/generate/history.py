"""The prompts that were used before: a button beneath the prompt, a list, and the arrow keys."""

from dataclasses import asdict

import gradio as gr

from studio.library.past_prompts import past_prompts
from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask, remote


def history(parts: Parts) -> gr.HTML:
    """The component; its script asks `gen_prompts` for those with some words in them."""

    def prompts(ask: Ask) -> Answer:
        found = past_prompts(parts.studio.library, ask.viewer, ask.text("words"))
        return {"prompts": [asdict(one) for one in found]}

    return gr.HTML(
        html_template=asset("generate/history.html"),
        js_on_load=mounted("generate/history.js"),
        elem_id="prompt-history",
        apply_default_css=False,
        server_functions=[remote(parts, "gen_prompts", prompts)],
    )
