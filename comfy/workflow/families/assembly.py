"""What a model is loaded with on a server: its loader, its encoders, its VAE, and what is missing.

Pure: read off the server's catalogue.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from comfy.workflow.catalogue import Catalogue
from comfy.workflow.families.family import Family, Part, Task
from comfy.workflow.families.steps import Step, Steps, classes_of, step
from comfy.workflow.model_names import same_name

Loader = Literal["CheckpointLoaderSimple", "UNETLoader", "UnetLoaderGGUF"]
LOADERS: dict[Loader, str] = {
    "CheckpointLoaderSimple": "ckpt_name",
    "UNETLoader": "unet_name",
    "UnetLoaderGGUF": "unet_name",
}
"""The nodes that load models, and the input that has their names."""
WITH_TEXTS, MODEL_ALONE = "LoraLoader", "LoraLoaderModelOnly"
"""The nodes by which a LoRA changes the text encoders with the model, or the model alone."""
GGUF = ".gguf"
ENCODERS = ("CLIPLoader", "DualCLIPLoader", "TripleCLIPLoader", "QuadrupleCLIPLoader")
"""The nodes that load one, two, three, four text encoders; each also exists for GGUF files."""
TYPED = 2
"""Encoders up to which their loader is told what they are for."""
PRECISIONS = ("fp8", "fp16", "bf16")
"""Of several files that fit the first is taken whose name has the first of these."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """A model with all that it is loaded with; names are the server's.

    `missing` are the parts that no file of the server fits: the usual file is named in their
    place. `lacking` are sentences on what else the server lacks.
    """

    family: Family
    model: str
    loader: Loader
    encoders: tuple[str, ...] = ()
    vae: str = ""
    vision: str = ""
    partner: str = ""
    missing: tuple[Part, ...] = ()
    lacking: tuple[str, ...] = ()

    @property
    def loads(self) -> Steps:
        """The steps that load it: wires model, clip and vae, and where it has them the others."""
        return tuple(_loads(self))

    @property
    def lora_loader(self) -> str:
        """The node that loads its LoRAs.

        Encoders that come in the model's file are trained with it, and those of families whose
        files mostly have them; all others are left as they are, as in ComfyUI's own templates.
        """
        with_texts = not self.encoders or self.family.whole
        return WITH_TEXTS if with_texts else MODEL_ALONE

    def half_of(self, lora: str) -> Literal["", "model", "partner"]:
        """Which of two files that work together *lora* is made for, by its name; "" for both."""
        if not (self.family.partner and self.partner):
            return ""
        is_first, is_second = (
            re.search(rf"(?<![a-z]){word}(?![a-z])", lora.lower()) is not None
            for word in self.family.partner
        )
        if is_first == is_second:
            return ""
        return "model" if is_first else "partner"

    def needs(
        self, task: Task, catalogue: Catalogue | None, *, with_loras: bool = False
    ) -> tuple[str, ...]:
        """Sentences on all that keeps *task* from running on the server, LoRAs too where asked."""
        classes = classes_of((*self.loads, *self.family.tasks[task]))
        classes += (self.lora_loader,) * (with_loras and self.family.takes_loras)
        absent = [one for one in classes if catalogue and one not in catalogue.nodes]
        nodes = (f"The server has no node “{one}”: update ComfyUI." for one in absent)
        return (*map(sentence, self.missing), *self.lacking, *nodes)


@dataclass
class _Shelf:
    """A server's files, each taken for one part only; what was looked for in vain is kept."""

    catalogue: Catalogue | None
    missing: list[Part] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def file(self, part: Part | None, *lists: tuple[str, str]) -> str:
        """The file for *part* among the choices of *lists*, pairs of class and input."""
        if part is None or self.catalogue is None:
            return part.file if part else ""
        has = [one for pair in lists for one in self.catalogue.choices(*pair)]
        found = best([one for one in has if one not in self.taken], part)
        self.taken.add(found)
        if not found:
            self.missing.append(part)
        return found or part.file


def loader_of(model: str, catalogue: Catalogue) -> Loader | None:
    """The node that has *model* on its list; None for none."""
    lists = ((loader, catalogue.choices(loader, name)) for loader, name in LOADERS.items())
    return next((one for one, has in lists if model in has or same_name(model, has)), None)


