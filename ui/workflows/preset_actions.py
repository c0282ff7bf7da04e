"""Presets of one's own: how a form is arranged, kept, shared, renamed and thrown away."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from comfy.errors import Problem
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.form.form import Form, fill, make_form
from comfy.workflow.form.typed_values import read_values
from comfy.workflow.presets import PRESETS, Model
from comfy.workflow.presets import Preset as Shipped
from studio.errors import StudioError
from studio.workflows.open_form import OpenForm
from studio.workflows.presets import Look, Preset, checked_name
from studio.workflows.workflows import Opened
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask
from ui.workflows.actions import Desk

MAX_BIN = 200
"""Deleted presets that can still be taken back, over all viewers."""
MAX_LOOKS = 2_000
MAX_LABEL = 120
UNRECOGNIZED = "model_not_recognized"
SAID = ("missing_model", UNRECOGNIZED)
"""Lacks of a shipping preset that its form alone does not say."""


class Shelving:
    """Answers to the page's script about presets. `_lock` guards `_bin`."""

    def __init__(self, parts: Parts, desk: Desk) -> None:
        self._studio = parts.studio
        self._shelf = parts.studio.presets
        self._desk = desk
        self._lock = threading.Lock()
        self._bin: OrderedDict[tuple[str, str], Preset] = OrderedDict()

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the page's script calls them."""
        return {
            "wf_shelf": self.shelf,
            "wf_preset": self.preset,
            "wf_arrange": self.arrange,
            "wf_save": self.save,
            "wf_share": self.share,
            "wf_rename": self.rename,
            "wf_delete": self.delete,
            "wf_restore": self.restore,
        }

    def shelf(self, ask: Ask) -> Answer:
        """The presets to choose from; of those that ship also what the server lacks for them."""
        return {"own": list(self._shelf.names(ask.viewer)), "ships": self._ships()}

    def preset(self, ask: Ask) -> Answer:
        """Open a preset, one that ships or one of the viewer's own."""
        if ask.text("kind") == "ship":
            return self._shipped(ask.text("name"), ask.viewer.owner)
        found = self._found(ask, ask.text("name"))
        return self._desk.open_preset(found, ask.viewer.owner, found.name)

    def arrange(self, ask: Ask) -> Answer:
        """Take over how the fields are to look; the form as it then is."""
        bench = self._desk.kept(ask)
        looks = tuple(_looks(ask.data.get("looks"), self._desk.forms(bench)[0]))
        return self._desk.view(self._desk.changed(bench, looks=looks))

    def save(self, ask: Ask) -> Answer:
        """Keep the open form as a preset, with what is typed as its defaults."""
        bench, name = self._desk.kept(ask), checked_name(ask.text("name"))
        self._shelf.save(self._as_preset(bench, name), ask.viewer)
        changed = self._desk.changed(bench, preset=name)
        return {**self.shelf(ask), "bench": changed.id, "name": name}

    def share(self, ask: Ask) -> Answer:
        """The open form as the text of a file."""
        bench = self._desk.kept(ask)
        preset = self._as_preset(bench, bench.preset or bench.name)
        return {
            "filename": f"{preset.name}.stepglass.json",
            "text": json.dumps(preset.to_json(), indent=1, ensure_ascii=False),
        }

    def rename(self, ask: Ask) -> Answer:
        """Give a preset another name."""
        found, name = self._found(ask, ask.text("name")), checked_name(ask.text("to"))
        if name == found.name:
            return self.shelf(ask)
        if name in self._shelf.names(ask.viewer):
            raise StudioError(f"There is a preset “{name}” already: choose another name.")
        self._shelf.save(replace(found, name=name), ask.viewer)
        self._shelf.delete(found.name, ask.viewer)
        return self.shelf(ask)

    def delete(self, ask: Ask) -> Answer:
        """Delete a preset; `restore` takes that back."""
        name = ask.text("name")
        preset = self._shelf.delete(name, ask.viewer)
        with self._lock:
            self._bin[ask.viewer.owner, name] = preset
            while len(self._bin) > MAX_BIN:
                self._bin.popitem(last=False)
        return self.shelf(ask)

    def restore(self, ask: Ask) -> Answer:
        """Take a deletion back."""
        with self._lock:
            preset = self._bin.pop((ask.viewer.owner, ask.text("name")), None)
        if preset is None:
            raise StudioError("It is too late to take this back: the preset is gone.")
        self._shelf.save(preset, ask.viewer)
        return self.shelf(ask)

    def _ships(self) -> list[dict[str, str]]:
        try:
            catalogue = self._studio.workflows.catalogue
        except StudioError:
            return []  # no server has answered yet: its lack of nodes would be a guess
        return [
            {
                "name": one.name,
                "title": one.title,
                "about": one.description,
                "missing": lack(one, catalogue),
            }
            for one in PRESETS.values()
        ]

    def _shipped(self, name: str, owner: str) -> Answer:
        found = PRESETS.get(name)
        if found is None:
            raise StudioError(f"No preset “{name[:80]}” ships with Stepglass.")
        catalogue = self._studio.workflows.catalogue
        graph = found.graph_for(catalogue)
        notes = tuple(one.message for one in found.needs(catalogue) if one.kind in SAID)
        opened = Opened(found.title, graph, make_form(graph, catalogue), notes)
        return self._desk.view(self._desk.benches.open(owner, opened))

    def _found(self, ask: Ask, name: str) -> Preset:
        found = self._shelf.get(name, ask.viewer)
        if found is None:
            raise StudioError(f"There is no preset “{name[:80]}” any more.")
        return found

    def _as_preset(self, bench: OpenForm, name: str) -> Preset:
        form = self._desk.forms(bench)[1]
        edits = {key: value for key, value in bench.edits.items() if form.get(key)}
        values, _ = read_values(form, edits)
        return Preset(name, fill(self._desk.graph(bench), form, values), bench.looks)


