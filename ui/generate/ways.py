"""The line beneath the prompt: how many texts it stands for, and the button that makes them all."""

import gradio as gr

from comfy.workflow.prompts.limits import ExpandError
from studio.generations.prompting import MAX_AT_ONCE
from studio.wildcards.wildcards import Wildcards
from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask, remote


def ways(parts: Parts) -> gr.HTML:
    """The component; its script asks `gen_ways`, and triggers `every`."""
    wildcards = parts.studio.wildcards
    return gr.HTML(
        value={},
        html_template=asset("generate/ways.html"),
        js_on_load=mounted("generate/ways.js", "every"),
        elem_id="prompt-ways",
        apply_default_css=False,
        server_functions=[remote(parts, "gen_ways", lambda ask: _told(wildcards, ask))],
        most=MAX_AT_ONCE,
    )


def _told(wildcards: Wildcards, ask: Ask) -> Answer:
    """How many texts the prompts stand for, in digits, or what is wrong with one."""
    texts = {name: ask.data.get(name) for name in ("prompt", "negative_prompt")}
    typed = {name: text for name, text in texts.items() if isinstance(text, str)}
    try:
        return {"count": str(wildcards.count(ask.viewer, typed)), "wrong": ""}
    except ExpandError as error:
        return {"count": "", "wrong": str(error)}
