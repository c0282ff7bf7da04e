"""The words that a graph's samplers read, through whatever stands in between. Pure.

A prompt may come from a node that only holds text, from several that are joined, or from one of two
between which a switch chooses. Which node does what is told by the names of its class and inputs,
for packs have dozens of each.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from comfy.protocol.json_values import whole
from comfy.workflow.request import MAX_PROMPT

MAX_HOPS = 64
MAX_NODES = 2_000
"""Looked at for one prompt."""
Graph = Mapping[str, Any]
_JOINS = re.compile(r"concat|join|combine|merge|append", re.IGNORECASE)
_SWITCHES = re.compile(r"switch|select|if.?else|choose|choice", re.IGNORECASE)
_CHOOSERS = ("select", "index", "input", "switch", "boolean", "condition", "choice", "which")
_DELIMITERS = ("delimiter", "separator", "sep", "linebreak", "joiner")
_TRUE = ("on_true", "true", "if_true", "true_value", "text_true", "yes")
_FALSE = ("on_false", "false", "if_false", "false_value", "text_false", "no")
_WORDS = re.compile(r"text|string|prompt|value|str|positive|negative|populated|any|input|source",
                    re.IGNORECASE)  # fmt: skip
_CALLED = {"comma": ", ", "space": " ", "newline": "\n", "none": ""}
"""What joins are called → what they put in between."""
_NUMBER = re.compile(r"\d+")
_CONSTANT = ("value", "int", "float", "number", "seed", "noise_seed", "a")
"""Inputs by which a node that only holds a number calls it."""


class Words:
    """Follows links of one graph to texts and numbers. Bounded, whatever circles the graph has."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._left = MAX_NODES

    def of(self, value: Any, hops: int = MAX_HOPS, way: str = "") -> str:
        """The text that *value*, a text or a link, stands for; "" where none can be told.

        The *way*, "positive" or "negative", counts where one node gives both.
        """
        if isinstance(value, str):
            return value[:MAX_PROMPT]
        source = _source(value)
        if source is None or hops <= 0 or self._left <= 0:
            return ""
        self._left -= 1
        node, slot = source
        inputs = inputs_of(self._graph.get(node))
        name = _class(self._graph.get(node))
        if way and (one := _of_way(inputs, way, slot)) is not None:
            return self.of(one, hops - 1, way)
        if _SWITCHES.search(name):
            return self.of(_chosen(inputs, self.number), hops - 1, way)
        parts = [text for one in _wordy(inputs) if (text := self.of(one, hops - 1, way))]
        if _JOINS.search(name):
            return _delimiter(inputs, name).join(parts)[:MAX_PROMPT]
        return parts[0] if parts else ""

    def number(self, value: Any, hops: int = MAX_HOPS) -> Any:
        """The number that *value*, one itself or a link, stands for; else None."""
        while hops > 0 and (source := _source(value)) is not None:
            inputs = inputs_of(self._graph.get(source[0]))
            if _SWITCHES.search(_class(self._graph.get(source[0]))):
                value = _chosen(inputs, lambda one: one)
            else:
                value = next((inputs[name] for name in _CONSTANT if name in inputs), None)
            hops -= 1
        return value if isinstance(value, int | float) else None


def inputs_of(node: Any) -> Mapping[str, Any]:
    """The inputs of *node*; none where it has no such thing."""
    inputs = node.get("inputs") if isinstance(node, Mapping) else None
    return inputs if isinstance(inputs, Mapping) else {}


def _class(node: Any) -> str:
    name = node.get("class_type") if isinstance(node, Mapping) else None
    return name if isinstance(name, str) else ""


def _source(value: Any) -> tuple[str, int] | None:
    is_link = isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)
    return (value[0], value[1]) if is_link and isinstance(value[1], int) else None


def _of_way(inputs: Mapping[str, Any], way: str, slot: int) -> Any:
    """Of a node that gives both prompts (stylers and the like), the one that is asked for."""
    both = [
        next((inputs[n] for n in inputs if one in n.lower() and _holds(inputs[n])), None)
        for one in ("positive", "negative")
    ]
    if None in both:
        return None
    return both[slot if slot in (0, 1) else way == "negative"]


def _holds(value: Any) -> bool:
    return isinstance(value, str) or _source(value) is not None


def _wordy(inputs: Mapping[str, Any]) -> Iterator[Any]:
    """Inputs that hold text, in order; where none is called so, those that are linked."""
    named = [v for name, v in inputs.items() if _WORDS.search(name) and name not in _DELIMITERS]
    yield from named or [value for value in inputs.values() if _source(value) is not None]


def _chosen(inputs: Mapping[str, Any], number: Any) -> Any:
    """What a switch lets through; the first thing there is where it does not say."""
    chooser = next((v for n, v in inputs.items() if n.lower() in _CHOOSERS and not _holds(v)), None)
    if chooser is None:
        linked = (v for n, v in inputs.items() if n.lower() in _CHOOSERS and _source(v) is not None)
        chooser = number(next(linked, None))
    options = {n.lower(): v for n, v in inputs.items() if n.lower() not in _CHOOSERS and _holds(v)}
    if isinstance(chooser, bool):
        names = _TRUE if chooser else _FALSE
        return next((options[name] for name in names if name in options), None)
    numbered = {int(found[-1]): v for n, v in options.items() if (found := _NUMBER.findall(n))}
    if whole(chooser) in numbered and isinstance(chooser, int):
        return numbered[chooser]
    return next(iter(options.values()), None)


def _delimiter(inputs: Mapping[str, Any], name: str) -> str:
    given = next((inputs[one] for one in _DELIMITERS if isinstance(inputs.get(one), str)), None)
    if given is None:
        return ", " if "prompt" in name.lower() else " "
    return _CALLED.get(given, str(given).replace("\\n", "\n"))