def lack(preset: Shipped, catalogue: Catalogue) -> str:
    """What keeps *preset* from running, in a few words; "" where nothing does."""
    lacks = [one for one in preset.needs(catalogue) if one.kind != UNRECOGNIZED]
    nodes = [one.value for one in lacks if one.kind == "missing_node_type"]
    parts = [f"the node{'s' * (len(nodes) > 1)} {', '.join(nodes)}"] if nodes else []
    models = [model for model in preset.models if any(_is_of(one, model) for one in lacks)]
    parts += dict.fromkeys(f"a {model.what} in models/{model.folder}" for model in models)
    return f"This server lacks {', '.join(parts)}." if parts else ""


def _is_of(problem: Problem, model: Model) -> bool:
    return problem.kind == "missing_model" and (problem.node, problem.field) == (
        model.node,
        model.input,
    )


def _looks(given: Any, form: Form) -> Iterator[Look]:
    """What the page's script says of each field, for those that *form* has."""
    known = {one.key: one for one in form.fields}
    for item in given[:MAX_LOOKS] if isinstance(given, list) else ():
        one = known.pop(str(item.get("key")), None) if isinstance(item, dict) else None
        if one is None:
            continue
        label, shown = item.get("label"), item.get("shown")
        yield Look(
            one.key,
            _label(label),
            shown if isinstance(shown, bool) else None,
            None,
            _limit(item.get("least")),
            _limit(item.get("most")),
        )


def _label(raw: Any) -> str:
    label = raw.strip() if isinstance(raw, str) else ""
    if len(label) > MAX_LABEL:
        raise StudioError(f"A field's name has at most {MAX_LABEL} characters: make it shorter.")
    return label


def _limit(raw: Any) -> float | int | None:
    if isinstance(raw, bool) or raw in (None, ""):
        return None
    try:
        number = float(str(raw)[:40])
    except ValueError:
        return None
    if not abs(number) < 1e300:
        return None
    text = str(raw).strip()
    return int(text) if text.removeprefix("-").isdecimal() else number
