"""The styles of the form: a component whose value is their names, and what its script asks."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import gradio as gr

from comfy.workflow.prompts.style_files import read_styles, written
from comfy.workflow.prompts.styles import Style
from studio.errors import StudioError
from studio.generate.styles import Removed, Table
from ui.generate import request_fields
from ui.shell.assets import asset, mounted
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask, remote

FILE = "styles.csv"
"""What all of one's styles are called as a file; A1111 looks for it under this name."""


def component(parts: Parts) -> gr.HTML:
    """The chosen styles, and the table in a dialog; its script triggers `input`."""
    actions = StyleActions(parts).functions
    made = gr.HTML(
        value=[],
        label=request_fields.LABELS["styles"],
        html_template=asset("generate/styles.html"),
        js_on_load=mounted("generate/styles.js", "input"),
        elem_id="field-styles",
        elem_classes="choice-box",
        apply_default_css=False,
        server_functions=[remote(parts, name, answer) for name, answer in actions.items()],
    )
    # Set on the one object: for a subclass Gradio would write a stub file beside this one.
    made.preprocess = names  # type: ignore[method-assign, assignment]
    return made


def names(payload: Any) -> list[str]:
    """What a browser sent as a list of names, whatever it is."""
    return [one for one in payload if isinstance(one, str)] if isinstance(payload, list) else []


class StyleActions:
    """Answers to the script about the viewer's table."""

    def __init__(self, parts: Parts) -> None:
        self._arrivals = parts.studio.arrivals
        self._styles = parts.studio.styles

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the page's script calls them."""
        return {
            "gen_styles": lambda ask: _shown(self._styles.table(ask.viewer)),
            "gen_style_keep": self.keep,
            "gen_style_delete": self.delete,
            "gen_style_restore": self.restore,
            "gen_style_move": self.move,
            "gen_style_hide": self.hide,
            "gen_styles_import": self.add,
            "gen_styles_export": self.share,
        }

    def keep(self, ask: Ask) -> Answer:
        """Add a style, or change the one that is called `old`."""
        kept, table = self._styles.keep(ask.viewer, _style(ask.data), ask.text("old"))
        return {"table": _shown(table), "name": kept.name}

    def delete(self, ask: Ask) -> Answer:
        """Delete styles; `restore` takes what this answers as `removed`."""
        removed = self._styles.delete(ask.viewer, names(ask.data.get("names")))
        told = [{**asdict(one.style), "at": one.at} for one in removed]
        return {"table": _shown(self._styles.table(ask.viewer)), "removed": told}

    def restore(self, ask: Ask) -> Answer:
        """Put back what was deleted."""
        listed = ask.data.get("removed")
        rows = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        removed = [Removed(_style(one), _whole(one.get("at"))) for one in rows]
        return {"table": _shown(self._styles.restore(ask.viewer, removed))}

    def move(self, ask: Ask) -> Answer:
        """Let a style stand elsewhere."""
        to = _whole(ask.data.get("to"))
        return {"table": _shown(self._styles.move(ask.viewer, ask.text("name"), to))}

    def hide(self, ask: Ask) -> Answer:
        """Offer a style that ships no more, or again."""
        on = ask.data.get("on") is True
        return {"table": _shown(self._styles.hide(ask.viewer, ask.text("name"), on=on))}

    def add(self, ask: Ask) -> Answer:
        """Add the styles of an uploaded file."""
        path = self._arrivals.path(ask.text("path"), ask.viewer.owner)
        if path is None:
            raise StudioError("The file did not arrive: choose it again.")
        file = read_styles(path.read_bytes(), ask.text("name") or FILE)
        added = self._styles.add(ask.viewer, file)
        return {
            "table": _shown(self._styles.table(ask.viewer)),
            "names": list(added.names),
            "known": added.known,
            "notes": list(added.said),
        }

    def share(self, ask: Ask) -> Answer:
        """One's own styles as the text of a file."""
        return {"filename": FILE, "text": written(self._styles.table(ask.viewer).own)}


def _shown(table: Table) -> Answer:
    hidden = table.hidden
    return {
        "own": [asdict(one) for one in table.own],
        "shipped": [{**asdict(one), "hidden": one.name in hidden} for one in table.shipped],
    }


def _style(data: Mapping[str, Any]) -> Style:
    """The style that a script sent, whatever it is; not cut, for the length of texts is judged."""
    texts = (data.get(name) for name in ("name", "prompt", "negative"))
    return Style(*(text if isinstance(text, str) else "" for text in texts))


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0
