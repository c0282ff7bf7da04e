"""What a workflow's page asks: open, check, take files, run. Each answer is plain JSON."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from comfy.errors import Problem, WorkflowError
from comfy.workflow.file_names import unnamed
from comfy.workflow.form.dynamic_combo import chosen, is_beneath, standing
from comfy.workflow.form.form import Form, make_form
from comfy.workflow.form.link_check import spoiled
from comfy.workflow.form.validate import FILES
from comfy.workflow.json_text import parse_json
from storage.records import Generation
from studio.errors import Absent, StudioError
from studio.requested import uploads_of
from studio.workflows.from_a1111 import restored
from studio.workflows.made_from import Source
from studio.workflows.open_form import FIXED, RANDOM, SEED_MODES, OpenForm
from studio.workflows.open_forms import GONE, OpenForms
from studio.workflows.presets import Preset, arranged, read_preset
from studio.workflows.workflows import NotReady, Opened
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask
from ui.workflows import view as drawing
from ui.workflows.checks import problems_of
from ui.workflows.plans import Plans
from ui.workflows.shots import shot

MAX_FILE_BYTES = 64 * 2**20
"""A workflow, or a picture with one in it."""
MAX_WILDCARDS = 100
"""Names of wildcards that the page is told."""
_PRESET_MARK = b'"stepglass-preset/'


class Desk:
    """Answers to the page's script, for everybody's benches."""

    def __init__(self, parts: Parts) -> None:
        self._studio = parts.studio
        self._plans = Plans(parts)
        self.benches = OpenForms(parts.studio.drafts)
        parts.studio.sweeping.held.append(self.benches.upload_names)

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
        owner = ask.viewer.owner
        bench = self.benches.get(ask.text("bench"), owner) or self.benches.latest(owner)
        if not self._studio.workflows.is_ready:
            return {"waiting": True}
        if bench is None:
            return {}
        here = {key: name for key, name in bench.uploads.items() if self._has(name)}
        return self.view(self.changed(bench, uploads=here))

    def open(self, ask: Ask) -> Answer:
        """Open an uploaded file."""
        path, name = self._arrived(ask), ask.text("name") or "workflow.json"
        if path.stat().st_size > MAX_FILE_BYTES:
            raise WorkflowError(f"The file is over {MAX_FILE_BYTES // 2**20} MB.")
        data = path.read_bytes()
        if data.lstrip()[:1] == b"{" and _PRESET_MARK in data:
            shared = read_preset(parse_json(data, "The preset"))
            return self.open_preset(shared, ask.viewer.owner)
        opened = self._studio.workflows.open(data, name)
        if opened.settings and not opened.graph:
            graph, notes = restored(opened.settings, self._studio.workflows.catalogue)
            opened = replace(opened, graph=graph, warnings=tuple(notes))
        # A picture is opened to make it again, so its seed is kept.
        seeds = RANDOM if name.lower().endswith(".json") else FIXED
        return self.view(self.benches.open(ask.viewer.owner, opened, seeds=seeds))

    def _arrived(self, ask: Ask) -> Path:
        """The file that the asker has uploaded at the path that a script names."""
        path = self._studio.arrivals.path(ask.text("path"), ask.viewer.owner)
        if path is None:
            raise StudioError("The file did not arrive: choose it again.")
        return path

    def open_preset(self, preset: Preset, owner: str, saved: str = "") -> Answer:
        """Open a preset; *saved* is its name where it is one of the viewer's own."""
        form = make_form(preset.graph, self._studio.workflows.catalogue)
        opened = Opened(preset.name, preset.graph, form, form.unfit)
        return self.view(self.benches.open(owner, opened, looks=preset.looks, preset=saved))

    # The form

    def change(self, ask: Ask) -> Answer:
        """Keep what was typed, and say what is wrong with it and what it would make."""
        return self._checked(self.kept(ask))

    def choose(self, ask: Ask) -> Answer:
        """Keep what was chosen where that brings other fields along; the form as it then is."""
        return self.view(self.kept(ask))

    def file(self, ask: Ask) -> Answer:
        """Keep an uploaded file for a field, or with no path take the field's file away."""
        bench, key = self.kept(ask), ask.text("key")
        one = self.forms(bench)[1].get(key)
        if one is None or one.kind not in FILES:
            raise StudioError("This form has no such field for a file.")
        uploads = {k: v for k, v in bench.uploads.items() if k != key}
        if ask.text("path"):
            uploads[key] = self._studio.uploads.keep(self._arrived(ask), str(one.kind))
        return self.placed(bench, uploads)

    def reuse(self, ask: Ask) -> Answer:
        """Take a generation's picture as the file of a field."""
        bench, number = self.kept(ask), ask.data.get("n")
        record = self._studio.generations.seen(ask.text("id"), ask.viewer)
        file = (
            self._studio.library.file(record, number, ask.viewer)
            if isinstance(number, int)
            else None
        )
        if file is None:
            raise Absent("image")
        uploads = {**bench.uploads, ask.text("key"): self._studio.uploads.keep(file[0])}
        return self.placed(self.changed(bench, source=Source(record.id, "input")), uploads)

    def again(self, record: Generation, owner: str, *, varied: bool = False) -> Answer:
        """Open the workflow that *record* was made with, filled in as it was then.

        The seeds come too, unless they are to be *varied*.
        """
        graph = unnamed(record.graph)
        form = make_form(graph, self._studio.workflows.catalogue)
        opened = Opened(record.workflow, graph, form, form.unfit)
        uploads = {key: name for key, name in uploads_of(record).items() if self._has(name)}
        seeds = RANDOM if varied else FIXED
        source = Source(record.id, "variation")
        opened_bench = self.benches.open(owner, opened, seeds=seeds, uploads=uploads, source=source)
        return self.view(opened_bench)

    def _has(self, name: str) -> bool:
        try:
            return self._studio.uploads.path(name).is_file()
        except StudioError:
            return False

    def placed(self, bench: OpenForm, uploads: Mapping[str, str]) -> Answer:
        """Give *bench* these files, and say what that makes of it."""
        changed = self.changed(bench, uploads=dict(uploads))
        return {**self._checked(changed), "uploads": self._shots(changed)}

    def run(self, ask: Ask) -> Answer:
        """Make what the form asks for; the job to follow, or what is wrong."""
        bench = self.kept(ask)
        form = self.forms(bench)[1]
        problems = self._problems(bench, form)
        if self._studio.workflows.look_again(self.graph(bench), problems):
            form = self.forms(bench)[1]
            problems = self._problems(bench, form)
        partial = ask.data.get("partial") is True
        if problems and not (partial and self._spoiled(bench, problems) is not None):
            return {**self._checked(bench), "error": str(NotReady(problems))}
        try:
            values = self._values(bench, form)
            answer, grid = self._plans.make(bench, form, values, partial=partial)
        except NotReady as error:
            return {"problems": drawing.problems(error.problems), "error": str(error)}
        seeds = answer["seeds"]
        sent = {**bench.edits, **seeds, **bench.uploads}
        now = self.benches.get(bench.id, bench.owner) or bench  # people type on meanwhile
        edits = {**now.edits, **seeds}
        self.changed(bench, job=answer["job"], edits=edits, sent=sent, grid=grid)
        return answer

    def sheet(self, ask: Ask) -> Answer:
        """The contact sheet of the grid that was made last."""
        bench = self.kept(ask)
        if bench.grid is None or not bench.grid.ids:
            raise StudioError("No grid was made with this form yet.")
        return self._plans.sheet(bench.grid, bench.preset or bench.name, ask)

    # Seeing

    def view(self, bench: OpenForm) -> Answer:
        """Everything the page draws of *bench*."""
        base, form = self.forms(bench)
        fields, lists = drawing.fields(form, base, self.graph(bench))
        return {
            "bench": bench.id,
            "name": bench.preset or bench.name,
            "preset": bench.preset,
            "fields": fields,
            "lists": lists,
            "edits": {key: drawing.plain(value) for key, value in bench.edits.items()},
            "modes": dict(bench.modes),
            "usual": bench.seeds,
            "many": dict(bench.many),
            "uploads": self._shots(bench),
            "notes": drawing.notes(note for note in bench.notes if note not in form.unfit),
            "wildcards": self._plans.wildcards[:MAX_WILDCARDS],
            "job": bench.job,
            "grid": bool(bench.grid and bench.grid.ids),
            **self._checked(bench),
        }

    def _checked(self, bench: OpenForm) -> Answer:
        form = self.forms(bench)[1]
        problems = self._problems(bench, form)
        refused = self._refused(bench, problems)
        return {
            "bench": bench.id,
            "problems": drawing.problems([*problems, *refused]),
            "without": drawing.notes(self._spoiled(bench, problems) or ()),
            **self._plans.plan(bench, form, self._values(bench, form)),
        }

    def _problems(self, bench: OpenForm, form: Form) -> Sequence[Problem]:
        catalogue = self._studio.workflows.catalogue
        graph = self.graph(bench)
        edits = {key: value for key, value in bench.edits.items() if form.get(key)}
        return problems_of(form, graph, edits, bench.uploads, catalogue)

    def _refused(self, bench: OpenForm, known: Sequence[Problem]) -> list[Problem]:
        """What the server refused of the latest press, where that still stands on the form.

        It is only said: the server may take it by now, so it keeps nobody from trying again.
        """
        said = {(one.node, one.field) for one in known}
        now = {**bench.edits, **bench.uploads}
        return [
            one
            for one in self._studio.workflows.refusals.of(bench.job)
            if (one.node, one.field) not in said
            and now.get(f"{one.node}.{one.field}") == bench.sent.get(f"{one.node}.{one.field}")
        ]

    def _spoiled(self, bench: OpenForm, problems: Sequence[Problem]) -> tuple[str, ...] | None:
        """The outputs that cannot be made as it is, where some other can; else None."""
        if not problems:
            return None
        return spoiled(self.graph(bench), self._studio.workflows.catalogue, problems)

    def _values(self, bench: OpenForm, form: Form) -> dict[str, Any]:
        """What is typed, over the defaults that an arrangement set."""
        known = {one.key for one in form.fields}
        return {k: v for k, v in _given(bench).items() if k in known}

    def graph(self, bench: OpenForm) -> dict[str, Any]:
        """The graph with the options that are chosen on the form."""
        return chosen(bench.graph, self._studio.workflows.catalogue, _given(bench))

    def forms(self, bench: OpenForm) -> tuple[Form, Form]:
        """The form as the graph gives it, and as it was arranged."""
        drawn = make_form(self.graph(bench), self._studio.workflows.catalogue)
        base = standing(drawn, bench.graph)
        return base, arranged(base, bench.looks)

    def _shots(self, bench: OpenForm) -> dict[str, dict[str, str]]:
        return {
            key: {"name": name, "shot": shot(self._studio.uploads.path(name))}
            for key, name in bench.uploads.items()
        }

    # Keeping

    def kept(self, ask: Ask) -> OpenForm:
        """The bench with what the page says was typed."""
        bench = self.benches.get(ask.text("bench"), ask.viewer.owner)
        if bench is None:
            raise StudioError(GONE)
        form = self.forms(bench)[1]
        known = {one.key for one in form.fields}
        # What was typed beneath another option waits for that to be chosen again.
        edits = {k: v for k, v in ask.object("edits").items() if k in known or is_beneath(k, form)}
        modes = {k: v for k, v in ask.object("modes").items() if k in known and v in SEED_MODES}
        return self.changed(bench, edits=edits, modes=modes, many=ask.object("many"))

    def changed(self, bench: OpenForm, **fields: Any) -> OpenForm:
        """Change fields of *bench*. Raises StudioError where it was closed meanwhile."""
        changed = self.benches.change(bench.id, bench.owner, **fields)
        if changed is None:
            raise StudioError(GONE)
        return changed


def _given(bench: OpenForm) -> dict[str, Any]:
    """What is typed, over the defaults that an arrangement set, for fields of any option."""
    own = {look.key: look.default for look in bench.looks if look.default is not None}
    return {**own, **bench.edits}
