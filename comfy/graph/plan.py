"""Which nodes of a graph will run, what each weighs, and what to call it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from comfy.graph.megapixels import megapixels

Graph = Mapping[str, Any]

DECODE_UNITS = 2.0
"""From half a step (large models) to three (SDXL) of the same size: the middle of those."""
LOADER_UNITS = 3.0
ENCODE_UNITS = 0.5
OTHER_UNITS = 0.05
"""Most other nodes name a size, pass something on or write a file: next to nothing."""
STEP_OVERHEAD = 0.05
"""Megapixels that the fixed cost of a step is worth: small pictures are not as fast as small."""
DEFAULT_STEPS = 20
USUAL_DOUBT = 0.1
"""How far apart runs of the same are, where nobody has measured it."""
_MAX_DEPTH = 64
"""Links followed upwards in search of a step count."""


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """One node that is to run.

    `units` is its weight where nothing is learned, in steps of the graph's first sampler;
    `seconds` its learned duration, if any, `first_seconds` that until its first step, `doubt`
    how far apart the runs are that it is learned from (deviation of the logarithm);
    `steps` the steps a sampler announces in the graph, else 0; `activity` what it does (see
    `activity_of`); `megapixels` what it works on, batch included, 0 where the graph does not say.
    """

    id: str
    title: str
    node_class: str
    activity: str
    units: float
    steps: int = 0
    seconds: float | None = None
    first_seconds: float | None = None
    doubt: float = USUAL_DOUBT
    megapixels: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The nodes that will run, by id, and the outputs they serve."""

    nodes: Mapping[str, PlannedNode] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()

    def weights(self) -> dict[str, float]:
        """Weight by node, all in one unit: seconds where anything is learned, else steps.

        Nodes without learned seconds are converted at the rate of those that have them; where
        those took no time at all, nothing is taken for learned.
        """
        learned = [n for n in self.nodes.values() if n.seconds is not None]
        units, seconds = sum(n.units for n in learned), sum(n.seconds or 0.0 for n in learned)
        if not seconds:
            return {n.id: n.units for n in self.nodes.values()}
        rate = seconds / units if units else 1.0
        return {
            n.id: n.seconds if n.seconds is not None else n.units * rate
            for n in self.nodes.values()
        }

    def title(self, node: str) -> str:
        """The name for people of *node*; expanded ids (``1.0.0.3``) count as their root."""
        found = self.nodes.get(node) or self.nodes.get(node.split(".", 1)[0])
        return found.title if found else ""


def make_plan(
    graph: Graph,
    *,
    display_names: Mapping[str, str] | None = None,
    output_classes: frozenset[str] | None = None,
    learned: Mapping[str, float] | None = None,
) -> Plan:
    """Plan *graph* (API format): every ancestor of its output nodes.

    *display_names* and *output_classes* come from the server's catalogue; without the latter,
    nodes that nobody reads from are taken for outputs. *learned* maps node ids to seconds.
    """
    names = display_names or {}
    outputs = _outputs(graph, output_classes)
    nodes = {}
    order = ancestors(graph, outputs)
    sizes = megapixels(graph, order, {i: [s for s, _ in links(graph[i])] for i in order})
    for id_ in order:
        node_class = str(graph[id_].get("class_type", ""))
        activity = activity_of(node_class)
        if activity == "sampling" and not links(graph[id_]):
            activity = "other"  # SamplerEulerAncestral and its like only name a method
        steps = _steps(graph, id_) if activity == "sampling" else 0
        nodes[id_] = PlannedNode(
            id_,
            node_title(graph, id_, names),
            node_class,
            activity,
            _units(node_class, activity, steps),
            steps,
            (learned or {}).get(id_),
            megapixels=sizes.get(id_, 0.0),
        )
    return Plan(_by_size(nodes), outputs)


def needed(graph: Graph, output_classes: frozenset[str] | None = None) -> dict[str, str]:
    """The nodes that a plan of *graph* would have, dependencies first: id → class."""
    order = ancestors(graph, _outputs(graph, output_classes))
    return {id_: str(graph[id_].get("class_type", "")) for id_ in order}


def without_outputs(graph: Graph, plan: Plan, dropped: Iterable[str]) -> Plan:
    """Return *plan* less what only the *dropped* outputs needed."""
    outputs = tuple(o for o in plan.outputs if o not in set(dropped))
    keep = ancestors(graph, outputs)
    return replace(plan, outputs=outputs, nodes={i: n for i, n in plan.nodes.items() if i in keep})


def node_title(graph: Graph, node: str, display_names: Mapping[str, str]) -> str:
    """The user's title, else the display name, else the class; with the id, never the id alone."""
    entry = graph.get(node)
    if not isinstance(entry, Mapping):
        root = node.split(".", 1)[0].split(":", 1)[0]
        return node_title(graph, root, display_names) if root != node else f"Node {node}"
    node_class = str(entry.get("class_type") or "")
    meta = entry.get("_meta")
    title = str(meta.get("title") or "") if isinstance(meta, Mapping) else ""
    return title or display_names.get(node_class) or node_class or f"Node {node}"


