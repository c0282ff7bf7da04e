"""What a form was filled from: shown under its button, and noted with what is made of it."""

from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr

from storage.records import Generation
from studio.ids import is_id
from ui.library.tiles import small
from ui.shell.theme import asset

How = Literal["", "input", "variation"]


@dataclass(frozen=True, slots=True)
class Source:
    """The generation that something is made from, "" for none, and how."""

    parent: str = ""
    relation: How = ""


NONE = Source()


def component() -> gr.HTML:
    """The line that says it. Its value is what `shown` gives, its script triggers `drop`."""
    return gr.HTML(
        value={},
        html_template=asset("generate/source.html"),
        js_on_load=asset("generate/source.js"),
        elem_id="made-from",
        apply_default_css=False,
    )


def shown(record: Generation, how: How) -> dict[str, Any]:
    """The value of the line where a form was filled from *record*."""
    return {**small(record), "how": how}


def read(value: Any) -> Source:
    """What the line's *value*, of any shape, says."""
    told = value if isinstance(value, dict) else {}
    one, how = told.get("id"), told.get("how")
    if not isinstance(one, str) or not is_id(one) or how not in ("input", "variation"):
        return NONE
    return Source(one, how)


def without_picture(value: Any) -> Any:
    """The line's *value* once the picture that it is about is not the form's any more."""
    return {} if read(value).relation == "input" else value
