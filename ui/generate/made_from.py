"""The line under the button: which generation a form was filled from. Kept with what it makes."""

from typing import Any

import gradio as gr

from storage.records import Generation
from studio.workflows.presses.made_from import How, read_source
from ui.library.tiles import small
from ui.shell.assets import asset, mounted


def component() -> gr.HTML:
    """The line that says it. Its value is what `shown` gives, its script triggers `drop`."""
    return gr.HTML(
        value={},
        html_template=asset("generate/source.html"),
        js_on_load=mounted("generate/source.js", "drop"),
        elem_id="made-from",
        apply_default_css=False,
    )


def shown(record: Generation, how: How, number: int | None) -> dict[str, Any]:
    """The value of the line where a form was filled from the image *number* of *record*."""
    return {**small(record, number), "how": how}


def without_picture(value: Any) -> Any:
    """The line's *value* once the picture that it is about is not the form's any more."""
    return {} if read_source(value).relation == "input" else value
