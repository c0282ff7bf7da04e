"""Forms of workflows that a viewer has open: opened, filled in, arranged, closed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from comfy.workflow.file_names import unnamed
from comfy.workflow.files.outline import has_seed
from comfy.workflow.form.dynamic_combo import is_beneath
from comfy.workflow.form.form import Kind
from comfy.workflow.form.validate import FILES
from comfy.workflow.form.write_back import as_app
from comfy.workflow.json_text import MAX_BYTES, parse_json
from storage.records import Generation
from studio.access.viewer import Viewer
from studio.errors import NotReady, StudioError
from studio.generations.generations import Generations
from studio.library.library import Library
from studio.named_documents import checked_name
from studio.requested import as_typed, uploads_of
from studio.uploads.uploads import Uploads
from studio.workflows.forms.open_form import OpenForm
from studio.workflows.forms.open_forms import OpenForms
from studio.workflows.from_settings import at_home
from studio.workflows.looks import typed_looks
from studio.workflows.prepared import Prepared
from studio.workflows.presets import PRESET_MARK, Preset, Presets, read_preset
from studio.workflows.presses.made_from import Source
from studio.workflows.presses.seeds import FIXED, RANDOM, SEED_MODES
from studio.workflows.shipped import opened_shipped
from studio.workflows.workflows import Workflows, opened_preset

HEAD_BYTES = 64
"""Of a file: they tell JSON from all else."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a page says is in a form now, of any shape: values, how seeds go on, how many."""

    edits: Mapping[str, Any] = field(default_factory=dict)
    modes: Mapping[str, Any] = field(default_factory=dict)
    many: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """An open form, and what it comes to: found once, for whatever is shown, checked or made."""

    form: OpenForm
    prepared: Prepared

    def as_preset(self, name: str = "") -> Preset:
        """It as a preset, with what is typed as its defaults."""
        return Preset(name or self.form.title, self.prepared.filled, self.form.looks)