def activity_of(node_class: str) -> str:
    """What a class does, by its name: loading, encoding, sampling, decoding, saving, other."""
    name = node_class.lower()
    if "sampler" in name and not name.endswith(("select", "loader")):
        return "sampling"
    for words, activity in (
        (("loader", "loadimage", "load"), "loading"),
        (("decode",), "decoding"),
        (("encode", "conditioning"), "encoding"),
        (("save", "preview"), "saving"),
        (("upscalewithmodel", "upscalemodel"), "sampling"),
    ):
        if any(word in name for word in words):
            return activity
    return "other"


def links(node: Any) -> list[tuple[str, int]]:
    """The (node id, slot) pairs that *node* reads from."""
    inputs = node.get("inputs") if isinstance(node, Mapping) else None
    if not isinstance(inputs, Mapping):
        return []
    return [
        (str(v[0]), v[1])
        for v in inputs.values()
        if isinstance(v, list) and len(v) == 2 and isinstance(v[0], str) and isinstance(v[1], int)
    ]


def ancestors(graph: Graph, outputs: Iterable[str]) -> dict[str, None]:
    """Ids of *outputs* and all they depend on, dependencies first."""
    seen: dict[str, None] = {}
    stack = [(o, False) for o in reversed(tuple(outputs))]
    open_: set[str] = set()
    while stack:
        id_, done = stack.pop()
        if done:
            seen.setdefault(id_)
            continue
        if id_ in open_ or not isinstance(graph.get(id_), Mapping):
            continue
        open_.add(id_)
        stack.append((id_, True))
        stack.extend((source, False) for source, _ in reversed(links(graph[id_])))
    return seen


def _outputs(graph: Graph, classes: frozenset[str] | None) -> tuple[str, ...]:
    valid = {i: n for i, n in graph.items() if isinstance(n, Mapping) and n.get("class_type")}
    if classes is not None:
        found = tuple(i for i, n in valid.items() if str(n["class_type"]) in classes)
        if found:
            return found
    read = {source for node in valid.values() for source, _ in links(node)}
    return tuple(i for i in valid if i not in read)


def _by_size(nodes: Mapping[str, PlannedNode]) -> dict[str, PlannedNode]:
    """Weigh what grows with pixels by how many there are, a step of the first sampler being 1."""
    grows = ("sampling", "decoding")
    first = next((n.megapixels for n in nodes.values() if n.steps and n.megapixels), 0.0)
    return {
        id_: replace(node, units=node.units * _work(node) / step_cost(first))
        if first and node.megapixels and node.activity in grows
        else node
        for id_, node in nodes.items()
    }


def _work(node: PlannedNode) -> float:
    """Megapixels' worth: decoding runs once, and has no fixed cost to speak of."""
    return step_cost(node.megapixels) if node.activity == "sampling" else node.megapixels


def step_cost(size: float) -> float:
    """What a step on *size* megapixels costs, in megapixels."""
    return size + STEP_OVERHEAD


def _units(node_class: str, activity: str, steps: int) -> float:
    if activity == "sampling":
        return float(steps)
    if activity == "decoding":
        return DECODE_UNITS
    if activity == "encoding":
        return ENCODE_UNITS
    return LOADER_UNITS if loads_model(node_class) else OTHER_UNITS


def loads_model(node_class: str) -> bool:
    """Whether a class loads a model, which takes long the first time; a picture does not."""
    return "loader" in node_class.lower()


def _steps(graph: Graph, id_: str) -> int:
    """Steps of the sampler *id_*: its own input, else the nearest ancestor's, else a default."""
    level, seen = [id_], {id_}
    for _ in range(_MAX_DEPTH):
        for node in level:
            inputs = graph[node].get("inputs") if isinstance(graph.get(node), Mapping) else None
            steps = inputs.get("steps") if isinstance(inputs, Mapping) else None
            if isinstance(steps, int | float) and not isinstance(steps, bool) and steps >= 1:
                return _window(inputs, int(min(steps, 1e6))) if isinstance(inputs, Mapping) else 0
        above = (source for node in level for source, _ in links(graph.get(node)))
        level = [source for source in dict.fromkeys(above) if source not in seen]
        seen.update(level)
        if not level:
            break
    return DEFAULT_STEPS


def _window(inputs: Mapping[str, Any], steps: int) -> int:
    """Steps left of *steps* after KSamplerAdvanced's start_at_step and end_at_step."""
    start, end = inputs.get("start_at_step", 0), inputs.get("end_at_step", steps)
    if not isinstance(start, int) or not isinstance(end, int):
        return steps
    return max(1, min(end, steps) - max(0, start))
