"""What an open form lacks and where that is to be had: files its workflow names, packages. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from comfy.errors import Problem
from comfy.workflow.wanted.files import WantedFile, wanted_files

MAX_WANTED = 40
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Wants:
    """`files` that servers lack; `packages` of nodes that they lack, and node `classes` of none."""

    files: tuple[WantedFile, ...] = ()
    packages: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def wants(problems: Iterable[Problem], graph: Mapping[str, Any], saved: Mapping[str, Any]) -> Wants:
    """What *problems* of *graph*, converted from the *saved* workflow, can be mended with."""
    found = list(problems)
    values = {_last(one.value) for one in found if one.kind == "value_not_in_list"}
    files = [one for one in wanted_files(saved) if _last(one.name) in values] if values else []
    packages, classes = dict[str, None](), dict[str, None]()
    for one in found:
        if one.kind != "missing_node_type":
            continue
        if package := _package(graph.get(one.node)):
            packages[package] = None
        else:
            classes[one.value[:MAX_NAME]] = None
    return Wants(
        tuple(files[:MAX_WANTED]), tuple(packages)[:MAX_WANTED], tuple(classes)[:MAX_WANTED]
    )


def _last(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].casefold()


def _package(node: Any) -> str:
    meta = node.get("_meta") if isinstance(node, Mapping) else None
    package = meta.get("package") if isinstance(meta, Mapping) else None
    return package[:MAX_NAME] if isinstance(package, str) else ""
