"""Presets of one's own: how a form is arranged, kept, shared, renamed and thrown away."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from studio.errors import StudioError
from studio.workflows.forms.forms import Seen
from studio.workflows.shipped import offered
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask
from ui.workflows.actions import named


class PresetActions:
    """Answers to the page's script about presets; *whole* says what it draws of a form."""

    def __init__(self, parts: Parts, whole: Callable[[Seen], Answer]) -> None:
        self._studio = parts.studio
        self._forms = parts.studio.forms
        self._presets = parts.studio.presets
        self._whole = whole

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the page's script calls them."""
        return {
            "wf_shelf": self.shelf,
            "wf_preset": self.preset,
            "wf_arrange": self.arrange,
            "wf_save": self.save,
            "wf_share": self.share,
            "wf_app": self.app,
            "wf_rename": self.rename,
            "wf_delete": self.delete,
            "wf_restore": self.restore,
        }

    def shelf(self, ask: Ask) -> Answer:
        """The presets to choose from; of those that ship also what the server lacks for them."""
        return {"own": list(self._presets.names(ask.viewer)), "ships": self._ships()}

    def preset(self, ask: Ask) -> Answer:
        """Open a preset, one that ships or one of the viewer's own."""
        is_shipped = ask.text("kind") == "ship"
        open_ = self._forms.open_shipped if is_shipped else self._forms.open_saved
        return self._whole(open_(ask.viewer, ask.text("name")))

    def arrange(self, ask: Ask) -> Answer:
        """Take over how the fields are to look; the form as it then is."""
        return self._whole(self._forms.arrange(*named(ask), ask.data.get("looks")))

    def save(self, ask: Ask) -> Answer:
        """Keep the open form as a preset, with what is typed as its defaults."""
        form = self._forms.save(*named(ask), ask.text("name"))
        return {**self.shelf(ask), "bench": form.id, "name": form.preset}

    def share(self, ask: Ask) -> Answer:
        """The open form as the text of a file."""
        preset = self._forms.change(*named(ask)).as_preset()
        return {
            "filename": f"{preset.name}.stepglass.json",
            "text": json.dumps(preset.to_json(), indent=1, ensure_ascii=False),
        }

    def app(self, ask: Ask) -> Answer:
        """The open form as the text of a workflow that opens alike in ComfyUI, as an app."""
        viewer, form, typed = named(ask)
        workflow, left = self._forms.as_app(viewer, form, typed)
        name = self._forms.get(viewer, form).title
        said = f"Left out, for ComfyUI cannot show them: {', '.join(left)}." if left else ""
        return {
            "filename": f"{name}.app.json",
            "text": json.dumps(workflow, indent=1, ensure_ascii=False),
            "says": said,
        }

    def rename(self, ask: Ask) -> Answer:
        """Give a preset another name."""
        self._presets.rename(ask.text("name"), ask.text("to"), ask.viewer)
        return self.shelf(ask)

    def delete(self, ask: Ask) -> Answer:
        """Delete a preset; `restore` takes that back."""
        self._presets.delete(ask.text("name"), ask.viewer)
        return self.shelf(ask)

    def restore(self, ask: Ask) -> Answer:
        """Take a deletion back."""
        self._presets.restore(ask.text("name"), ask.viewer)
        return self.shelf(ask)

    def _ships(self) -> list[dict[str, Any]]:
        try:
            catalogue = self._studio.workflows.catalogue
        except StudioError:
            return []  # no server has answered yet: its lack of nodes would be a guess
        return [asdict(preset) for preset in offered(catalogue)]
