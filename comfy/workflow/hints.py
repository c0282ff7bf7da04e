"""What a saved workflow says of how its form should look, kept in a graph's ``_meta``. Pure.

``{"_meta": {"form": {INPUT: {"label", "name", "of", "shared", "at", "height", "help"}}}}``: servers
pass over it. A node that has "result" there is one whose files its author wants to be seen.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FORM, RESULT = "form", "result"
MAX_TEXT = 1000
MAX_HEIGHT = 2000


@dataclass(frozen=True, slots=True)
class Hint:
    """Of one input.

    `label` is what somebody called it, `name` what it is named as an input of the subgraph
    instance `of`. All that name the same as `shared` hold one value. `at` is its place among those
    that the author of an app chose, -1 for others; `height` (pixels) and `help` are theirs, too.
    """

    label: str = ""
    name: str = ""
    of: str = ""
    shared: str = ""
    at: int = -1
    height: int = 0
    help: str = ""


NO_HINT = Hint()


def hints_of(graph: Mapping[str, Any]) -> dict[str, Hint]:
    """The hints in *graph* by key (``NODE.input``); what has the wrong shape is left out."""
    found = {}
    for id_, node in graph.items():
        told = _meta(node).get(FORM)
        for name, raw in told.items() if isinstance(told, Mapping) else ():
            if isinstance(raw, Mapping):
                found[f"{id_}.{name}"] = _hint(raw)
    return found


def with_hints(graph: Mapping[str, Any], hints: Mapping[str, Hint]) -> dict[str, Any]:
    """*graph* with *hints* by key."""
    by_node: dict[str, dict[str, Any]] = {}
    for key, hint in hints.items():
        id_, name = split(key, graph)
        usual = asdict(NO_HINT)
        told = {n: v for n, v in asdict(hint).items() if v != usual[n]}
        if id_ and told:
            by_node.setdefault(id_, {})[name] = told
    return {
        id_: {**node, "_meta": {**_meta(node), FORM: by_node[id_]}} if id_ in by_node else node
        for id_, node in graph.items()
    }


def split(key: str, graph: Mapping[str, Any]) -> tuple[str, str]:
    """The node and the input that *key* names; "" where *graph* has no such node."""
    id_, _, name = key.partition(".")
    return (id_, name) if id_ in graph else ("", "")


def sharing(graph: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Keys that hold one value with others → those others."""
    groups: dict[str, list[str]] = {}
    for key, hint in hints_of(graph).items():
        if hint.shared:
            groups.setdefault(hint.shared, []).append(key)
    return {
        key: tuple(other for other in keys if other != key)
        for keys in groups.values()
        for key in keys
        if len(keys) > 1
    }


def spread(values: Mapping[str, Any], graph: Mapping[str, Any]) -> dict[str, Any]:
    """*values* by key, with those of all inputs that hold the same."""
    others = sharing(graph)
    spread_ = {other: value for key, value in values.items() for other in others.get(key, ())}
    return {**spread_, **values}


def is_result(node: Any) -> bool:
    """Whether the author of an app wants to see what *node* makes."""
    return _meta(node).get(RESULT) is True


def as_result(node: Mapping[str, Any]) -> dict[str, Any]:
    """*node*, noted as one whose files are to be seen."""
    return {**node, "_meta": {**_meta(node), RESULT: True}}


def _meta(node: Any) -> Mapping[str, Any]:
    meta = node.get("_meta") if isinstance(node, Mapping) else None
    return meta if isinstance(meta, Mapping) else {}


def _hint(raw: Mapping[str, Any]) -> Hint:
    def text(name: str) -> str:
        value = raw.get(name)
        return value[:MAX_TEXT] if isinstance(value, str) else ""

    return Hint(
        text("label"),
        text("name"),
        text("of"),
        text("shared"),
        _whole(raw.get("at"), -1),
        _whole(raw.get("height"), 0),
        text("help"),
    )


def _whole(value: Any, least: int) -> int:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, least), MAX_HEIGHT) if is_whole else least
