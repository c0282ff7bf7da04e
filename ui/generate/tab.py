"""The Generate tab: the form, the live panel, and what happens when something is pressed."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import gradio as gr

from comfy.workflow.request import GenerationRequest
from storage.records import Generation
from studio.access.viewer import Viewer
from studio.errors import Invalid
from ui.completion.completion import completion
from ui.generate import (
    choice,
    form_presets,
    improve,
    layout,
    model,
    named,
    pasted,
    request_fields,
    styles,
)
from ui.generate.handlers import Filling
from ui.generate.history import history
from ui.generate.layout import Fields
from ui.generate.recent import recent
from ui.generate.refill import Refill
from ui.generate.ways import ways
from ui.generate.wildcards import wildcards
from ui.live import panel as live
from ui.live.follow import Stage, Update
from ui.shell.context import FOLLOWING, QUIET, TROUBLE, Parts, aside


class GenerateTab:
    """The tab's components and handlers."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._studio = parts.studio
        inputs: dict[str, Any] = {}
        with gr.Row(elem_id="generate-grid"):
            with gr.Column(elem_id="compose", elem_classes="sg-card", min_width=0):
                made = layout.build_compose(
                    inputs, self._beneath_prompt, lambda: styles.component(parts)
                )
                self._presets = form_presets.component(parts)
            with gr.Column(elem_id="stage", elem_classes="sg-card", min_width=0):
                self.stage = Stage(parts, parts.turns)
                recent(parts)
            with gr.Column(elem_id="settings", elem_classes="sg-card", min_width=0):
                made |= layout.build_settings(
                    inputs, choice.functions(parts), lambda: model.component(parts)
                )
        ordered = {name: inputs[name] for name in request_fields.FIELDS}
        self.live = self.stage.live
        self.fields = Fields(ordered, **made)
        self.filling = Filling(parts, self.fields)
        refill = Refill(parts, self.fields, self.filling)
        self.pasting = pasted.Pasting(parts, refill, self._pasted)
        self.presetting = form_presets.Presetting(parts, refill, self._presets)

    def wire(self, page: gr.Blocks) -> None:
        """Connect the events."""
        f = self.fields
        asked = [f.retry, *f.values]
        pressed = f.generate.click(
            self.generate, asked, self.live, trigger_mode="multiple", **FOLLOWING
        )
        every = self._ways.every(self.every, asked, self.live, trigger_mode="multiple", **FOLLOWING)
        self.stage.cancels(f.stop.click)
        loaded = page.load(self.stage.attach, None, self.live, **FOLLOWING)
        for over in (pressed, every, loaded):  # there is more to forecast by now
            over.then(self.filling.forecast, [*f.values, f.model], [f.forecast, f.quality], **QUIET)
        self.stage.wire()
        self.filling.wire(page, self.live)
        self.pasting.wire()
        self.presetting.wire()

    def _beneath_prompt(self) -> None:
        with gr.Row(elem_id="beneath-prompt"):
            completion(self._parts)
            wildcards(self._parts)
            history(self._parts)
            self._ways = ways(self._parts)
        named.component(self._parts)
        self._pasted = pasted.component(self._parts)
        if self._studio.improver.is_on:
            improve.component(self._parts)

    async def generate(
        self,
        request: gr.Request,
        retry: bool,  # noqa: FBT001 # Gradio hands values over by position
        *values: Any,
    ) -> AsyncIterator[Update]:
        """One press: check, store, then show how it goes, and at the end the images."""
        async for update in self._pressed(request, retry, values, {}):
            yield update

    async def every(
        self,
        request: gr.Request,
        retry: bool,  # noqa: FBT001 # Gradio hands values over by position
        *values: Any,
    ) -> AsyncIterator[Update]:
        """The same with every combination of the choices in its prompts."""
        async for update in self._pressed(request, retry, values, {"combinations": True}):
            yield update

    async def _pressed(
        self,
        request: gr.Request,
        retry: bool,  # noqa: FBT001 # travels by position
        values: tuple[Any, ...],
        more: dict[str, Any],
    ) -> AsyncIterator[Update]:
        given, image = layout.named(values)
        try:
            wanted = request_fields.read(given | more, image, layout.made_from(values))
            made: Sequence[Generation] = await aside(
                self._made, self._parts.viewer(request), wanted, bool(retry)
            )
        except request_fields.FormError as error:
            yield live.refusal(error.field, str(error), self._parts.turns.number())
            return
        except Invalid as error:
            field = next(iter(error.fields), "")
            yield live.refusal(field, str(error), self._parts.turns.number())
            return
        except TROUBLE as error:
            yield live.refusal("", str(error), self._parts.turns.number())
            return
        async for update in self.stage.follow(request, [g.id for g in made]):
            yield update

    def _made(
        self,
        viewer: Viewer,
        wanted: GenerationRequest,
        retry: bool,  # noqa: FBT001 # travels by position
    ) -> Sequence[Generation]:
        press = self._studio.models.press(viewer, wanted, retry_on_loss=retry)
        return self._studio.generations.create(viewer, press)
