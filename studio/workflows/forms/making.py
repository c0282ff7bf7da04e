"""What open forms make: how much, how long it takes, the press, and its contact sheet."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from comfy.errors import Problem
from comfy.workflow.prompts.limits import ExpandError
from comfy.workflow.prompts.lists import Lists
from storage.records import Generation, Status
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generations.generations import Generations
from studio.generations.new_records import Press
from studio.library.contact_sheet import contact_sheet
from studio.library.library import Library
from studio.snapshot import Forecast
from studio.wildcards.wildcards import Wildcards
from studio.workflows.forms.forms import Forms, Seen, Typed
from studio.workflows.forms.open_form import OpenForm
from studio.workflows.forms.open_forms import OpenForms
from studio.workflows.prepared import Prepared
from studio.workflows.presses.many import batch, read_many, sentence
from studio.workflows.presses.press import Grid, multiplied
from studio.workflows.presses.seeds import after, counted_on, seeds_for
from studio.workflows.workflows import Workflows


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a press would make: `count` generations, `how` they come about, how long each takes.

    `error` says what is wrong with the numbers; `forecast` is None without a basis, or where the
    form cannot be run; `lists` are the wildcards there are.
    """

    count: int = 1
    how: str = ""
    forecast: Forecast | None = None
    error: str = ""
    lists: Lists = field(default_factory=Lists)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press made, the seeds that the form holds after it, as text, and the grid it is."""

    made: tuple[Generation, ...]
    seeds: Mapping[str, str]
    grid: Grid


class Making:
    """Presses of Generate in open forms, whose prompts are drawn from *wildcards*."""

    def __init__(
        self,
        open_forms: OpenForms,
        forms: Forms,
        workflows: Workflows,
        generations: Generations,
        library: Library,
        wildcards: Wildcards,
    ) -> None:
        self._open = open_forms
        self._forms = forms
        self._workflows = workflows
        self._generations = generations
        self._library = library
        self._wildcards = wildcards

    def outlook(self, seen: Seen) -> Outlook:
        """What a press would make, and how long each takes."""
        prepared, lists = seen.prepared, self._wildcards.lists(seen.form.owner)
        try:
            many = read_many(seen.form.many)
            count, how = sentence(batch(prepared.form, prepared.given, many, lists))
        except ExpandError as error:
            return Outlook(error=str(error), lists=lists)
        return Outlook(count, how, self._forecast(prepared), lists=lists)

    def checked(self, viewer: Viewer, id_: str, typed: Typed) -> Seen:
        """Keep what was typed, to run it: servers are asked anew for what they seem to lack."""
        seen = self._forms.change(viewer, id_, typed)
        if self._workflows.look_again(seen.prepared.graph, seen.prepared.problems):
            return self._forms.see(viewer, id_)
        return seen

    def run(self, viewer: Viewer, seen: Seen, *, partial: bool = False) -> Pressed:
        """Create everything that the form asks for.

        With *partial* outputs that cannot be made are left out, as long as some other can. Raises
        NotReady, ExpandError, StudioError, StorageError.
        """
        form, prepared = seen.form, seen.prepared
        prepared.check(partial=partial)
        seeds = seeds_for(prepared.form, prepared.given, form.seed_modes)
        asked = multiplied(
            prepared,
            read_many(form.many),
            lambda copies: counted_on(seeds, copies),
            self._wildcards.lists(viewer.owner),
            source=form.source,
            partial=partial,
        )
        made = self._generations.create(viewer, asked.press)
        kept = after(seeds, form.seed_modes, asked.making.copies)
        pressed = Pressed(made, kept, asked.grid(made))
        with contextlib.suppress(StudioError):  # closed meanwhile: what is made is made
            self._note(viewer, form, pressed)
        return pressed

    def refused(self, seen: Seen) -> list[Problem]:
        """What the server refused of the latest press, where that still stands on the form.

        It is only said: the server may take it by now, so it keeps nobody from trying again.
        """
        form, known = seen.form, {problem.key for problem in seen.prepared.problems}
        now = {**form.edits, **form.uploads}
        return [
            problem
            for problem in self._workflows.refusals.of(form.job)
            if (key := problem.key) not in known and now.get(key) == form.sent.get(key)
        ]

    def sheet(self, viewer: Viewer, form: OpenForm) -> bytes:
        """The finished images of the grid that was made last, as a PNG. Raises StudioError."""
        grid = form.grid
        if grid is None or not grid.ids:
            raise StudioError("No grid was made with this form yet.")
        pictures = {}
        for id_, place in zip(grid.ids, grid.places, strict=True):
            record = self._generations.get(id_, viewer)
            if record and (path := self._image(record, viewer)):
                pictures[place] = path
        if not pictures:
            raise StudioError("None of its images is finished yet: wait for the first.")
        return contact_sheet(pictures, grid.columns, grid.rows, title=form.title)

    def _note(self, viewer: Viewer, form: OpenForm, pressed: Pressed) -> None:
        """Note in the form what was made of it; people type on meanwhile."""
        self._open.change(
            viewer,
            form.id,
            job=pressed.made[0].id,
            edits={**self._open.get(viewer, form.id).edits, **pressed.seeds},
            sent={**form.edits, **pressed.seeds, **form.uploads},
            grid=pressed.grid,
        )

    def _forecast(self, prepared: Prepared) -> Forecast | None:
        if prepared.problems:
            return None
        press = Press(prepared.name, (prepared.new_generation(),), plan=prepared.plan)
        return self._generations.forecast(press)

    def _image(self, record: Generation, viewer: Viewer) -> Path | None:
        if record.status is not Status.FINISHED:
            return None
        shown = next((i for i in record.images if i.thumbnail and not i.temporary), None)
        file = self._library.files.find(record, shown.number, viewer) if shown else None
        return file[0] if file else None
