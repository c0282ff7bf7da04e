"""What happens to the form as a model, its family, a quality or a shape is chosen."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from comfy.workflow.families import sizes
from comfy.workflow.families.family import Family
from studio.access.viewer import Viewer
from ui.generate import model
from ui.generate.family_values import CHANGED, moved
from ui.generate.layout import Fields, named
from ui.shell.context import QUIET, TROUBLE, Parts, aside


class Choosing:
    """The handlers of one form."""

    def __init__(self, parts: Parts, fields: Fields) -> None:
        self._parts = parts
        self._fields = fields

    def wire(self) -> None:
        """Connect the events."""
        f = self._fields
        i = f.inputs
        size = [i["width"], i["height"]]
        preset = [f.quality, f.shape, f.model]
        f.quality.input(choose_quality, preset, [i["steps"], *size, f.shape], **QUIET)
        f.shape.input(choose_shape, preset, size, **QUIET)
        changed = [f.model, *(i[name] for name in CHANGED)]
        i["checkpoint"].input(self.choose, [f.model, *f.values], changed, **QUIET)
        f.model.correct(self.correct, [f.model, *f.values], changed, **QUIET)
        gr.on(
            [field.input for field in (*size, i["steps"])],
            match,
            [f.model, *size, i["steps"]],
            [f.quality, f.shape],
            **QUIET,
        )

    async def choose(self, request: gr.Request, line: Any, *values: Any) -> list[Any]:
        """Another model: what is usual for its family takes the place of what nobody has set."""
        viewer = self._parts.viewer(request)
        changes: list[Any] = await aside(self._changes, viewer, line, named(values)[0])
        return changes

    async def correct(self, request: gr.Request, line: Any, *values: Any) -> list[Any]:
        """The family of the model is another one, says whoever asks; or is to be told again."""
        viewer, given = self._parts.viewer(request), named(values)[0]
        wanted = str(line.get("chosen") or "") if isinstance(line, Mapping) else ""
        try:
            choose = self._parts.studio.models.choose
            await aside(choose, viewer, str(given.get("checkpoint") or ""), wanted)
        except TROUBLE as error:
            gr.Warning(str(error))
        changes: list[Any] = await aside(self._changes, viewer, line, given)
        return changes

    def _changes(self, viewer: Viewer, line: Any, given: Mapping[str, Any]) -> list[Any]:
        name = str(given.get("checkpoint") or "")
        before = family_of_line(line)
        told = self._parts.studio.models.told(viewer, name, look=True).family if name else None
        after = told or before
        changes = moved(given, before, after)
        shown = model.shown(name, after.name)
        return [shown, *(changes.get(one, gr.skip()) for one in CHANGED)]


def family_of_line(line: Any) -> Family:
    """The family that the line beneath the model has; that of its model's name without one."""
    value = line if isinstance(line, Mapping) else {}
    return sizes.family_in(value)


def choose_quality(quality: str | None, shape: str | None, line: Any) -> tuple[int, int, int, str]:
    """Steps, width, height and shape for a quality."""
    chosen, family = sizes.quality_named(quality), family_of_line(line)
    known = shape if shape in sizes.SHAPES else sizes.own_shape(family)
    return chosen.steps(family), *sizes.size(str(known), chosen, family), str(known)


def choose_shape(quality: str | None, shape: str | None, line: Any) -> tuple[Any, Any]:
    """Width and height for a shape; a custom one leaves them."""
    if shape not in sizes.SHAPES:
        return gr.skip(), gr.skip()
    return sizes.size(str(shape), sizes.quality_named(quality), family_of_line(line))


def match(
    line: Any, width: float | None, height: float | None, steps: float | None
) -> tuple[str | None, str]:
    """The quality and shape that numbers typed by hand amount to."""
    family = family_of_line(line).name
    return sizes.matching({"family": family, "width": width, "height": height, "steps": steps})
