"""Names of models and other files, as somebody else wrote them → as a server spells them. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from comfy.workflow.catalogue import Catalogue

_EXTENSIONS = (".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".gguf", ".bin", ".onnx")
_ENDINGS = ("_f16", "_q8p", "_q6p", "_fp16", "_fp8", "-fp16", "-fp8")
"""What stands for the size of a model's numbers at the end of its name."""
_LOOSE = re.compile(r"[\s_-]+")
MIN_HASH = 8


def same_name(name: str, choices: Sequence[str]) -> str:
    """The choice that is *name* but for its slashes, else but for case; "" for none."""
    return _first(name, choices, (str, _slashed, _path))


def matching_name(name: str, choices: Sequence[str], file_hash: str = "") -> str:
    """The choice that *name* means: the same, or in another folder, or of another extension.

    *file_hash* counts where a choice has it in its name. "" for none.
    """
    found = _first(name, choices, KEYS)
    short = file_hash.lower()[:10]
    if found or len(short) < MIN_HASH:
        return found
    return next((choice for choice in choices if short in choice.lower()), "")


def short_name(name: str) -> str:
    """The name of a file without its folder and what stands for its kind."""
    return _bare(_slashed(name).rpartition("/")[2])


def lacking(what: str, name: str, near: Sequence[str]) -> str:
    """What is said of a *name* that a server does not have, and of those that are *near* it."""
    if len(near) > 1:
        some = ", ".join(f"“{one}”" for one in near)
        return f"{what} “{name}” is not on this server; the nearest are {some}."
    if near:
        return f"{what} “{name}” is not on this server; the nearest is “{near[0]}”."
    return f"{what} “{name}” is not on this server."


def renamed(
    graph: Mapping[str, Any],
    catalogue: Catalogue,
    match: Callable[[str, Sequence[str]], str] = same_name,
) -> tuple[dict[str, Any], tuple[tuple[str, str], ...]]:
    """*graph* with each choice as the server spells it, and the pairs of names that changed.

    What matches nothing stays as it is.
    """
    changed, pairs = dict(graph), dict[str, str]()
    for id_, node in graph.items():
        node_class = catalogue.nodes.get(str(node.get("class_type"))) if node else None
        inputs = node.get("inputs") if node_class else None
        if not node_class or not isinstance(inputs, Mapping):
            continue
        spelled = {
            name: found
            for name, value in inputs.items()
            if isinstance(value, str)
            and value
            and (choices := catalogue.choices(node_class.name, name))
            and value not in choices
            and (found := match(value, choices))
        }
        if spelled:
            changed[id_] = {**node, "inputs": {**inputs, **spelled}}
            pairs |= {inputs[name]: found for name, found in spelled.items()}
    return changed, tuple(pairs.items())


def _first(name: str, choices: Sequence[str], keys: Sequence[Callable[[str], str]]) -> str:
    """The first choice that one of *keys* makes the same, the strictest key first."""
    for key in keys:
        wanted = key(name)
        if wanted and (found := next((one for one in choices if key(one) == wanted), "")):
            return found
    return ""


def _slashed(name: str) -> str:
    return name.replace("\\", "/")


def _path(name: str) -> str:
    return _slashed(name).casefold().strip("/ ")


def _file(name: str) -> str:
    return _path(name).rpartition("/")[2]


def _bare(name: str) -> str:
    """Without what stands for the kind of file at its end."""
    low = name.lower()
    return next((name[: -len(one)] for one in _EXTENSIONS if low.endswith(one)), name)


def _path_stem(name: str) -> str:
    """Of a name with a folder; "" for others, which may be in any."""
    path = _path(name)
    return _bare(path) if "/" in path else ""


def _stem(name: str) -> str:
    return _bare(_file(name))


def _loose(name: str) -> str:
    stem = _stem(name)
    stem = next((stem.removesuffix(one) for one in _ENDINGS if stem.endswith(one)), stem)
    return _LOOSE.sub("", stem)


KEYS: tuple[Callable[[str], str], ...] = (str, _slashed, _path, _path_stem, _file, _stem, _loose)
"""What of two names must be the same so that they mean one file, the strictest first."""
