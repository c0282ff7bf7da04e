"""Painting a mask onto a picture that a workflow takes: what was painted becomes its alpha.

As ComfyUI's own editor does it: alpha 0 where it was painted, which LoadImage reads as its mask.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image, ImageChops, ImageOps

from studio.access.viewer import Viewer
from studio.errors import StudioError
from ui.shell.context import QUIET, TROUBLE, Parts, aside, told
from ui.workflows.actions import FormActions

BRUSH = 48
"""Pixels of the brush to begin with."""


class Masking:
    """The editor, shown in place of the live panel's top while one paints."""

    def __init__(self, parts: Parts, actions: FormActions) -> None:
        self._parts = parts
        self._forms = parts.studio.forms
        self._actions = actions
        self._target = gr.State(("", ""))
        with gr.Column(visible=False, elem_id="workflow-mask", min_width=0) as self._box:
            gr.HTML(
                "<h2>Paint over the area to change</h2>", js_on_load=None, apply_default_css=False
            )
            self._editor = gr.ImageEditor(
                type="pil",
                label="Mask",
                show_label=False,
                sources=[],
                transforms=[],
                layers=False,
                brush=gr.Brush(default_size=BRUSH, colors=["#ffffff"], color_mode="fixed"),
                eraser=gr.Eraser(default_size=BRUSH),
                height=560,
                elem_id="mask-editor",
            )
            with gr.Row(elem_id="mask-buttons"):
                self._use = gr.Button("Use this mask", variant="primary", elem_id="mask-use")
                self._cancel = gr.Button("Cancel", elem_id="mask-cancel")

    def wire(self, panel: gr.HTML) -> None:
        """Connect the events; *panel* is the form, which is told of the new picture."""
        shown = [self._box, self._editor, self._target]
        panel.mask(self.open, None, [*shown, panel], js=_SHOW, **QUIET)
        use = self._use.click(self.use, [self._editor, self._target], [*shown, panel], **QUIET)
        use.then(None, js=_BACK)
        self._cancel.click(self.close, None, shown, **QUIET).then(None, js=_BACK)

    async def open(self, request: gr.Request, event: gr.EventData) -> list[Any]:
        """Show the picture of the field that the script names."""
        form_id, key = told(event, "bench"), told(event, "key")
        form = self._forms.find(self._parts.viewer(request), form_id)
        name = form.uploads.get(key) if form else None
        if name is None:
            return [gr.skip()] * 3 + [self._said("Choose an image first, then paint on it.")]
        try:
            picture = await aside(_opaque, self._parts.studio.uploads.path(name))
        except TROUBLE as error:
            return [gr.skip()] * 3 + [self._said(str(error))]
        value = {"background": picture, "layers": [], "composite": picture}
        return [gr.Column(visible=True), value, (form_id, key), gr.skip()]

    def close(self) -> list[Any]:
        """Put the editor away."""
        return [gr.Column(visible=False), None, ("", "")]

    async def use(
        self, painted: dict[str, Any] | None, target: tuple[str, str], request: gr.Request
    ) -> list[Any]:
        """Keep the picture with the mask as its alpha, as the field's file."""
        try:
            viewer = self._parts.viewer(request)
            answer = await aside(self._masked, painted, target, viewer)
        except TROUBLE as error:
            return [gr.skip()] * 3 + [self._said(str(error))]
        return [*self.close(), {"number": self._parts.turns.number(), "file": answer}]

    def _masked(self, painted: Any, target: tuple[str, str], viewer: Viewer) -> dict[str, Any]:
        form_id, key = target
        form = self._forms.find(viewer, form_id)
        if form is None or key not in form.uploads:
            raise StudioError("The image is gone from the form: choose it again.")
        layers = painted.get("layers") if isinstance(painted, dict) else None
        if not layers:
            raise StudioError("Nothing is painted yet: paint over the area to change.")
        path = self._parts.studio.uploads.path(form.uploads[key])
        return self._actions.painted(viewer, form.id, key, with_mask(path, layers))

    def _said(self, sentence: str) -> dict[str, Any]:
        return {"number": self._parts.turns.number(), "error": sentence}


def with_mask(path: Path, layers: list[Image.Image]) -> bytes:
    """The picture at *path* as PNG, transparent where *layers* are painted.

    Raises StudioError where nothing is.
    """
    picture = _opaque(path)
    mask = Image.new("L", picture.size, 0)
    for layer in layers:
        alpha = layer.convert("RGBA").getchannel("A")
        mask = ImageChops.lighter(mask, alpha.resize(picture.size))
    if mask.getbbox() is None:
        raise StudioError("Nothing is painted yet: paint over the area to change.")
    picture.putalpha(ImageChops.invert(mask))
    data = BytesIO()
    picture.save(data, "PNG", compress_level=4)
    return data.getvalue()


def _opaque(path: Path) -> Image.Image:
    """The picture's colours, upright, without an earlier mask."""
    with Image.open(path) as picture:
        return ImageOps.exif_transpose(picture).convert("RGBA").convert("RGB")


_SHOW = """() => {
  const go = () => document.getElementById("workflow-mask")?.scrollIntoView({block: "nearest"});
  setTimeout(go, 400);
  return [];
}"""
_BACK = """() => {
  document.getElementById("workflow")?.scrollIntoView({block: "nearest"});
}"""
