"""Wildcard lists, beside the prompt: to look through, write, import, and try."""

import base64
from typing import Any

import gradio as gr

from studio.errors import StudioError
from studio.wildcards.bundle import read_bundle
from studio.wildcards.own import checked_name
from studio.wildcards.wildcards import Wildcards
from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask, remote

EXAMPLES = 5
UNNAMED = "list"


def wildcards(parts: Parts) -> gr.HTML:
    """The component; its script asks for all that `_Asked` answers."""
    asked = _Asked(parts.studio.wildcards)
    functions = {
        "gen_wild": asked.all,
        "gen_wild_text": asked.text,
        "gen_wild_save": asked.save,
        "gen_wild_delete": asked.delete,
        "gen_wild_import": asked.bring,
        "gen_wild_draw": asked.draw,
    }
    return gr.HTML(
        html_template=asset("generate/wildcards.html"),
        js_on_load=mounted("generate/wildcards.js"),
        elem_id="wildcards",
        apply_default_css=False,
        server_functions=[remote(parts, name, answer) for name, answer in functions.items()],
    )


class _Asked:
    """What the script asks of *wildcards*, always for whoever asks."""

    def __init__(self, wildcards: Wildcards) -> None:
        self._wildcards = wildcards

    def all(self, ask: Ask) -> Answer:
        found = self._wildcards.all(ask.viewer)
        return {"lists": [{"name": o.name, "entries": o.entries, "own": o.is_own} for o in found]}

    def text(self, ask: Ask) -> Answer:
        text, is_own = self._wildcards.text(ask.viewer, ask.text("name"))
        return {"text": text, "own": is_own}

    def save(self, ask: Ask) -> Answer:
        own, text = self._wildcards.own, _whole(ask.data.get("text"))
        return {"name": own.save(ask.viewer, ask.text("name"), text, ask.text("was"))}

    def delete(self, ask: Ask) -> Answer:
        return {"text": self._wildcards.own.delete(ask.viewer, ask.text("name"))}

    def bring(self, ask: Ask) -> Answer:
        try:
            data = base64.b64decode(_whole(ask.data.get("file")), validate=True)
        except ValueError as error:
            raise StudioError("The file did not arrive: choose it again.") from error
        return {"names": self._wildcards.own.add(ask.viewer, read_bundle(ask.text("name"), data))}

    def draw(self, ask: Ask) -> Answer:
        """Some lines of a list as it is being written, as a prompt would draw them."""
        try:
            name = checked_name(ask.text("name"))
        except StudioError:
            name = UNNAMED
        unsaved = {name: _whole(ask.data.get("text"))}
        texts = self._wildcards.examples(ask.viewer, f"__{name}__", EXAMPLES, unsaved=unsaved)
        return {"texts": texts}


def _whole(text: Any) -> str:
    return text if isinstance(text, str) else ""