def assemble(family: Family, model: str, catalogue: Catalogue | None) -> Assembly:
    """Find what *family* needs on a server; without a *catalogue* the usual files are named."""
    found = loader_of(model, catalogue) if catalogue else None
    loader = found or usual_loader(family, model)
    brings_own = loader == "CheckpointLoaderSimple"
    shelf = _Shelf(catalogue)
    wanted = () if brings_own and not family.own_encoders else family.encoders
    texts = (("CLIPLoader", "clip_name"), ("CLIPLoaderGGUF", "clip_name"))
    encoders = tuple(shelf.file(part, *texts) for part in wanted)
    vae = "" if brings_own else shelf.file(family.vae, ("VAELoader", "vae_name"))
    vision = shelf.file(family.vision, ("CLIPVisionLoader", "clip_name"))
    has = catalogue.choices(loader, LOADERS[loader]) if catalogue else ()
    first, second, part = _pair(family, model, has)
    missing = (*shelf.missing, *([part] if part and catalogue else []))
    made = Assembly(family, first, loader, encoders, vae, vision, second, missing)
    return replace(made, lacking=tuple(_lacking(made, catalogue))) if catalogue else made


def usual_loader(family: Family, model: str) -> Loader:
    """What loads *model* where no server says: families without a VAE of their own are whole."""
    if model.lower().endswith(GGUF):
        return "UnetLoaderGGUF"
    is_whole = family.vae is None or family.whole
    return "CheckpointLoaderSimple" if is_whole else "UNETLoader"


def best(choices: Iterable[str], part: Part) -> str:
    """The one of *choices* that is most like *part*; "" for none."""
    fitting = [one for one in choices if part.fits(one.replace("\\", "/").rpartition("/")[2])]

    def rank(name: str) -> tuple[bool, bool, int]:
        low = name.lower()
        precise = (n for n, word in enumerate(PRECISIONS) if word in low)
        return not low.endswith(part.file), low.endswith(GGUF), next(precise, len(PRECISIONS))

    return min(fitting, key=rank, default="")


def sentence(part: Part) -> str:
    """What is said of a *part* that no server has."""
    return f"Needs the {part.what}, {part.file}, in models/{part.folder}."


def _lacking(made: Assembly, catalogue: Catalogue) -> Iterator[str]:
    kind = made.family.encoder_type
    if not kind or not 0 < len(made.encoders) <= TYPED:
        return
    node = _encoder_node(made)
    types = catalogue.choices(node, "type")
    if types and kind not in types:
        yield f"The server's {node} does not know “{kind}”: update ComfyUI."


def _pair(family: Family, model: str, has: Sequence[str]) -> tuple[str, str, Part | None]:
    """The two files that work together, whichever of them is *model*, and which is not there."""
    if family.partner is None:
        return model, "", None
    first, second = family.partner
    if first in model.lower():
        here, there = first, second
    elif second in model.lower():
        here, there = second, first
    else:
        return model, model, None  # one file for both halves
    other = same_name(model.lower().replace(here, there), has)
    part = None
    if not other:
        other = model.replace(here, there)
        part = Part(f"half for {there} noise", "diffusion_models", "", other)
    return (model, other, part) if here == first else (other, model, part)


def _encoder_node(made: Assembly) -> str:
    plain = ENCODERS[len(made.encoders) - 1]
    return f"{plain}GGUF" if any(one.lower().endswith(GGUF) for one in made.encoders) else plain


def _loads(made: Assembly) -> Iterator[Step]:
    yield _model("1", "Load model", made.loader, made.model, "model")
    if made.encoders:
        count = len(made.encoders)
        names = {f"clip_name{n}": name for n, name in enumerate(made.encoders, 1)}
        inputs = {"clip_name": made.encoders[0]} if count == 1 else names
        kind = {"type": made.family.encoder_type} if count <= TYPED else {}
        title = "Load text encoder" if count == 1 else "Load text encoders"
        yield step("12", _encoder_node(made), title, {**inputs, **kind}, "clip")
    if made.vae:
        yield step("13", "VAELoader", "Load VAE", {"vae_name": made.vae}, "vae")
    if made.vision:
        inputs = {"clip_name": made.vision}
        yield step("33", "CLIPVisionLoader", "Load vision encoder", inputs, "vision")
    if made.partner:
        yield _model("14", "Load second model", made.loader, made.partner, "partner")


def _model(id_: str, title: str, loader: Loader, name: str, wire: str) -> Step:
    if loader == "CheckpointLoaderSimple":
        gives = f"{wire} clip vae" if wire == "model" else wire
        return step(id_, loader, "Load checkpoint", {"ckpt_name": name}, gives)
    more = {"weight_dtype": "default"} if loader == "UNETLoader" else {}
    return step(id_, loader, title, {"unet_name": name, **more}, wire)