class Forms:
    """Open forms of everybody; somebody else's are not there, whoever asks for them by an id."""

    def __init__(
        self,
        open_forms: OpenForms,
        workflows: Workflows,
        presets: Presets,
        generations: Generations,
        library: Library,
        uploads: Uploads,
    ) -> None:
        self._open = open_forms
        self._workflows = workflows
        self._presets = presets
        self._generations = generations
        self._library = library
        self._uploads = uploads
        self.find = open_forms.find
        self.get = open_forms.get
        self.all = open_forms.all
        self.close = open_forms.close
        self.reopen = open_forms.reopen

    # Opening

    def open_file(self, viewer: Viewer, source: bytes | BinaryIO, name: str) -> Seen:
        """Open what is in a file: a workflow, an API graph, an image or video, a shared preset.

        Raises WorkflowError, StudioError with a sentence.
        """
        file = BytesIO(source) if isinstance(source, bytes) else source
        if file.read(HEAD_BYTES).lstrip()[:1] == b"{":
            file.seek(0)
            data = file.read(MAX_BYTES + 1)
            if PRESET_MARK in data:
                return self.open_preset(viewer, read_preset(parse_json(data, "The preset")))
        opened = self._workflows.open(file, name)
        # A picture is opened to make it again, so its seed is kept.
        is_new = name.lower().endswith(".json") or not opened.has_seed
        seeds = RANDOM if is_new else FIXED
        return Seen(self._open.open(viewer, opened, seeds=seeds), opened.prepared)

    def open_saved(self, viewer: Viewer, name: str) -> Seen:
        """Open one of the viewer's own presets. Raises StudioError where there is none."""
        return self.open_preset(viewer, self._presets.own(name, viewer), name)

    def open_preset(self, viewer: Viewer, preset: Preset, saved: str = "") -> Seen:
        """Open a preset; *saved* is its name where it is one of the viewer's own."""
        opened = opened_preset(preset, self._workflows.catalogue)
        form = self._open.open(viewer, opened, looks=preset.looks, preset=saved)
        return Seen(form, opened.prepared)

    def open_shipped(self, viewer: Viewer, name: str) -> Seen:
        """Open a preset that ships. Raises StudioError where there is none."""
        opened = opened_shipped(name, self._workflows.catalogue)
        return Seen(self._open.open(viewer, opened), opened.prepared)

    def again(self, viewer: Viewer, record: Generation, *, varied: bool = False) -> Seen:
        """Open the workflow that *record* was made with, filled in as it was then.

        The seeds come too, unless they are to be *varied*.
        """
        named = uploads_of(record)
        uploads = {key: name for key, name in named.items() if self._is_kept(name)}
        catalogue = self._workflows.catalogue
        graph, notes = at_home(as_typed(record, unnamed(record.graph)), catalogue)
        preset, said = Preset(record.workflow, graph), _import_notes(record)
        gone = _gone_notes(len(named) - len(uploads))
        opened = opened_preset(preset, catalogue, uploads, (*said, *notes, *gone))
        seeds = FIXED if not varied and has_seed(graph) else RANDOM
        source = Source(record.id, "variation")
        form = self._open.open(viewer, opened, seeds=seeds, uploads=uploads, source=source)
        return Seen(form, opened.prepared)

    def latest(self, viewer: Viewer, id_: str = "") -> OpenForm | None:
        """The one of that id, else the one that the viewer touched last; None without any."""
        return self._open.find(viewer, id_) or self._open.latest(viewer)

    def resume(self, viewer: Viewer, id_: str) -> Seen:
        """Go on with one; uploads that are gone are no more in it."""
        form = self._open.get(viewer, id_)
        here = {key: name for key, name in form.uploads.items() if self._is_kept(name)}
        return self._seen(self._open.change(viewer, id_, uploads=here))

    # Filling in

    def see(self, viewer: Viewer, id_: str) -> Seen:
        """One as it stands."""
        return self._seen(self._open.get(viewer, id_))

    def change(self, viewer: Viewer, id_: str, typed: Typed, *, strict: bool = False) -> Seen:
        """Keep what was typed. Raises Gone; where *strict*, NotReady for what is no field."""
        form = replace(self._open.get(viewer, id_), edits=dict(typed.edits))
        prepared = self._prepared(form, strict=strict)
        kinds = {one.key: one.kind for one in prepared.form.fields}
        # What was typed beneath another option waits for that to be chosen again.
        edits = {
            key: value
            for key, value in form.edits.items()
            if key in kinds or is_beneath(key, prepared.form)
        }
        seeds = {key for key, kind in kinds.items() if kind is Kind.SEED}
        modes = {k: mode for k, mode in typed.modes.items() if k in seeds and mode in SEED_MODES}
        kept = {"edits": edits, "modes": modes, "many": dict(typed.many)}
        return Seen(self._open.change(viewer, id_, **kept), prepared)

    def put_file(
        self, viewer: Viewer, id_: str, typed: Typed | None, key: str, source: Path | bytes | None
    ) -> Seen:
        """Keep a file for the field *key*, or with None take the field's file away.

        Raises StudioError, of these UploadError for a file that cannot be used.
        """
        seen = self.change(viewer, id_, typed) if typed else self.see(viewer, id_)
        kind = _file_kind(seen, key)
        kept = None if source is None else self._uploads.keep(source, kind)
        return self.put_kept(viewer, seen, key, kept)

    def put_kept(self, viewer: Viewer, seen: Seen, key: str, name: str | None) -> Seen:
        """Give the field *key* the kept upload *name*, or none. Raises StudioError."""
        _file_kind(seen, key)
        uploads = {k: kept for k, kept in seen.form.uploads.items() if k != key}
        return self._with_uploads(viewer, seen, uploads | ({key: name} if name else {}))

    def use_image(
        self,
        viewer: Viewer,
        id_: str,
        typed: Typed | None,
        key: str,
        image: tuple[str, int],
        frame: str = "",
    ) -> Seen:
        """Take *image*, a generation's id and the number of its file, for the field *key*.

        Of a video its "first" or "last" *frame*, or all of it. Raises Absent, StudioError.
        """
        seen = self.change(viewer, id_, typed) if typed else self.see(viewer, id_)
        kind = _file_kind(seen, key)
        record = self._generations.seen(image[0], viewer)
        file = self._library.files.as_input(record, image[1], viewer, frame)
        uploads = {**seen.form.uploads, key: self._uploads.keep(file, kind)}
        return self._with_uploads(viewer, seen, uploads, source=Source(record.id, "input"))

    def arrange(self, viewer: Viewer, id_: str, typed: Typed, looks: Any) -> Seen:
        """Let the fields look like *looks*, a page's JSON. Raises StudioError."""
        seen = self.change(viewer, id_, typed)
        arranged = typed_looks(looks, seen.prepared.base)
        return self._seen(self._open.change(viewer, id_, looks=arranged))

    def save(self, viewer: Viewer, id_: str, typed: Typed, name: str) -> OpenForm:
        """Keep the form as the viewer's preset *name*. Raises StudioError."""
        seen, name = self.change(viewer, id_, typed), checked_name(name)
        self._presets.save(seen.as_preset(name), viewer)
        return self._open.change(viewer, id_, preset=name)

    def as_app(self, viewer: Viewer, id_: str, typed: Typed) -> tuple[dict[str, Any], list[str]]:
        """The form as the workflow it came from, an app in ComfyUI; labels of fields left out.

        Raises StudioError where it came from something else.
        """
        seen = self.change(viewer, id_, typed)
        form, prepared = seen.form, seen.prepared
        if not form.saved:
            raise StudioError("This form did not come from a workflow that ComfyUI saved.")
        names = {look.key: look.label for look in form.looks}
        catalogue = prepared.catalogue
        app, left = as_app(form.saved, prepared.source, prepared.form, catalogue, names)
        return app, list(left)

    def _seen(self, form: OpenForm) -> Seen:
        return Seen(form, self._prepared(form))

    def _prepared(self, form: OpenForm, *, strict: bool = False) -> Prepared:
        prepared = self._workflows.prepare(
            form.title, form.graph, form.given, form.uploads, form.looks
        )
        if strict and prepared.unknown:
            raise NotReady(prepared.unknown)
        return replace(prepared, unknown=())  # what a page remembers of another option is no fault

    def _with_uploads(
        self, viewer: Viewer, seen: Seen, uploads: Mapping[str, str], **fields: Any
    ) -> Seen:
        form = self._open.change(viewer, seen.form.id, uploads=dict(uploads), **fields)
        return Seen(form, seen.prepared.with_uploads(form.uploads))

    def _is_kept(self, name: str) -> bool:
        try:
            return self._uploads.path(name).is_file()
        except StudioError:
            return False


def _import_notes(record: Generation) -> tuple[str, ...]:
    """What of an imported file could not be taken."""
    return (record.warning,) if record.origin and record.warning else ()


def _gone_notes(count: int) -> tuple[str, ...]:
    """That *count* files are not here any more."""
    if count == 0:
        return ()
    if count == 1:
        return ("A file that it was made from is gone: choose another.",)
    return (f"{count} files that it was made from are gone: choose others.",)


def _file_kind(seen: Seen, key: str) -> str:
    one = seen.prepared.form.get(key)
    if one is None or one.kind not in FILES:
        raise StudioError("This form has no such field for a file.")
    return str(one.kind)
