"""What a workflow's page asks: open, check, take files, run. Each answer is plain JSON."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from storage.records import Generation
from studio.access.viewer import Viewer
from studio.errors import NotReady, StudioError
from studio.workflows.forms.forms import Seen, Typed
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask
from ui.workflows import view
from ui.workflows.shots import shot

_UNSAFE = re.compile(r"[^\w.-]+")


class FormActions:
    """Answers to the page's script about one open form."""

    def __init__(self, parts: Parts) -> None:
        self._studio = parts.studio
        self._forms = parts.studio.forms
        self._making = parts.studio.making

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the page's script calls them."""
        return {
            "wf_start": self.start,
            "wf_open": self.open,
            "wf_change": self.change,
            "wf_choose": self.choose,
            "wf_file": self.file,
            "wf_reuse": self.reuse,
            "wf_run": self.run,
            "wf_sheet": self.sheet,
        }

    # Opening

    def start(self, ask: Ask) -> Answer:
        """The workflow that the page had open, or the viewer's latest; nothing where none is.

        `waiting` is said where no server has told its nodes yet: then the page asks again.
        """
        form = self._forms.latest(ask.viewer, ask.text("bench"))
        if not self._studio.workflows.is_ready:
            return {"waiting": True}
        return self.whole(self._forms.resume(ask.viewer, form.id)) if form else {}

    def open(self, ask: Ask) -> Answer:
        """Open an uploaded file."""
        path, name = self._arrived(ask), ask.text("name") or "workflow.json"
        with path.open("rb") as file:
            return self.whole(self._forms.open_file(ask.viewer, file, name))

    def again(self, viewer: Viewer, record: Generation, *, varied: bool = False) -> Answer:
        """Open the workflow that *record* was made with; its seeds too, unless *varied*."""
        return self.whole(self._forms.again(viewer, record, varied=varied))

    # The form

    def change(self, ask: Ask) -> Answer:
        """Keep what was typed, and say what is wrong with it and what it would make."""
        return self._checked(self._forms.change(*named(ask)))

    def choose(self, ask: Ask) -> Answer:
        """Keep what was chosen where that brings other fields along; the form as it then is."""
        return self.whole(self._forms.change(*named(ask)))

    def file(self, ask: Ask) -> Answer:
        """Keep an uploaded file for a field, or with no path take the field's file away."""
        sent = self._arrived(ask) if ask.text("path") else None
        return self._placed(self._forms.put_file(*named(ask), ask.text("key"), sent))

    def reuse(self, ask: Ask) -> Answer:
        """Take a generation's file, or a `frame` of its video, as the file of a field."""
        number = ask.data.get("n")
        image = (ask.text("id"), number if isinstance(number, int) else -1)
        frame = ask.text("frame")
        return self._placed(self._forms.use_image(*named(ask), ask.text("key"), image, frame))

    def painted(self, viewer: Viewer, form: str, key: str, picture: bytes) -> Answer:
        """Keep a picture with its mask for a field."""
        return self._placed(self._forms.put_file(viewer, form, None, key, picture))

    def run(self, ask: Ask) -> Answer:
        """Make what the form asks for; the job to follow, or what is wrong."""
        seen = self._making.checked(*named(ask))
        try:
            pressed = self._making.run(ask.viewer, seen, partial=ask.data.get("partial") is True)
        except NotReady as error:
            wrong = {} if seen.prepared.problems else {"problems": view.problems(error.problems)}
            return {**self._checked(seen), **wrong, "error": str(error)}
        return {
            "job": pressed.made[0].id,
            "seeds": dict(pressed.seeds),
            "grid": bool(pressed.grid.ids),
        }

    def sheet(self, ask: Ask) -> Answer:
        """The contact sheet of the grid that was made last: the address of the file."""
        seen = self._forms.change(*named(ask))
        data = self._making.sheet(ask.viewer, seen.form)
        filename = f"{_UNSAFE.sub('-', seen.form.title)[:60] or 'grid'}-sheet.png"
        path = save_bytes_to_cache(data, filename, get_upload_folder())
        self._studio.arrivals.add(ask.viewer.owner, [path])
        return {"url": f"gradio_api/file={quote(path)}", "filename": filename}

    # Seeing

    def whole(self, seen: Seen) -> Answer:
        """Everything the page draws of a form."""
        return {**view.form(seen), "uploads": self._shots(seen), **self._checked(seen, whole=True)}

    def _checked(self, seen: Seen, *, whole: bool = False) -> Answer:
        return view.checked(
            seen, self._making.refused(seen), self._making.outlook(seen), wildcards=whole
        )

    def _placed(self, seen: Seen) -> Answer:
        return {**self._checked(seen), "uploads": self._shots(seen)}

    def _shots(self, seen: Seen) -> dict[str, dict[str, str]]:
        return {
            key: {"name": name, "shot": shot(self._studio.uploads.path(name))}
            for key, name in seen.form.uploads.items()
        }

    def _arrived(self, ask: Ask) -> Path:
        """The file that the asker has uploaded at the path that a script names."""
        path = self._studio.arrivals.path(ask.text("path"), ask.viewer.owner)
        if path is None:
            raise StudioError("The file did not arrive: choose it again.")
        return path


def named(ask: Ask) -> tuple[Viewer, str, Typed]:
    """Whose form an *ask* is about, which, and what is typed into it."""
    typed = Typed(ask.object("edits"), ask.object("modes"), ask.object("many"))
    return ask.viewer, ask.text("bench"), typed
