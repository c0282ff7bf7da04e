"""What a press of Generate would make of a bench, how long that takes, and its contact sheet."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from comfy.workflow.form.batch import Batch
from comfy.workflow.form.form import Form
from storage.records import Generation, Status
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.library.contact_sheet import contact_sheet
from studio.snapshot import Forecast
from studio.workflows import batch as many
from studio.workflows import press_seeds as press
from studio.workflows.batch import ExpandError
from studio.workflows.open_form import Grid, OpenForm
from studio.workflows.wildcards import read_wildcards
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask
from ui.shell.wording import forecast_sentence

_UNSAFE = re.compile(r"[^\w.-]+")


class Plans:
    """Counts, forecasts, makes, and lays out what was made."""

    def __init__(self, parts: Parts) -> None:
        self._studio = parts.studio

    @property
    def wildcards(self) -> list[str]:
        """The names of the wildcards there are."""
        return sorted(read_wildcards(self._studio.settings.data_folder))

    def plan(self, bench: OpenForm, form: Form, values: Mapping[str, Any]) -> Answer:
        """How many generations, and a sentence about them; what is wrong with the numbers."""
        try:
            count, how = many.sentence(self._batch(bench, form, values))
        except ExpandError as error:
            return {"count": 1, "plan": "", "many_error": str(error)}
        name = bench.preset or bench.name
        each = self._forecast(bench, name, values)
        said = f"{count} generations: {how}." if count > 1 else ""
        said += f" {forecast_sentence(each, count)}" if each else ""
        return {"count": count, "plan": said.strip(), "many_error": ""}

    def make(
        self, bench: OpenForm, form: Form, values: Mapping[str, Any], *, partial: bool = False
    ) -> tuple[Answer, Grid]:
        """Store everything that *bench* asks for. Raises NotReady, ExpandError, StudioError.

        With *partial* what cannot be made is left out, as long as something can.
        """
        seeds = press.seeds_for(form, bench.edits, bench.modes, bench.seeds)
        batch = self._batch(bench, form, values)
        making = many.making(batch, next(iter(seeds.values()), 0))
        variants = [one.values for one in making.variants]
        asked = self._studio.workflows.press(
            bench.preset or bench.name,
            bench.graph,
            press.given_for(variants, values, seeds, making.per_copy),
            uploads=bench.uploads,
            random_seeds=False,
            partial=partial,
        )
        asked = replace(asked, parent=bench.source.parent, relation=bench.source.relation)
        made = self._studio.generations.create(Viewer(bench.owner), asked)
        after = press.after(seeds, bench.modes, bench.seeds, making.copies)
        grid = Grid()
        if making.columns or making.rows:
            # Of each place its first: the first copy of the first text.
            places = {
                (one.column, one.row): n for n, one in reversed([*enumerate(making.variants)])
            }
            ids = tuple(made[number].id for number in places.values())
            grid = Grid(ids, tuple(places), making.columns, making.rows)
        return {"job": made[0].id, "seeds": after, "grid": bool(grid.ids)}, grid

    def sheet(self, grid: Grid, name: str, ask: Ask) -> Answer:
        """Lay out the finished pictures of *grid*; the address of the file."""
        pictures = {}
        for id_, place in zip(grid.ids, grid.places, strict=True):
            record = self._studio.generations.get(id_, ask.viewer)
            if record and (found := self._picture(record, ask.viewer)):
                pictures[place] = found
        if not pictures:
            raise StudioError("None of its images is finished yet: wait for the first.")
        data = contact_sheet(pictures, grid.columns, grid.rows, title=name)
        filename = f"{_UNSAFE.sub('-', name)[:60] or 'grid'}-sheet.png"
        path = save_bytes_to_cache(data, filename, get_upload_folder())
        self._studio.arrivals.add(ask.viewer.owner, [path])
        return {"url": f"gradio_api/file={quote(path)}", "filename": filename}

    def _forecast(self, bench: OpenForm, name: str, values: Mapping[str, Any]) -> Forecast | None:
        """How long one generation takes; None without a basis, or where it cannot be run."""
        workflows = self._studio.workflows
        asked = (name, bench.graph, [values])
        try:
            one = workflows.press(
                *asked, uploads=bench.uploads, random_seeds=False, look_again=False
            )
        except StudioError:
            return None
        classes = workflows.catalogue.output_classes
        return self._studio.generations.forecast(one, output_classes=classes)

    def _batch(self, bench: OpenForm, form: Form, values: Mapping[str, Any]) -> Batch:
        wildcards = read_wildcards(self._studio.settings.data_folder)
        return many.batch(form, values, bench.many, wildcards)

    def _picture(self, record: Generation, viewer: Viewer) -> Any:
        if record.status is not Status.FINISHED:
            return None
        shown = next((i for i in record.images if i.thumbnail and not i.temporary), None)
        found = self._studio.library.file(record, shown.number, viewer) if shown else None
        return found[0] if found else None
