"""The button that has the prompt improved, where a language model is set up; what it changed."""

import gradio as gr

from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask, remote


def component(parts: Parts) -> gr.HTML:
    """The button with its line; its script asks `gen_improve` for a better prompt."""

    def improve(ask: Ask) -> Answer:
        prompt, model = ask.data.get("prompt"), ask.text("model")
        family = parts.studio.models.told(ask.viewer, model).family if model else None
        text = prompt if isinstance(prompt, str) else ""
        found = parts.studio.improver.improve(ask.viewer, text, family)
        return {
            "prompt": found.prompt,
            "changes": [[one.kind, one.text] for one in found.changes],
            "notes": list(found.notes),
        }

    return gr.HTML(
        html_template=asset("generate/improve.html"),
        js_on_load=mounted("generate/improve.js"),
        elem_id="improve",
        apply_default_css=False,
        server_functions=[remote(parts, "gen_improve", improve)],
    )
