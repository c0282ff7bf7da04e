"""What the Generate form's model is: its family, what it needs, and the press that it makes.

`_lock` guards what files' metadata said; whatever a person corrected is kept in the store.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from comfy.client.server import Server
from comfy.errors import ComfyError
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.families.assembly import Assembly, assemble, loader_of, sentence
from comfy.workflow.families.detect import Told, tell
from comfy.workflow.families.family import Family, Part, Task
from comfy.workflow.families.known import FAMILIES, PLAIN
from comfy.workflow.model_names import same_name
from comfy.workflow.prompts.loras import Known
from comfy.workflow.request import GenerationRequest
from comfy.workflow.wanted.files import WantedFile
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generate.styles import Styles
from studio.generations.named_loras import names_loras
from studio.generations.new_records import Press, press_of
from studio.generations.prompting import with_styles
from studio.servers.catalogues import Catalogues
from studio.wildcards.wildcards import Wildcards

log = logging.getLogger(__name__)

CHOSEN = "model_family"
"""Kind of the documents that say which family a person took a model for, by its name."""
MOST_CHOSEN, MOST_BYTES = 5000, 2**20
MAX_READ = 2000
"""Models whose metadata is remembered."""
FOLDERS = {"CheckpointLoaderSimple": "checkpoints", "UNETLoader": "diffusion_models"}
"""Where the files of a loader lie, as ComfyUI calls it."""
NO_MODEL = "Choose a model first."
USUAL = ("width", "height", "steps", "cfg", "sampler", "scheduler")
"""What is usual for a family where a program does not say."""


@dataclass(frozen=True, slots=True)
class Need:
    """What is missing, in a `sentence`, and the `file` that it is, where that is to be had."""

    sentence: str
    file: WantedFile | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """A model as a person sees it: of which family, how that is known, and what is missing."""

    name: str
    told: Told
    needs: tuple[Need, ...] = ()


class Models:
    """Families by model, over what servers offer and what people say."""

    def __init__(
        self,
        store: Store,
        catalogues: Catalogues,
        servers: Mapping[str, Server],
        wildcards: Wildcards,
        styles: Styles,
    ) -> None:
        self._wildcards = wildcards
        self._styles = styles
        self._documents = store.documents
        self._catalogues = catalogues
        self._servers = servers
        self._lock = threading.Lock()
        self._read: dict[str, Mapping[str, Any]] = {}
        self._loras = Known(None)

    def told(self, viewer: Viewer, model: str, *, look: bool = False) -> Told:
        """Of which family *model* is, for the viewer; the file itself is asked where *look*.

        It is also asked where its name tells nothing. Blocks for as long as servers do.
        """
        if chosen := _chosen(self._documents.by_name(CHOSEN, viewer.owner), model):
            return chosen
        is_plain = self._is_plain(model)
        told = tell(model, self._metadata_known(model), plain=is_plain)
        if look or told.how in ("guess", ""):
            told = tell(model, self._metadata(model), plain=is_plain)
        return told

    def all(self, viewer: Viewer) -> list[Looked]:
        """Every model that a server has, by what is known without asking its file."""
        chosen = self._documents.by_name(CHOSEN, viewer.owner)
        choices = self._catalogues.choices()
        plain = set(choices.checkpoints)
        return [
            Looked(
                name,
                _chosen(chosen, name)
                or tell(name, self._metadata_known(name), plain=name in plain),
            )
            for name in choices.models
        ]

    def look(self, viewer: Viewer, model: str) -> Looked:
        """All that there is to know of *model*; its file is asked, which blocks."""
        told = self.told(viewer, model, look=True)
        if told.family is None:
            return Looked(model, told)
        made = self.assembly(model, told.family)
        parts = tuple(Need(sentence(part), _file(part)) for part in made.missing)
        said = {one.sentence for one in parts}
        first = next(iter(told.family.tasks))
        others = (Need(one) for one in self.needs(made, first) if one not in said)
        return Looked(model, told, (*parts, *others))

    def choose(self, viewer: Viewer, model: str, family: str) -> None:
        """Keep that the viewer takes *model* for a *family*; "" forgets it. Raises StudioError."""
        if not family:
            self._documents.drop(CHOSEN, viewer.owner, model)
        elif family not in FAMILIES:
            raise StudioError("There is no such family of models.")
        else:
            self._documents.keep(CHOSEN, viewer.owner, model, {"family": family})
            self._documents.trim(CHOSEN, MOST_CHOSEN, MOST_BYTES)

    def assembly(self, model: str, family: Family) -> Assembly:
        """What *model* is loaded with, on the server that has most of it."""
        catalogues = self._with(model)
        made = [assemble(family, model, one) for one in catalogues]
        return min(made, key=_lacks, default=assemble(family, model, None))

    def needs(self, assembly: Assembly, task: Task, *, with_loras: bool = False) -> tuple[str, ...]:
        """Sentences on what keeps *task* from running on any server."""
        servers = self._with(assembly.model)
        found = [assembly.needs(task, one, with_loras=with_loras) for one in servers]
        return min(found, key=len, default=())

    def press(
        self, viewer: Viewer, request: GenerationRequest, *, retry_on_loss: bool = False
    ) -> Press:
        """What one press of Generate asks for. Raises StudioError with a sentence."""
        if not request.checkpoint:
            raise StudioError(NO_MODEL)
        family = self.family(viewer, request)
        task = family.task(request.image, request.task)
        if task is None:
            raise StudioError(_no_task(family, request))
        assembly = self.assembly(request.checkpoint, family)
        styles = self._styles.chosen(viewer, request.styles)
        with_loras = bool(request.used_loras) or names_loras(with_styles(request, styles))
        if needs := self.needs(assembly, task, with_loras=with_loras):
            raise StudioError(f"{family.title}: {' '.join(needs)}")
        settled = request.model_copy(update={"family": family.name})
        return press_of(
            settled,
            lists=self._wildcards.lists(viewer.owner),
            loras=self.loras(),
            styles=styles,
            retry_on_loss=retry_on_loss,
            assembly=assembly,
        )

    def loras(self) -> Known:
        """The LoRAs that servers have."""
        choices = self._catalogues.choices()
        names = choices.loras if choices.loaded else None
        if names != self._loras.names:  # else what was worked out of them still holds
            self._loras = Known(names)
        return self._loras

    def family(self, viewer: Viewer, request: GenerationRequest) -> Family:
        """The family that *request* names, else that of its model. Raises StudioError."""
        if request.family:
            if found := FAMILIES.get(request.family):
                return found
            raise StudioError(f"There is no family of models called “{request.family}”.")
        found = self.told(viewer, request.checkpoint).family
        if found is None and self._with(request.checkpoint):
            raise StudioError(
                f"Nothing says of which family “{request.checkpoint}” is: choose it beside the "
                "model."
            )
        return found or PLAIN

    def filled(self, viewer: Viewer, request: GenerationRequest) -> GenerationRequest:
        """*request* with what is usual for its family wherever it says nothing."""
        usual = asdict(self.family(viewer, request).usual)
        said = request.model_fields_set
        open_ = {name: usual[name] for name in USUAL if name not in said}
        return request.model_copy(update=open_)

    def _with(self, model: str) -> list[Catalogue]:
        """The catalogues that have *model*; all that there are, where none has."""
        offers = (self._catalogues.offer(name).catalogue for name in self._catalogues.names)
        known = [one for one in offers if one is not None]
        return [one for one in known if loader_of(model, one)] or known

    def _is_plain(self, model: str) -> bool:
        loaders = [loader_of(model, one) for one in self._with(model)]
        return not loaders or set(loaders) <= {"CheckpointLoaderSimple", None}

    def _metadata_known(self, model: str) -> Mapping[str, Any]:
        with self._lock:
            return self._read.get(model, {})

    def _metadata(self, model: str) -> Mapping[str, Any]:
        """What the file of *model* says of itself; {} where no server tells."""
        with self._lock:
            if model in self._read:
                return self._read[model]
        for name, server in self._servers.items():
            catalogue = self._catalogues.offer(name).catalogue
            loader = loader_of(model, catalogue) if catalogue else None
            if catalogue is None or loader not in FOLDERS or not server.answers:
                continue
            listed = catalogue.choices(loader, "ckpt_name") or catalogue.choices(
                loader, "unet_name"
            )
            spelled = same_name(model, listed) or model
            try:
                found = server.api.model_metadata(FOLDERS[loader], spelled)
            except ComfyError as error:
                log.info("%s does not say what is in a model: %s", name, error)
                continue
            with self._lock:
                while len(self._read) >= MAX_READ:
                    self._read.pop(next(iter(self._read)))
                self._read[model] = found
            return found
        return {}


def _file(part: Part) -> WantedFile | None:
    return WantedFile(part.file, part.folder, part.source) if part.source else None


def _chosen(documents: Mapping[str, Mapping[str, Any]], model: str) -> Told | None:
    family = FAMILIES.get(str(documents.get(model, {}).get("family")))
    return Told(family, "chosen") if family else None


def _lacks(made: Assembly) -> int:
    return len(made.missing) + len(made.lacking)


def _no_task(family: Family, request: GenerationRequest) -> str:
    if request.image:
        return f"{family.title} does not start from an image: take the image away."
    return f"{family.title} starts from an image: add one under “Start from an image”."
