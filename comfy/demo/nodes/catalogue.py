"""The node catalogue (``/object_info``): the classes in catalogue.json, shaped as ComfyUI's."""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]

MODEL_FOLDERS: Mapping[str, tuple[str, str]] = {
    "checkpoints": ("CheckpointLoaderSimple", "ckpt_name"),
    "diffusion_models": ("UNETLoader", "unet_name"),
    "text_encoders": ("CLIPLoader", "clip_name"),
    "clip_vision": ("CLIPVisionLoader", "clip_name"),
    "controlnet": ("ControlNetLoader", "control_net_name"),
    "loras": ("LoraLoader", "lora_name"),
    "vae": ("VAELoader", "vae_name"),
    "upscale_models": ("UpscaleModelLoader", "model_name"),
}
"""Model folder → the class and input whose choices it holds."""
METADATA: Mapping[str, Json] = {
    "demo-landscapes.safetensors": {"modelspec.architecture": "stable-diffusion-v1"},
    "demo-qwen-image.safetensors": {"modelspec.architecture": "qwen-image"},
    "demo-golden-hour.safetensors": {
        "modelspec.title": "Golden hour",
        "modelspec.trigger_phrase": "golden hour, warm light",
        "ss_base_model_version": "sd_v1",
        "ss_tag_frequency": '{"10_golden": {"sunset": 12, "long shadows": 7, "warm light": 5}}',
    },
}
"""What files say of themselves (``/view_metadata``); most say nothing."""
EMPTY_FOLDERS = ("configs",)
EMBEDDINGS = ("demo-golden-hour", "moods/demo-misty-morning")
"""Names for ``embedding:name`` in a prompt: the painter reads them as words of it."""


@cache
def _classes() -> str:
    return (Path(__file__).parent / "catalogue.json").read_text(encoding="utf-8")


class Catalogue:
    """The classes an engine has; the choices of image inputs follow its input folder.

    The classes and choices that it is *without* are not there.
    """

    def __init__(self, input_folder: Path, without: Collection[str] = ()) -> None:
        self._input_folder = input_folder
        classes: Json = json.loads(_classes())
        self._classes = {name: one for name, one in classes.items() if name not in without}
        if without:
            for entry in self._classes.values():
                for _, _, spec in inputs_of(entry):
                    _take_out(spec, without)

    def __contains__(self, node_class: object) -> bool:
        return node_class in self._classes

    def __getitem__(self, node_class: str) -> Json:
        entry: Json = self._classes[node_class]
        if node_class in ("LoadImage", "LoadImageMask"):
            files = sorted(p.name for p in self._input_folder.iterdir() if p.is_file())
            entry["input"]["required"]["image"][0] = files
        return entry

    def all(self) -> Json:
        """Every class by name."""
        return {name: self[name] for name in self._classes}

    def is_output(self, node_class: str) -> bool:
        """Whether *node_class* makes something by itself, and so is what a prompt runs for."""
        return bool(self._classes[node_class]["output_node"])

    def add_model(self, folder: str, name: str) -> None:
        """List *name* among the files of *folder*, wherever these can be chosen."""
        before = self.models(folder) or []
        for entry in self._classes.values():
            for one in {name for name, _, _ in inputs_of(entry)}:
                listed = _list_of(entry, one)
                if before and listed is not None and listed[: len(before)] == before:
                    listed.append(name)

    def models(self, folder: str) -> list[str] | None:
        """Names in a model folder; None where there is no such folder."""
        if folder in EMPTY_FOLDERS:
            return []
        if folder == "embeddings":
            return [f"{name}.safetensors" for name in EMBEDDINGS]
        if folder not in MODEL_FOLDERS:
            return None
        node_class, field = MODEL_FOLDERS[folder]
        return list(choices(self[node_class]["input"]["required"][field]))


def _list_of(entry: Json, field: str) -> list[Any] | None:
    """The choices of *field* in *entry*, to be added to; None where it has none."""
    for part in ("required", "optional"):
        if spec := entry["input"].get(part, {}).get(field):
            if isinstance(spec[0], list):
                return spec[0]
            return spec[1].setdefault("options", []) if spec[0] == "COMBO" else None
    return None


def inputs_of(entry: Json) -> Iterable[tuple[str, str, list[Any]]]:
    """(name, "required" or "optional", spec) of every input in *entry*, in order."""
    for part in ("required", "optional"):
        for name, spec in entry["input"].get(part, {}).items():
            yield name, part, spec


def _take_out(spec: list[Any], without: Collection[str]) -> None:
    if isinstance(spec[0], list):
        spec[0] = [one for one in spec[0] if one not in without]
    elif spec[0] == "COMBO" and "options" in spec[1]:
        spec[1]["options"] = [one for one in spec[1]["options"] if one not in without]


def choices(spec: list[Any]) -> list[Any]:
    """What a list input accepts, in either of ComfyUI's spellings; [] where it is no list."""
    if isinstance(spec[0], list):
        return spec[0]
    return list(spec[1].get("options", [])) if spec[0] == "COMBO" else []
