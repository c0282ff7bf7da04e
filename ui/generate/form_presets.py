"""Presets of the form: a row of them, and what happens when one is pressed, saved or shared."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from comfy.workflow.families.known import FAMILIES
from comfy.workflow.families.sizes import family_in
from comfy.workflow.request import GenerationRequest
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generate.form_presets import (
    SHIPPED,
    FormPreset,
    preset_of,
    read_preset_file,
    renamed,
)
from ui.generate import request_fields
from ui.generate.refill import Before, Refill
from ui.shell.assets import asset, mounted
from ui.shell.context import QUIET, TROUBLE, Parts, aside, told
from ui.shell.rpc import Answer, Ask, remote


def component(parts: Parts) -> gr.HTML:
    """The row. Its script triggers `use` with a name, `keep` to save the form, and `undo`."""
    actions = PresetActions(parts).functions
    return gr.HTML(
        value={},
        html_template=asset("generate/form_presets.html"),
        js_on_load=mounted("generate/form_presets.js", "use", "keep", "undo"),
        elem_id="form-presets",
        apply_default_css=False,
        server_functions=[remote(parts, name, answer) for name, answer in actions.items()],
    )


class PresetActions:
    """Answers to the script about the viewer's presets."""

    def __init__(self, parts: Parts) -> None:
        self._presets = parts.studio.form_presets
        self._arrivals = parts.studio.arrivals

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the page's script calls them."""
        return {
            "gen_presets": self.all,
            "gen_preset_rename": self.rename,
            "gen_preset_delete": self.delete,
            "gen_preset_restore": self.restore,
            "gen_preset_share": self.share,
            "gen_preset_import": self.add,
        }

    def all(self, ask: Ask) -> Answer:
        """One's own presets, the latest first, and those that ship, with what they set."""
        own = self._presets.all(ask.viewer)
        names = {one.name for one in own}
        return {
            "own": [_shown(one) for one in own],
            "shipped": [_shown(one) for one in SHIPPED if one.name not in names],
        }

    def rename(self, ask: Ask) -> Answer:
        """Give a preset another name."""
        self._presets.rename(ask.text("name"), ask.text("to"), ask.viewer)
        return self.all(ask)

    def delete(self, ask: Ask) -> Answer:
        """Delete a preset; `restore` takes that back."""
        self._presets.delete(ask.text("name"), ask.viewer)
        return self.all(ask)

    def restore(self, ask: Ask) -> Answer:
        """Take a deletion back."""
        self._presets.restore(ask.text("name"), ask.viewer)
        return self.all(ask)

    def share(self, ask: Ask) -> Answer:
        """A preset as the text of a file."""
        preset = self._presets.named(ask.text("name"), ask.viewer)
        return {
            "filename": f"{preset.name}.stepglass-form.json",
            "text": json.dumps(preset.to_json(), indent=1, ensure_ascii=False),
        }

    def add(self, ask: Ask) -> Answer:
        """Keep a preset that somebody shared, under a name that is free."""
        path = self._arrivals.path(ask.text("path"), ask.viewer.owner)
        if path is None:
            raise StudioError("The file did not arrive: choose it again.")
        preset = read_preset_file(path.read_bytes(), ask.text("name"))
        preset = renamed(preset, self._presets.names(ask.viewer))
        self._presets.save(preset, ask.viewer)
        return {**self.all(ask), "name": preset.name}


class Presetting:
    """Fills the form with a preset, gives back what it held before, and saves it as one."""

    def __init__(self, parts: Parts, refill: Refill, row: gr.HTML) -> None:
        self._parts = parts
        self._presets = parts.studio.form_presets
        self._refill = refill
        self._row = row
        self._before = gr.State(None)

    def wire(self) -> None:
        """Connect the events."""
        outputs = [*self._refill.outputs, self._row, self._before]
        self._row.use(self.use, self._refill.inputs, outputs, **QUIET)
        self._row.undo(self.undo, self._before, outputs, **QUIET)
        self._row.keep(self.keep, self._refill.inputs, self._row, **QUIET)

    async def use(
        self, request: gr.Request, event: gr.EventData, model: Any, *values: Any
    ) -> dict[Any, Any]:
        """Fill the form with the preset that the script names."""
        before = self._refill.held(model, values)
        try:
            preset = self._presets.named(told(event, "name"), self._parts.viewer(request))
            filled = await aside(self._filled, preset, before[0], self._parts.viewer(request))
        except TROUBLE as error:
            return {self._row: self._said(error=str(error))}
        return {**filled, self._row: self._said(used=preset.name), self._before: before}

    def undo(self, before: Before | None) -> dict[Any, Any]:
        """Let the form hold what it held *before*."""
        if before is None:
            return {self._row: {}}
        return {**self._refill.back(before), self._row: {}, self._before: None}

    async def keep(
        self, request: gr.Request, event: gr.EventData, model: Any, *values: Any
    ) -> dict[str, Any]:
        """Save what the form holds as a preset; of one that is there only where that is said."""
        (held, _), viewer = self._refill.held(model, values), self._parts.viewer(request)
        name, options = told(event, "name").strip(), told(event, "options").split()
        try:
            wanted = request_fields.read(_without(held), str(held["image"]))
            wanted = wanted.model_copy(update={"family": held["family"]})
            preset = preset_of(name, wanted, with_words="prompt" in options)
            await aside(self._save, preset, viewer, "over" in options)
        except (request_fields.FormError, *TROUBLE) as error:
            return self._said(error=str(error))
        return self._said(saved=preset.name)

    def _save(self, preset: FormPreset, viewer: Viewer, over: bool) -> None:  # noqa: FBT001 # travels by position
        if not over and preset.name in self._presets.names(viewer):
            raise StudioError(f"There is a preset “{preset.name}” already: choose another name.")
        self._presets.save(preset, viewer)

    def _filled(
        self, preset: FormPreset, held: Mapping[str, Any], viewer: Viewer
    ) -> dict[Any, Any]:
        """Updates that fill the form, which *held* something else."""
        own = str(held.get("checkpoint") or "")
        name = str(preset.model.get("checkpoint", own))
        usual = self._refill.of_model(name, held, viewer) if name != own else {}
        now = {**held, **usual}
        if preset.values.get("family") in FAMILIES:
            now["family"] = preset.values["family"]
        fields = preset.fields(family_in(now))
        shown = request_fields.fields(GenerationRequest.model_validate(fields))
        shown |= {"prompts": fields.get("prompts", 1)}
        return self._refill.updates({**now, **{k: v for k, v in shown.items() if k in fields}})

    def _said(self, **what: str) -> dict[str, Any]:
        return {"number": self._parts.turns.number(), **what}


def _without(held: Mapping[str, Any]) -> dict[str, Any]:
    """The form's fields of *held*; a preset has no seed, so that a wrong one is no trouble."""
    return {name: held.get(name) for name in request_fields.FIELDS} | {"seed": ""}


def _shown(preset: FormPreset) -> dict[str, Any]:
    return {"name": preset.name, "values": dict(preset.values)}
