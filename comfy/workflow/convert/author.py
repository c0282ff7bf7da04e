"""What the author of a workflow chose as its form, its names and its results. Pure.

After ``appModeStore`` of ComfyUI's page (front end 1.58): an entry names a node of the top graph
and its widget, in one of four ways; what is there no more is dropped in silence, as there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from comfy.workflow.hints import MAX_HEIGHT, MAX_TEXT, NO_HINT, Hint, as_result

MAX_CHOSEN = 500


@dataclass(slots=True)
class Told:
    """What conversion finds out on its way: hints by key, and which keys each widget comes to.

    `widgets` are those that are on the page only, by ``NODE.widget``: of instances and primitives.
    `promoted` are keys whose value an instance holds.
    """

    hints: dict[str, Hint] = field(default_factory=dict)
    widgets: dict[str, list[str]] = field(default_factory=dict)
    promoted: set[str] = field(default_factory=set)

    def named(self, key: str, label: str) -> None:
        """Note that somebody called *key* by *label*."""
        if label and label != key.rpartition(".")[2]:
            self.hints[key] = Hint(label=label)

    def shared(self, key: str, widget: str, hint: Hint = NO_HINT) -> None:
        """Note that *key* gets what *widget* holds, with *hint* of what that is called."""
        self.hints[key] = replace(hint, shared=widget)
        self.stands_for(key, widget)

    def stands_for(self, key: str, widget: str) -> None:
        """Note that *widget* is another name for *key*."""
        self.widgets.setdefault(widget, []).append(key)


def with_choices(
    graph: Mapping[str, Any], told: Told, extra: Any
) -> tuple[dict[str, Hint], dict[str, Any]]:
    """All hints, with the places of what was chosen, and *graph* with its results noted."""
    data = extra.get("linearData") if isinstance(extra, Mapping) else None
    if not isinstance(data, Mapping):
        return told.hints, dict(graph)
    hints = dict(told.hints)
    for place, (entry, keys) in enumerate(_inputs(data.get("inputs"), graph, told)):
        config = entry[2] if len(entry) > 2 and isinstance(entry[2], Mapping) else {}
        for key in keys:
            hints[key] = replace(hints.get(key, Hint()), at=place, **_looks(config))
    if not any(hint.at >= 0 for hint in hints.values()):
        return told.hints, dict(graph)
    wanted = set(_outputs(data.get("outputs"), graph))
    return hints, {id_: as_result(n) if id_ in wanted else n for id_, n in graph.items()}


def _inputs(
    listed: Any, graph: Mapping[str, Any], told: Told
) -> Iterator[tuple[list[Any], list[str]]]:
    """Each entry that still leads to something, with the keys it leads to."""
    for entry in listed[:MAX_CHOSEN] if isinstance(listed, list) else ():
        if not isinstance(entry, list) or len(entry) < 2 or not isinstance(entry[1], str):
            continue
        if keys := _keys(entry[0], entry[1], graph, told):
            yield entry, keys


def _keys(saved: Any, name: str, graph: Mapping[str, Any], told: Told) -> list[str]:
    if isinstance(saved, bool) or not isinstance(saved, int | str):
        return []
    parts = str(saved).split(":")
    if len(parts) == 3:  # GRAPH:NODE:WIDGET, as the newest pages write it
        found = _known(unquote(parts[1]), unquote(parts[2]), graph, told)
        if found:
            return found
    if len(parts) == 2 and (found := _known(parts[1], name, graph, told)):
        return found  # GRAPH:NODE
    if found := _known(str(saved), name, graph, told):
        return found
    return _inside(str(saved), name, told) if len(parts) == 1 else []


def _known(id_: str, name: str, graph: Mapping[str, Any], told: Told) -> list[str]:
    """The keys of widget *name* of node *id_*, of the graph or on the page only."""
    node = graph.get(id_)
    if isinstance(node, Mapping) and name in node["inputs"]:
        return [f"{id_}.{name}"]
    return told.widgets.get(f"{id_}.{name}", [])


def _inside(id_: str, name: str, told: Told) -> list[str]:
    """Older files name a node inside: the one instance is meant whose widget leads there."""
    found = [
        keys
        for widget, keys in told.widgets.items()
        if _ends(widget, id_, name)
        or (":" not in widget.partition(".")[0] and any(_ends(key, id_, name) for key in keys))
    ]
    return found[0] if len(found) == 1 else []


def _ends(key: str, id_: str, name: str) -> bool:
    node, _, input_ = key.partition(".")
    return input_ == name and ":" in node and node.rpartition(":")[2] == id_


def _outputs(listed: Any, graph: Mapping[str, Any]) -> Iterator[str]:
    for saved in listed[:MAX_CHOSEN] if isinstance(listed, list) else ():
        if isinstance(saved, bool) or not isinstance(saved, int | str):
            continue
        id_ = str(saved)
        yield id_
        yield from (one for one in graph if one.rpartition(":")[2] == id_ and id_ not in graph)


def _looks(config: Mapping[str, Any]) -> dict[str, Any]:
    height, text = config.get("height"), config.get("description")
    is_height = isinstance(height, int | float) and not isinstance(height, bool)
    return {
        "height": int(max(0, min(height or 0, MAX_HEIGHT))) if is_height else 0,
        "help": text[:MAX_TEXT] if isinstance(text, str) else "",
    }
