"""What fills the form: choices, presets, earlier settings, uploads; and its forecast."""

import secrets
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from comfy.workflow.families import sizes
from comfy.workflow.request import MAX_SEED
from storage.records import Generation
from studio.access.viewer import Viewer
from studio.errors import Absent
from studio.servers.catalogues import Choices
from studio.snapshot import Forecast
from studio.workflows.follow_ups import DENOISE, Act
from ui.generate import made_from as source
from ui.generate import model, request_fields
from ui.generate.choice import FORGET
from ui.generate.choosing import Choosing, family_of_line
from ui.generate.earlier import of_record, varied
from ui.generate.layout import CFG_MAX, Fields, named
from ui.generate.offered import first_form, note, refreshed, said, spelled
from ui.live import panel as live
from ui.shell.assets import address
from ui.shell.context import QUIET, TROUBLE, Parts, aside
from ui.shell.wording import brief, forecast_text

_DRAFT = f'import(new URL("{address("shell/draft.js")}", document.baseURI).href)'
DRAFT = f"""() => {_DRAFT}.then((module) => module.draft(), () => "")"""
"""What was typed before a reload."""
FILLED = f"() => {_DRAFT}.then((module) => module.begin(), () => {{}})"
"""Gives back what was typed while the page was being filled."""


class Filling:
    """The form's handlers."""

    def __init__(self, parts: Parts, fields: Fields) -> None:
        self._parts = parts
        self._studio = parts.studio
        self._fields = fields

    @property
    def outputs(self) -> list[Any]:
        """What `filled` sets."""
        f = self._fields
        return [
            *f.inputs.values(),
            f.quality,
            f.shape,
            f.seed_mode,
            f.picture,
            f.image,
            f.picture_box,
            f.source,
            f.model,
        ]

    def wire(self, page: gr.Blocks, panel: gr.HTML) -> None:
        """Connect the events; *panel* shows what is wrong."""
        f = self._fields
        i = f.inputs
        page.load(
            self.opened,
            gr.Textbox(visible=False),
            [*self.outputs, f.choices_note],
            js=DRAFT,
            **QUIET,
        ).then(None, js=FILLED, **QUIET)
        refreshed = f.refresh.click(self.refresh, None, f.choices_note, **QUIET)
        refreshed.then(None, js=FORGET, **QUIET)
        Choosing(self._parts, f).wire()
        size = [i["width"], i["height"]]
        f.seed_mode.input(choose_seed, [f.seed_mode, i["seed"]], i["seed"], **QUIET)
        i["seed"].input(seed_mode, i["seed"], f.seed_mode, **QUIET)
        kept = [f.image, f.picture, *size, f.quality, f.shape, panel]
        f.picture.upload(self.keep, [f.picture, f.model], kept, **QUIET)
        f.picture.clear(lambda: "", None, f.image, **QUIET)
        gr.on(
            [f.picture.clear, f.picture.upload],
            source.without_picture,
            f.source,
            f.source,
            **QUIET,
        )
        f.source.drop(dict, None, f.source, **QUIET)
        gr.on(
            [c.change for c in (*i.values(), f.image) if c not in (i["prompt"], i["seed"])],
            self.forecast,
            [*f.values, f.model],
            [f.forecast, f.quality],
            trigger_mode="always_last",
            **QUIET,
        )

    def renewed_by(self, event: Any) -> None:
        """Let *event* bring what is said beneath the choices up to date."""
        event(self.renew, None, self._fields.choices_note, **QUIET)

    def renew(self) -> str:
        """What is to be said of the choices by now.

        What is chosen is the page's own to change: an answer may come after somebody typed.
        """
        return note(self._studio.servers.choices(), self._studio.servers.states())

    def opened(self, request: gr.Request, typed: str = "") -> list[Any]:
        """Fill a newly opened page with the settings of the last generation.

        *typed* is what stood there before a reload, as JSON.
        """
        last = self._studio.generations.history(self._parts.viewer(request), limit=1)
        choices = self._studio.servers.choices()
        values = of_record(last[0]) if last else first_form(choices)
        values |= {"seed": ""} | request_fields.typed(typed)
        return [*self.updates(values), note(choices, self._studio.servers.states())]

    def filled(self, record: Generation, number: str, *, varied: bool = False) -> list[Any]:
        """Updates for `outputs` that make the form ask for *record* again.

        That was chosen by its image *number*. The seed comes too, unless it is to be *varied*.
        """
        values = of_record(record) | ({"seed": ""} if varied else {})
        if record.origin and record.warning:
            gr.Warning(record.warning)
        values |= spelled(values, self._studio.servers.choices())
        updates = self.updates(values)
        return [*updates[:-2], source.shown(record, "variation", _whole(number)), updates[-1]]

    def from_picture(self, one: str, number: str, frame: str, viewer: Viewer) -> list[Any]:
        """Updates for `outputs` that make the form start from a picture of generation *one*.

        Of a video from its "first" or "last" *frame*.
        """
        record = self._studio.generations.get(one, viewer)
        if record is None or not number.isdecimal():
            return [gr.skip()] * len(self.outputs)
        try:
            file = self._studio.library.files.as_input(record, int(number), viewer, frame)
            name = self._studio.uploads.keep(file)
            width, height = _picture_size(self._studio.uploads.path(name))
        except TROUBLE as error:
            gr.Warning(str(error))
            return [gr.skip()] * len(self.outputs)
        sides = dict(
            zip(
                ("width", "height"),
                sizes.size_like(width, height, sizes.family_in(of_record(record))),
                strict=True,
            )
        )
        inputs = [sides.get(field, gr.skip()) for field in request_fields.FIELDS]
        picture = [self._path(name), name, gr.update(open=True)]
        made_from = source.shown(record, "input", int(number))
        return [*inputs, None, sizes.CUSTOM, gr.skip(), *picture, made_from, gr.skip()]

    def variation(self, one: str, number: str, act: str, viewer: Viewer) -> list[Any]:
        """Updates for `outputs` that make the form vary a picture of generation *one*.

        *act* says how much. Raises StudioError with a sentence.
        """
        records = self._studio.continuing.ancestry(viewer, one)
        found = self._studio.library.files.find(records[0], _whole(number), viewer)
        if found is None or act not in DENOISE:
            raise Absent("image")
        name = self._studio.uploads.keep(found[0])
        size = _picture_size(self._studio.uploads.path(name))
        values = {**varied(records, size), "image": name, "denoise": DENOISE[Act(act)]}
        values |= spelled(values, self._studio.servers.choices())
        updates = self.updates(values)
        return [*updates[:-2], source.shown(records[0], "variation", _whole(number)), updates[-1]]

    async def refresh(self) -> str:
        """Ask the server what it has, and say what came of it."""
        try:
            choices: Choices = await aside(self._studio.servers.refresh)
        except TROUBLE as error:
            return said(str(error), bad=True)
        return refreshed(choices)

    async def keep(self, path: str | None, line: Any, request: gr.Request) -> list[Any]:
        """Keep an uploaded picture, and take on its shape; or say what is wrong with it."""
        owner = self._parts.viewer(request).owner
        sent = self._studio.arrivals.path(path, owner) if path else None
        if sent is None:
            return ["", *[gr.skip()] * 6]
        try:
            name: str = await aside(self._studio.uploads.keep, sent)
            width, height = await aside(_picture_size, self._studio.uploads.path(name))
        except TROUBLE as error:
            refused = live.refusal("image", str(error), self._parts.turns.number())
            return ["", None, *[gr.skip()] * 4, refused]
        width, height = sizes.size_like(width, height, family_of_line(line))
        cleared = live.refusal("", "", self._parts.turns.number())
        return [name, gr.skip(), width, height, None, sizes.CUSTOM, cleared]

    async def forecast(self, request: gr.Request, *values: Any) -> list[Any]:
        """How long this will take, and each quality; nothing where there is no basis."""
        given, image = named(values)
        viewer, family = self._parts.viewer(request), family_of_line(values[-1])
        expected = await aside(self._forecast_of, viewer, given, image)
        labels = []
        for quality in sizes.QUALITIES:
            shape = sizes.matching({**given, "family": family.name})[1]
            shape = shape if shape in sizes.SHAPES else sizes.own_shape(family)
            width, height = sizes.size(shape, quality, family)
            other = {**given, "steps": quality.steps(family), "width": width, "height": height}
            found = await aside(self._forecast_of, viewer, other, image)
            time = f" · {brief(found.seconds)}" if found else ""
            labels.append((f"{quality.name}{time}", quality.name))
        return [forecast_text(expected, int(given.get("prompts") or 1)), gr.update(choices=labels)]

    def _forecast_of(self, viewer: Viewer, given: dict[str, Any], image: str) -> Forecast | None:
        try:
            asked = request_fields.read(given, image)
            is_drawn = asked.seed is not None
            press = self._studio.models.press(viewer, asked)
            return self._studio.generations.forecast(press, drawn=is_drawn)
        except (request_fields.FormError, *TROUBLE):
            return None

    def updates(self, values: dict[str, Any]) -> list[Any]:
        """Updates for `outputs` that let the form hold *values*, its `image` among them."""
        quality, shape = sizes.matching(values)
        updates: list[Any] = []
        for name in request_fields.FIELDS:
            more: dict[str, Any] = {}
            if name == "cfg":
                more["maximum"] = max(CFG_MAX, values[name] or 0)
            updates.append(gr.update(value=values[name], **more))
        image = values.get("image") or ""
        mode = request_fields.FIXED if values["seed"] else request_fields.RANDOM
        box = gr.update(open=bool(image))
        line = model.shown(str(values["checkpoint"]), sizes.family_in(values).name)
        return [*updates, quality, shape, mode, self._path(image), image, box, {}, line]

    def _path(self, image: str) -> str | None:
        """Where the *image* lies that the form names; one that is gone stays named, and is told of.

        Without it the form would ask for something else.
        """
        try:
            return str(self._studio.uploads.path(image)) if image else None
        except TROUBLE as error:
            gr.Warning(str(error))
            return None


def choose_seed(mode: str | None, seed: str) -> str:
    """A fixed seed to begin with, or none."""
    if mode == request_fields.RANDOM:
        return ""
    return seed or str(secrets.randbelow(MAX_SEED + 1))


def seed_mode(seed: str) -> str:
    """Typing a seed fixes it."""
    return request_fields.FIXED if seed.strip() else request_fields.RANDOM


def _picture_size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def _whole(number: str) -> int:
    return int(number) if number.isdecimal() else -1
