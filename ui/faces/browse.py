"""The dialog in which models, LoRAs and embeddings are looked through, as cards.

Its script asks the API for them, like any program.
"""

import gradio as gr

from ui.shell.assets import asset, mounted


def browse() -> gr.HTML:
    """The button beneath the model, and the dialog."""
    return gr.HTML(
        html_template=asset("faces/browse.html"),
        js_on_load=mounted("faces/browse.js"),
        elem_id="faces",
        apply_default_css=False,
    )
