"""Which node runs next, and which need not run: ComfyUI's ExecutionList and cache keys."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from comfy.demo.nodes.validate import find_input

Json = dict[str, Any]
Link = tuple[str, int]


def is_link(value: Any) -> bool:
    """Whether an input is fed by another node."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)


def sources(node: Mapping[str, Any]) -> list[str]:
    """Ids of the nodes that *node* reads from."""
    return [value[0] for value in _inputs(node).values() if is_link(value)]


def _inputs(node: Mapping[str, Any]) -> Json:
    """The inputs of a node that nobody may have validated, because no output needs it."""
    inputs = node.get("inputs")
    return inputs if isinstance(inputs, dict) else {}


def cache_keys(graph: Json, input_folder: Path) -> dict[str, str]:
    """A key by node: equal where class, inputs and everything upstream are."""
    keys: dict[str, str] = {}
    for id_ in _upstream_first(graph):
        node = graph[id_]
        inputs = {
            name: ["link", keys.get(value[0], ""), value[1]] if is_link(value) else value
            for name, value in _inputs(node).items()
        }
        said = [node["class_type"], inputs, _changed(node, input_folder)]
        text = json.dumps(said, sort_keys=True, default=str)
        keys[id_] = hashlib.sha256(text.encode()).hexdigest()
    return keys


def _changed(node: Json, input_folder: Path) -> str:
    """For classes that read a file: what tells whether it changed."""
    if node["class_type"] not in ("LoadImage", "LoadImageMask"):
        return ""
    path = find_input(input_folder, str(_inputs(node).get("image")))
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""


def _upstream_first(graph: Json) -> list[str]:
    done: dict[str, None] = {}
    for root in graph:
        stack = [(root, False)]
        opened: set[str] = set()
        while stack:
            id_, ready = stack.pop()
            if ready:
                done.setdefault(id_)
            elif id_ in graph and id_ not in done and id_ not in opened:
                opened.add(id_)
                stack.append((id_, True))
                stack += [(source, False) for source in sources(graph[id_])]
    return list(done)


class Order:
    """The nodes still to run. Outputs are preferred, then what leads to one soon."""

    def __init__(self, is_cached: Callable[[str], bool], is_output: Callable[[str], bool]) -> None:
        self._is_cached = is_cached
        self._is_output = is_output
        self._blockers: dict[str, set[str]] = {}
        self._blocking: dict[str, dict[str, None]] = {}
        self._staged: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._blockers)

    def add(self, graph: Json, roots: Iterable[str]) -> None:
        """Plan *roots* and everything upstream that is not cached."""
        todo = list(roots)
        while todo:
            id_ = todo.pop()
            if id_ in self._blockers:
                continue
            self._blockers[id_] = set()
            self._blocking.setdefault(id_, {})
            for source in sources(graph[id_]):
                if source in graph and not self._is_cached(source):
                    self.block(id_, source)
                    todo.append(source)

    def block(self, id_: str, source: str) -> None:
        """Let *id_* wait for *source*."""
        self._blockers[id_].add(source)
        self._blocking.setdefault(source, {})[id_] = None

    def next(self, side_by_side: Callable[[str], bool]) -> str | None:
        """A node that can run now, taken off the shelf; None while all wait."""
        ready = [i for i, b in self._blockers.items() if not b and i not in self._staged]
        if not ready:
            return None
        chosen = self._choose(ready, side_by_side)
        self._staged.add(chosen)
        return chosen

    def put_back(self, id_: str) -> None:
        """*id_* has to run again, once its new blockers are done."""
        self._staged.discard(id_)

    def done(self, id_: str) -> None:
        """*id_* is over; free what waited for it."""
        self._blockers.pop(id_, None)
        self._staged.discard(id_)
        for blocked in self._blocking.get(id_, ()):
            if blocked in self._blockers:
                self._blockers[blocked].discard(id_)

    def _choose(self, ready: list[str], side_by_side: Callable[[str], bool]) -> str:
        for id_ in ready:
            if self._is_output(id_) or side_by_side(id_):
                return id_
        for id_ in ready:
            if any(self._is_output(b) for b in self._blocking[id_]):
                return id_
        for id_ in ready:
            if any(self._is_output(c) for b in self._blocking[id_] for c in self._after(b)):
                return id_
        return ready[0]

    def _after(self, id_: str) -> Collection[str]:
        return self._blocking.get(id_, {})
