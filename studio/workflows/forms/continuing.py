"""Forms that go on from an image: upscale it, paint over a part of it, vary it."""

from dataclasses import replace

from comfy.workflow.form.form import Kind
from comfy.workflow.presets import PRESETS
from storage.records import Generation
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generations.generations import Generations
from studio.library.library import Library
from studio.workflows.follow_ups import (
    DENOISE,
    Act,
    FollowUp,
    follow_up,
    ingredients,
    is_checkpoint,
)
from studio.workflows.forms.forms import Forms, Seen
from studio.workflows.forms.open_forms import OpenForms
from studio.workflows.presses.made_from import Source
from studio.workflows.workflows import Workflows

NO_IMAGE_FIELD = (
    "The workflow that made this video takes no image to start from. Open one that does, and send "
    "the last frame there."
)
IMAGES = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/gif")
"""Media types that an image input takes."""


class Continuing:
    """Opens the form for what is made of an image next, filled by what made the image."""

    def __init__(
        self,
        forms: Forms,
        open_forms: OpenForms,
        workflows: Workflows,
        generations: Generations,
        library: Library,
    ) -> None:
        self._forms = forms
        self._open = open_forms
        self._workflows = workflows
        self._generations = generations
        self._library = library

    def is_for_generate(self, viewer: Viewer, act: Act, id_: str) -> bool:
        """Whether the Generate form itself can do *act* with the model that made *id_*.

        Raises Absent, StudioError.
        """
        made = ingredients(self.ancestry(viewer, id_))
        return act in DENOISE and is_checkpoint(made.model, self._workflows.catalogue)

    def ancestry(self, viewer: Viewer, id_: str) -> tuple[Generation, ...]:
        """Generation *id_*, then what it was made from, and so on. Raises Absent, StudioError."""
        record = self._generations.seen(id_, viewer)
        return (record, *self._library.lineage(id_, viewer).parents)

    def open(self, viewer: Viewer, act: Act, image: tuple[str, int]) -> tuple[Seen, str]:
        """The form for *act* on *image*, a generation's id and the number of its file.

        With it the key of the form's image field. One that was opened like this before is filled
        anew, so that an evening of upscaling closes no other form.

        Raises Absent, StudioError.
        """
        records = self.ancestry(viewer, image[0])
        if act is Act.EXTEND:
            return self._extended(viewer, records[0], image)
        if not any(i.number == image[1] and i.media in IMAGES for i in records[0].images):
            raise StudioError("This file is no image that a form takes.")
        wanted = follow_up(act, ingredients(records), self._workflows.catalogue)
        form = self._filled(viewer, wanted)
        seen = self._forms.use_image(viewer, form, None, wanted.image, image)
        if act in DENOISE:
            source = Source(image[0], "variation")
            seen = replace(seen, form=self._open.change(viewer, form, source=source))
        return seen, wanted.image

    def _extended(
        self, viewer: Viewer, record: Generation, image: tuple[str, int]
    ) -> tuple[Seen, str]:
        """The workflow that made a video, with its last frame as the image to start from."""
        seen = self._forms.again(viewer, record, varied=True)
        key = next((one.key for one in seen.prepared.form.fields if one.kind is Kind.IMAGE), "")
        if not key:
            self._open.close(viewer, seen.form.id)
            raise StudioError(NO_IMAGE_FIELD)
        return self._forms.use_image(viewer, seen.form.id, None, key, image, "last"), key

    def _filled(self, viewer: Viewer, wanted: FollowUp) -> str:
        """The id of the form with the values in it: one from before, or a new one."""
        graph = PRESETS[wanted.preset].graph_for(self._workflows.catalogue)
        before = (f for f in self._open.all(viewer) if f.source.parent and f.graph == graph)
        form = next(before, None) or self._forms.open_shipped(viewer, wanted.preset).form
        kept = {"edits": dict(wanted.values), "modes": {}, "many": {}, "uploads": {}}
        return self._open.change(viewer, form.id, **kept).id
