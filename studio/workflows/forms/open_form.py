"""One open workflow, and the same as a draft: plain JSON that outlives the program."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from comfy.workflow.form.text_roles import text_roles
from studio.errors import StudioError
from studio.ids import is_id
from studio.workflows.looks import Look
from studio.workflows.presets import Preset, read_preset
from studio.workflows.presses.made_from import NONE, Source, read_source
from studio.workflows.presses.press import Grid
from studio.workflows.presses.seeds import RANDOM, SEED_MODES, SeedModes

MAX_ABOUT = 160
"""Characters of the prompt by which a form is told from others of its name."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """One open workflow. Mappings are by field key.

    `edits` are what was typed, as it came from the page; `uploads` names of kept files; `modes`
    how seeds go on; `many` how many are made; `job` the latest generation made of it, `grid` the
    latest press, where that was one; `sent` what was typed and kept then; `source` what it was
    filled from. `saved` is the workflow as ComfyUI saved it, if that is what it was.
    """

    id: str
    owner: str
    name: str
    graph: Mapping[str, Any]
    looks: tuple[Look, ...] = ()
    notes: tuple[str, ...] = ()
    edits: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)
    seeds: str = RANDOM
    many: Mapping[str, Any] = field(default_factory=dict)
    job: str = ""
    sent: Mapping[str, Any] = field(default_factory=dict)
    preset: str = ""
    source: Source = NONE
    grid: Grid | None = None
    saved: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The preset's name, else the workflow's."""
        return self.preset or self.name

    @property
    def given(self) -> dict[str, Any]:
        """What is typed, over the defaults that an arrangement set, for fields of any option."""
        defaults = {look.key: look.default for look in self.looks if look.default is not None}
        return {**defaults, **self.edits}

    @property
    def about(self) -> str:
        """The first prompt, as it is typed, to tell it from others of its name; "" without one."""
        for key, role in text_roles(self.graph).items():
            node, _, name = key.rpartition(".")
            text = self.edits.get(key, self.graph[node]["inputs"][name])
            if role == "prompt" and isinstance(text, str):
                return text.strip()[:MAX_ABOUT]
        return ""

    @property
    def seed_modes(self) -> SeedModes:
        """How its seeds go on."""
        return SeedModes(self.modes, self.seeds)


_OBJECTS = ("edits", "uploads", "modes", "many", "sent")


def drafted(form: OpenForm) -> dict[str, Any]:
    """*form* as a JSON object, without its id and owner."""
    shared = Preset(form.name, dict(form.graph), form.looks).to_json()
    return {
        **shared,
        "notes": list(form.notes),
        "seeds": form.seeds,
        **{name: dict(getattr(form, name)) for name in _OBJECTS},
        "job": form.job,
        "preset": form.preset,
        "source": asdict(form.source),
        "grid": asdict(form.grid) if form.grid else None,
        "saved": dict(form.saved),
    }


def read_draft(id_: str, owner: str, data: Mapping[str, Any]) -> OpenForm | None:
    """The form that *data* was drafted from; None for what another version wrote otherwise."""
    try:
        shared = read_preset({**data, "name": "draft"})
        modes = _texts(data["modes"])
        return OpenForm(
            id_,
            owner,
            str(data["name"]),
            shared.graph,
            shared.looks,
            notes=tuple(map(str, data["notes"])),
            seeds=data["seeds"] if data["seeds"] in SEED_MODES else RANDOM,
            source=_source(data["source"]),
            grid=_grid(data["grid"]) if data["grid"] else None,
            edits=_object(data["edits"]),
            uploads=_texts(data["uploads"]),
            modes={key: mode for key, mode in modes.items() if mode in SEED_MODES},
            many=_object(data["many"]),
            sent=_object(data["sent"]),
            job=_id(data["job"]),
            preset=str(data["preset"]),
            saved=_object(data.get("saved", {})),  # not kept by earlier versions
        )
    except (StudioError, LookupError, TypeError, ValueError):
        return None


def _object(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise TypeError("no JSON object")
    return data


def _texts(data: Any) -> dict[str, str]:
    return {key: text for key, text in _object(data).items() if isinstance(text, str)}


def _id(data: Any) -> str:
    return data if isinstance(data, str) and is_id(data) else ""


def _source(data: Any) -> Source:
    told = _object(data)
    return read_source({"id": told.get("parent"), "how": told.get("relation")})


def _grid(data: Mapping[str, Any]) -> Grid:
    ids, columns, rows = (tuple(map(str, data[name])) for name in ("ids", "columns", "rows"))
    places = tuple((int(column), int(row)) for column, row in data["places"])
    across, down = range(max(1, len(columns))), range(max(1, len(rows)))
    if len(places) != len(ids) or any(x not in across or y not in down for x, y in places):
        raise ValueError("a grid without places for all")
    return Grid(ids, places, columns, rows)
