"""The line beneath the model: of which family it is, what it lacks, and how to correct that."""

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from comfy.workflow.families.known import FAMILIES, PLAIN
from studio.models.models import Looked
from ui.fetch.actions import FetchAnswers, wanted_json
from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask, remote

Functions = Sequence[Callable[..., Any]]
OPTIONAL = (
    *("negative_prompt", "lyrics", "width", "height", "cfg", "guidance", "shift", "sampler"),
    *("scheduler", "seconds", "fps", "denoise", "inpaint", "image", "loras"),
)
"""What some families have no use for; `inpaint` and `image` stand for what may begin with one."""


def component(parts: Parts) -> gr.HTML:
    """The line. Its value is what `shown` gives; its script triggers `correct`."""

    def model(ask: Ask) -> Answer:
        name = ask.text("model")
        return details(parts.studio.models.look(ask.viewer, name)) if name else {}

    return gr.HTML(
        value={},
        html_template=asset("generate/model.html"),
        js_on_load=mounted("generate/model.js", "correct"),
        elem_id="model-family",
        apply_default_css=False,
        server_functions=[
            remote(parts, "gen_model", model),
            *(remote(parts, name, call) for name, call in FetchAnswers(parts).functions.items()),
        ],
        families=[[one.name, one.title] for one in FAMILIES.values()],
    )


def shown(checkpoint: str, family: str) -> dict[str, Any]:
    """The value of the line for a model."""
    return {"checkpoint": checkpoint, "family": family}


def details(looked: Looked) -> Answer:
    """What the line's script is told of a model."""
    told = looked.told
    family = told.family
    reads = (family or PLAIN).reads
    tasks = {*(family or PLAIN).tasks}
    can = reads | tasks | ({"image"} if tasks - {"text"} else set())
    can |= {"loras"} if (family or PLAIN).takes_loras else set()
    both = {"image", "inpaint"} <= tasks
    return {
        "family": family.name if family else "",
        "title": family.title if family else "",
        "how": told.how,
        "others": [one.title for one in told.others],
        "lacks": [one for one in OPTIONAL if one not in can or (one == "inpaint" and not both)],
        "needs": [one.sentence for one in looked.needs],
        "files": [wanted_json(one.file) for one in looked.needs if one.file],
    }
