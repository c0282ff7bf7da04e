"""The form of the Generate tab: its fields, laid out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import ImageData
from gradio.processing_utils import save_file_to_cache

from comfy.workflow.families import sizes
from comfy.workflow.request import MAX_PROMPT
from studio.workflows.presses.made_from import Source, read_source
from ui.faces.browse import browse
from ui.generate import loras, request_fields
from ui.generate import made_from as source
from ui.generate.choice import Functions, choice

CFG_MAX = 20.0
LIMITED = f"sg-limit-{MAX_PROMPT}"
"""Tells the page's script the limit: a browser's own would cut in silence."""


def upload_field() -> gr.Image:
    """An image field that hands over the uploaded file as it came, for the studio to judge.

    Gradio's own would decode it first, and answer a broken file with its own words. Handlers get
    the file's path; a path given to it is shown from a copy in Gradio's cache, so that the data
    folder stays closed.
    """
    field = gr.Image(
        label="Image",
        type="filepath",
        sources=["upload", "clipboard"],
        buttons=[],
        height=220,
        elem_id="field-image",
    )

    def shown(value: Any) -> ImageData | None:
        if value is None:
            return None
        copy = save_file_to_cache(value, cache_dir=field.GRADIO_CACHE)
        return ImageData(path=copy, orig_name=Path(value).name)

    # Set on the one object: for a subclass Gradio would write a stub file beside this one.
    field.preprocess = _as_it_came  # type: ignore[method-assign]
    field.postprocess = shown  # type: ignore[method-assign]
    return field


def _as_it_came(payload: ImageData | None) -> str | None:
    return payload.path if payload else None


@dataclass(frozen=True)
class Fields:
    """The form's components. `inputs` are in the order of `form.FIELDS`."""

    inputs: dict[str, Any]
    quality: gr.Radio
    shape: gr.Radio
    seed_mode: gr.Radio
    retry: gr.Checkbox
    forecast: gr.HTML
    generate: gr.Button
    stop: gr.Button
    refresh: gr.Button
    picture_box: gr.Accordion
    picture: gr.Image
    image: gr.State
    source: gr.HTML
    choices_note: gr.HTML
    model: gr.HTML

    @property
    def values(self) -> list[Any]:
        """The components whose values make a request; last the kept picture and the source."""
        return [*self.inputs.values(), self.image, self.source]


def named(values: tuple[Any, ...]) -> tuple[dict[str, Any], str]:
    """Handlers' positional values → by field, and the kept picture's name."""
    return dict(zip(request_fields.FIELDS, values, strict=False)), str(
        values[len(request_fields.FIELDS)] or ""
    )


def made_from(values: tuple[Any, ...]) -> Source:
    """What handlers' positional values say of where the form's came from."""
    return read_source(values[len(request_fields.FIELDS) + 1])


def build_compose(
    inputs: dict[str, Any], beneath: Callable[[], None], styles: Callable[[], gr.HTML]
) -> dict[str, Any]:
    """Lay out what one always needs: prompts, what stands *beneath*, *styles*, the buttons."""
    inputs["prompt"] = gr.Textbox(
        label="Prompt",
        placeholder="A lighthouse on a cliff at dusk, oil painting",
        lines=3,
        max_lines=12,
        elem_id="field-prompt",
        elem_classes=LIMITED,
    )
    beneath()
    inputs["styles"] = styles()
    inputs["negative_prompt"] = gr.Textbox(
        label="Negative prompt",
        placeholder="What to avoid",
        lines=1,
        max_lines=6,
        elem_id="field-negative_prompt",
        elem_classes=LIMITED,
    )
    inputs["lyrics"] = gr.Textbox(
        label="Lyrics",
        placeholder="[verse] … [chorus] …; empty for music alone",
        lines=3,
        max_lines=16,
        elem_id="field-lyrics",
    )
    quality = gr.Radio(
        [q.name for q in sizes.QUALITIES],
        value="Standard",
        label="Quality",
        elem_id="field-quality",
        elem_classes="segmented",
    )
    with gr.Row(elem_id="generate-buttons"):
        generate = gr.Button("Generate", variant="primary", size="lg", elem_id="generate-button")
        stop = gr.Button("Cancel", size="lg", elem_id="stop-button", min_width=88)
    forecast = gr.HTML("", elem_id="forecast", js_on_load=None, apply_default_css=False)
    made = {"quality": quality, "generate": generate, "stop": stop, "forecast": forecast}
    return {**made, "source": source.component()}


def build_settings(
    inputs: dict[str, Any], functions: Functions, line: Callable[[], gr.HTML]
) -> dict[str, Any]:
    """Lay out all the rest; *functions* give the choices' script what there is to choose from.

    *line* makes what stands beneath the model.
    """
    parts = _model(inputs, functions, line)
    parts |= _size(inputs)
    _length(inputs)
    _sampling(inputs, functions)
    parts |= _seed_and_counts(inputs)
    parts |= _picture(inputs)
    return parts


