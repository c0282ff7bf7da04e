"""What pickers show of a model, a LoRA or an embedding, and what a person says of it."""

from dataclasses import dataclass
from typing import Any

from comfy.workflow.families.card import Card, read_card
from storage.search.model_uses import ModelUse
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import Absent, StudioError
from studio.models.models import Models
from studio.models.pictures import FOLDERS, Pictures
from studio.servers.catalogues import Catalogues, Choices

SAID = "model_face"
"""Kind of the documents that hold what a person says of a file, by kind and name."""
MOST_SAID, MOST_BYTES = 50_000, 32 * 2**20
MAX_NOTE = 2000
KINDS = tuple(FOLDERS)


@dataclass(frozen=True, slots=True)
class Face:
    """`kind` is one of `KINDS`; `use` and all that follows is the viewer's own."""

    kind: str
    name: str
    family: str = ""
    use: ModelUse | None = None
    is_favourite: bool = False
    note: str = ""


class Faces:
    """Faces of all that servers offer."""

    def __init__(
        self, store: Store, catalogues: Catalogues, models: Models, pictures: Pictures
    ) -> None:
        self._store = store
        self._catalogues = catalogues
        self._models = models
        self._pictures = pictures

    def all(self, viewer: Viewer) -> list[Face]:
        """Every file that some server offers, kind by kind, in the servers' order."""
        choices = self._catalogues.choices()
        uses = {(u.kind, u.name): u for u in self._store.library.model_uses(viewer.owner)}
        said = self._store.documents.by_name(SAID, viewer.owner)
        families = {
            one.name: one.told.family.title for one in self._models.all(viewer) if one.told.family
        }
        names = zip(KINDS, _names(choices), strict=True)
        return [
            _face(kind, name, families.get(name, "") if kind == "models" else "", uses, said)
            for kind, listed in names
            for name in listed
        ]

    def card(self, kind: str, name: str) -> Card:
        """What the file says of itself. Raises Absent; blocks for as long as servers do."""
        self._check(kind, name)
        return read_card(self._pictures.metadata(kind, name))

    def picture(self, kind: str, name: str) -> bytes:
        """The picture beside the file, as a small WebP, or b"". Raises Absent; blocks."""
        self._check(kind, name)
        return self._pictures.picture(kind, name)

    def say(self, viewer: Viewer, kind: str, name: str, *, is_favourite: bool, note: str) -> None:
        """Keep what the viewer says of a file. Raises StudioError, Absent."""
        self._check(kind, name)
        if len(note) > MAX_NOTE:
            raise StudioError(f"A note has at most {MAX_NOTE} characters: make it shorter.")
        key, documents = f"{kind}/{name}", self._store.documents
        if not is_favourite and not note:
            documents.drop(SAID, viewer.owner, key)
            return
        documents.keep(SAID, viewer.owner, key, {"favourite": is_favourite, "note": note})
        documents.trim(SAID, MOST_SAID, MOST_BYTES)

    def _check(self, kind: str, name: str) -> None:
        choices = self._catalogues.choices()
        listed = dict(zip(KINDS, _names(choices), strict=True))
        if name not in listed.get(kind, ()):
            raise Absent("model")


def _names(choices: Choices) -> tuple[tuple[str, ...], ...]:
    """The files of each of `KINDS`."""
    return choices.models, choices.loras, choices.embeddings


def _face(
    kind: str,
    name: str,
    family: str,
    uses: dict[tuple[str, str], ModelUse],
    said: dict[str, dict[str, Any]],
) -> Face:
    own = said.get(f"{kind}/{name}", {})
    note = str(own.get("note") or "")
    return Face(kind, name, family, uses.get((kind, name)), own.get("favourite") is True, note)
