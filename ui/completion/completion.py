"""Suggestions while a prompt is written: what there is to suggest, and the dialog about it."""

import re

import gradio as gr

from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask, remote


def completion(parts: Parts) -> gr.HTML:
    """The component. Its script asks `gen_names` for all names but tags, which are a file."""

    def names(ask: Ask) -> Answer:
        studio = parts.studio
        known, tags = studio.servers.choices(), studio.tags.kept(ask.viewer)
        return {
            "loras": list(known.loras),
            "embeddings": list(known.embeddings),
            "wildcards": list(studio.wildcards.lists(ask.viewer.owner).names),
            "styles": [
                {"name": style.name, "words": words}
                for style in studio.styles.table(ask.viewer).offered
                if (words := _words(style.prompt))
            ],
            "tags": {"name": tags.name, "rows": tags.rows} if tags else None,
        }

    return gr.HTML(
        html_template=asset("completion/completion.html"),
        js_on_load=mounted("completion/completion.js"),
        elem_id="completion",
        apply_default_css=False,
        server_functions=[remote(parts, "gen_names", names)],
    )


def _words(prompt: str) -> str:
    """What a style adds to a prompt, which it has a place for."""
    parts = re.split(r"\{prompt\}|,", prompt)
    return ", ".join(part.strip() for part in parts if part.strip())