def _model(
    inputs: dict[str, Any], functions: Functions, line: Callable[[], gr.HTML]
) -> dict[str, Any]:
    with gr.Row(elem_classes="sg-head"):
        gr.HTML("<h2>Model</h2>", js_on_load=None, apply_default_css=False)
        refresh = gr.Button("Refresh", size="sm", elem_id="refresh-button", min_width=72, scale=0)
    inputs["checkpoint"] = choice("checkpoint", functions)
    model = line()
    browse()
    inputs["loras"] = loras.component(functions)
    note = gr.HTML("", elem_id="choices-note", js_on_load=None, apply_default_css=False)
    return {"refresh": refresh, "choices_note": note, "model": model}


def _size(inputs: dict[str, Any]) -> dict[str, Any]:
    _head("Size")
    shape = gr.Radio(
        [*sizes.SHAPES, sizes.CUSTOM],
        value="Square",
        label="Shape",
        elem_id="field-shape",
        elem_classes="segmented shapes",
    )
    with gr.Row(elem_classes="sg-pair"):
        inputs["width"] = _number("width", 512, step=8)
        inputs["height"] = _number("height", 512, step=8)
    return {"shape": shape}


def _length(inputs: dict[str, Any]) -> None:
    _head("Length")
    with gr.Row(elem_classes="sg-pair"):
        inputs["seconds"] = _real("seconds", 0.5)
        inputs["fps"] = _real("fps", 1)


def _sampling(inputs: dict[str, Any], functions: Functions) -> None:
    gr.HTML("<h2>Sampling</h2>", js_on_load=None, apply_default_css=False)
    with gr.Row(elem_classes="sg-pair"):
        inputs["steps"] = _number("steps", 20)
        inputs["cfg"] = gr.Slider(
            0.0, CFG_MAX, 7.0, step=0.1, label="CFG", buttons=[], elem_id="field-cfg"
        )
    with gr.Row(elem_classes="sg-pair"):
        inputs["guidance"] = _real("guidance", 0.1)
        inputs["shift"] = _real("shift", 0.1)
    with gr.Row(elem_classes="sg-pair"):
        inputs["sampler"] = choice("sampler", functions, "euler")
        inputs["scheduler"] = choice("scheduler", functions, "normal")


def _seed_and_counts(inputs: dict[str, Any]) -> dict[str, Any]:
    gr.HTML("<h2>Seed and count</h2>", js_on_load=None, apply_default_css=False)
    with gr.Row(elem_classes="sg-pair"):
        mode = gr.Radio(
            [request_fields.RANDOM, request_fields.FIXED],
            value=request_fields.RANDOM,
            label="Seed",
            elem_id="field-seed_mode",
            elem_classes="segmented",
        )
        inputs["seed"] = gr.Textbox(
            label="Seed value",
            placeholder="random each time",
            max_lines=1,
            elem_id="field-seed",
        )
    with gr.Row(elem_classes="sg-pair"):
        inputs["images_per_prompt"] = _number("images_per_prompt", 1)
        inputs["prompts"] = _number("prompts", 1)
    retry = gr.Checkbox(
        label="Retry if lost",
        info="If the server restarts mid-run, try once more.",
        elem_id="field-retry_on_loss",
    )
    return {"seed_mode": mode, "retry": retry}


def _picture(inputs: dict[str, Any]) -> dict[str, Any]:
    with gr.Accordion("Start from an image", open=False, elem_id="img2img") as box:
        picture = upload_field()
        inputs["task"] = gr.Radio(
            [("Everything", "image"), ("What is transparent", "inpaint")],
            value="image",
            label="What changes",
            elem_id="field-task",
            elem_classes="segmented",
        )
        inputs["denoise"] = gr.Slider(
            0.05,
            1.0,
            0.6,
            step=0.01,
            label="Denoise",
            buttons=[],
            info="How much to change: low stays close to your image, 1 ignores it.",
            elem_id="field-denoise",
        )
    return {"picture_box": box, "picture": picture, "image": gr.State("")}


def _number(field: str, value: int, *, step: int = 1) -> gr.Number:
    return gr.Number(
        value, label=request_fields.LABELS[field], precision=0, step=step, elem_id=f"field-{field}"
    )


def _real(field: str, step: float) -> gr.Number:
    return gr.Number(None, label=request_fields.LABELS[field], step=step, elem_id=f"field-{field}")


def _head(title: str) -> None:
    gr.HTML(
        f"<h2>{title}</h2>",
        js_on_load=None,
        apply_default_css=False,
        elem_id=f"head-{title.lower()}",
    )
