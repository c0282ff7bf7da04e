"""What the mask editor's script asks: the image with its mask to paint on, and to keep it."""

import base64
from collections.abc import Callable

from studio.errors import StudioError
from studio.workflows.forms.open_form import OpenForm
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask
from ui.workflows.actions import FormActions
from ui.workflows.masks import layers, with_mask

OTHER_IMAGE = "The image was changed while you painted: paint on the new one."
NO_IMAGE = "Choose an image first, then paint on it."


class MaskActions:
    """Answers to the page's script about the mask on the image of one field."""

    def __init__(self, parts: Parts, actions: FormActions) -> None:
        self._studio = parts.studio
        self._actions = actions

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the page's script calls them."""
        return {"wf_mask": self.open, "wf_mask_keep": self.keep}

    def open(self, ask: Ask) -> Answer:
        """The `image` of the field `key` as data URIs, its mask apart; "" where it has none."""
        image = self._form(ask).uploads[ask.text("key")]
        found = layers(self._studio.uploads.path(image))
        return {
            "image": image,
            "picture": _uri("image/jpeg", found.picture),
            "mask": _uri("image/png", found.mask) if found.mask else "",
            "width": found.size[0],
            "height": found.size[1],
        }

    def keep(self, ask: Ask) -> Answer:
        """Keep the image with the mask that was sent to `path`, as the field's file.

        `image` names the one that was painted on: on another, the mask means nothing.
        """
        form, key = self._form(ask), ask.text("key")
        if form.uploads[key] != ask.text("image"):
            raise StudioError(OTHER_IMAGE)
        painted = self._studio.arrivals.path(ask.text("path"), ask.viewer.owner)
        if painted is None:
            raise StudioError("The mask did not arrive: save it again.")
        picture = with_mask(self._studio.uploads.path(form.uploads[key]), painted)
        return self._actions.painted(ask.viewer, form.id, key, picture)

    def _form(self, ask: Ask) -> OpenForm:
        """The asker's form, whose field `key` has an image. Raises Gone, StudioError."""
        form = self._studio.forms.get(ask.viewer, ask.text("bench"))
        if ask.text("key") not in form.uploads:
            raise StudioError(NO_IMAGE)
        return form


def _uri(media: str, data: bytes) -> str:
    return f"data:{media};base64,{base64.b64encode(data).decode('ascii')}"
