"""The recorded workflows, answers and catalogue, and small graphs to build by hand."""

import json
import lzma
from functools import cache
from typing import Any, Self

from comfy.workflow.catalogue import Catalogue, parse_catalogue
from tests.support.paths import RECORDINGS

FOLDER = RECORDINGS / "workflows"

Json = dict[str, Any]


@cache
def read(name: str) -> Json:
    """What ``data/NAME.json.xz`` holds."""
    data: Json = json.loads(lzma.decompress((FOLDER / f"{name}.json.xz").read_bytes()))
    return data


@cache
def catalogue() -> Catalogue:
    """The recorded server's catalogue."""
    return parse_catalogue(read("object_info"))


def cases() -> dict[str, Json]:
    """Small workflows by name: each with the page's ``answer``, or what stands on its ``form``."""
    found: dict[str, Json] = read("cases")["cases"]
    return found


@cache
def packs_catalogue() -> Catalogue:
    """The recorded catalogue with the node packs that `cases` have."""
    return parse_catalogue({**read("object_info"), **read("cases")["extra_object_info"]})


def comparable(graph: Json) -> Json:
    """*graph* by ids, classes and inputs, where 1 equals 1.0 but not True."""
    return {
        id_: {"class_type": node.get("class_type"), "inputs": _same(node.get("inputs"))}
        for id_, node in graph.items()
    }


def _same(value: Any) -> Any:
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_same(item) for item in value]
    if isinstance(value, dict):
        return {key: _same(item) for key, item in value.items()}
    return value


class Saved:
    """A workflow as ComfyUI saves it, built a node at a time."""

    def __init__(self) -> None:
        self.nodes: list[Json] = []
        self.links: list[list[Any]] = []
        self.subgraphs: list[Json] = []

    def node(
        self,
        id_: int,
        kind: str,
        values: Any = None,
        *,
        inputs: str = "",
        outputs: str = "",
        **more: Any,
    ) -> Self:
        """Add a node. Inputs are ``name:TYPE``, or ``name:TYPE!`` where they feed a widget."""
        self.nodes.append(
            {
                "id": id_,
                "type": kind,
                "mode": 0,
                "inputs": [_input(one) for one in inputs.split()],
                "outputs": [{"name": one, "type": one, "links": []} for one in outputs.split()],
                "properties": {},
                **({} if values is None else {"widgets_values": values}),
                **more,
            }
        )
        return self

    def link(self, origin: int, slot: int, target: int, name: str) -> Self:
        """Link output *slot* of *origin* to input *name* of *target*."""
        id_ = len(self.links) + 1
        inputs = next(n for n in self.nodes if n["id"] == target)["inputs"]
        index = next(i for i, one in enumerate(inputs) if one["name"] == name)
        inputs[index]["link"] = id_
        source = next(n for n in self.nodes if n["id"] == origin)["outputs"][slot]
        source["links"].append(id_)
        self.links.append([id_, origin, slot, target, index, source["type"]])
        return self

    def json(self) -> Json:
        """The whole file."""
        return {
            "version": 0.4,
            "last_node_id": max(n["id"] for n in self.nodes),
            "nodes": self.nodes,
            "links": self.links,
            "definitions": {"subgraphs": self.subgraphs},
        }


def _input(text: str) -> Json:
    name, _, kind = text.partition(":")
    slot: Json = {"name": name, "type": kind.removesuffix("!"), "link": None}
    return slot | ({"widget": {"name": name}} if kind.endswith("!") else {})


def change_values(saved: Saved, id_: int, values: Any) -> None:
    """Give the widgets of node *id_* other values."""
    next(one for one in saved.nodes if one["id"] == id_)["widgets_values"] = values


def text_to_image() -> Saved:
    """A checkpoint, two texts, a sampler; the LoRA of node 2 stands between."""
    clip, model = "clip:CLIP", "model:MODEL"
    saved = (
        Saved()
        .node(1, "CheckpointLoaderSimple", ["sd.safetensors"], outputs="MODEL CLIP VAE")
        .node(2, "LoraLoader", ["l.safetensors", 0.5, 0.7], inputs=f"{model} {clip}",
              outputs="MODEL CLIP")
        .node(3, "CLIPTextEncode", ["a cat"], inputs=f"{clip} text:STRING!",
              outputs="CONDITIONING", title="What to paint")
        .node(4, "CLIPTextEncode", ["blurred"], inputs=clip, outputs="CONDITIONING")
        .node(5, "EmptyLatentImage", [512, 768, 1], inputs="width:INT!", outputs="LATENT")
        .node(6, "KSampler", [2**53 - 1, "randomize", 20, 7.5, "euler", "karras", 0.9],
              inputs=f"{model} positive:CONDITIONING negative:CONDITIONING latent_image:LATENT "
              "steps:INT! denoise:FLOAT!", outputs="LATENT")
        .node(7, "VAEDecode", [], inputs="samples:LATENT vae:VAE", outputs="IMAGE")
        .node(8, "SaveImage", ["out"], inputs="images:IMAGE")
    )  # fmt: skip
    for origin, slot, target, name in (
        (1, 0, 2, "model"), (1, 1, 2, "clip"), (2, 0, 6, "model"), (2, 1, 3, "clip"),
        (2, 1, 4, "clip"), (3, 0, 6, "positive"), (4, 0, 6, "negative"), (5, 0, 6, "latent_image"),
        (6, 0, 7, "samples"), (1, 2, 7, "vae"), (7, 0, 8, "images"),
    ):  # fmt: skip
        saved.link(origin, slot, target, name)
    return saved
