"""A server's node catalogue (``/object_info``), typed once. Pure.

Input specs come as ``[type, options]``; a choice is ``[[…], options]`` in the old spelling and
``["COMBO", {"options": […]}]`` in the new one (ComfyUI's comfy_types/node_typing.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from comfy.workflow.replacements import Replacement, read_replacements

MAX_CHOICES = 20_000


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a node class: its type, its choices (for ``COMBO``), its raw options.

    `raw_choices` keep the types they came with: some are numbers.
    """

    name: str
    type: str
    choices: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    required: bool = True
    raw_choices: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeClass:
    """One node class: its name for people, its inputs, whether it is an output.

    `outputs` are the types of what it gives, by slot. One that `is_paid` runs on a service that
    takes money for it.
    """

    name: str
    display_name: str
    inputs: Mapping[str, Input]
    is_output: bool = False
    outputs: tuple[str, ...] = ()
    is_paid: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All node classes of a server, by name, and what stands for those it had once.

    `display_names` are names for people by class, `output_classes` the classes that end a graph;
    both follow from `nodes`.
    """

    nodes: Mapping[str, NodeClass] = field(default_factory=dict)
    replacements: Mapping[str, Replacement] = field(default_factory=dict)
    display_names: Mapping[str, str] = field(init=False, repr=False, compare=False)
    output_classes: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {name: node.display_name for name, node in self.nodes.items()}
        outputs = frozenset(name for name, node in self.nodes.items() if node.is_output)
        object.__setattr__(self, "display_names", names)
        object.__setattr__(self, "output_classes", outputs)

    def renewed(self, other: "Catalogue") -> "Catalogue":
        """Return this with the classes of *other* for its own; itself where none differs."""
        if all(self.nodes.get(name) == node for name, node in other.nodes.items()):
            return self
        return Catalogue({**self.nodes, **other.nodes}, self.replacements)

    def choices(self, node_class: str, input_name: str) -> tuple[str, ...]:
        """What *input_name* of *node_class* accepts; () where it is no choice, or unknown."""
        node = self.nodes.get(node_class)
        found = node.inputs.get(input_name) if node else None
        return found.choices if found else ()


def union(catalogues: Sequence[Catalogue]) -> Catalogue:
    """What one or another server has: every class, as the first has it, with the choices of all."""
    if len(catalogues) == 1:
        return catalogues[0]
    nodes: dict[str, NodeClass] = {}
    for catalogue in catalogues:
        for name, node in catalogue.nodes.items():
            known = nodes.get(name)
            nodes[name] = _joined(known, node) if known and known != node else node
    replacements = {k: v for one in reversed(catalogues) for k, v in one.replacements.items()}
    return Catalogue(nodes, replacements)


def _joined(first: NodeClass, other: NodeClass) -> NodeClass:
    inputs = dict(first.inputs)
    for name, input_ in first.inputs.items():
        more = other.inputs.get(name)
        if more is None or more.raw_choices == input_.raw_choices:
            continue
        listed = {(type(one), one): one for one in (*input_.raw_choices, *more.raw_choices)}
        raw = tuple(listed.values())[:MAX_CHOICES]
        inputs[name] = replace(input_, choices=tuple(map(str, raw)), raw_choices=raw)
    return replace(first, inputs=inputs)


def parse_catalogue(object_info: Mapping[str, Any], replacements: Any = None) -> Catalogue:
    """Read ``/object_info``, and ``/node_replacements`` where a server has that.

    Whatever in them has the wrong shape is left out.
    """
    nodes = {}
    for name, info in object_info.items():
        if isinstance(info, Mapping):
            nodes[name] = NodeClass(
                name,
                str(info.get("display_name") or name),
                _inputs(info.get("input"), info.get("input_order")),
                bool(info.get("output_node")),
                _outputs(info.get("output")),
                info.get("api_node") is True,
            )
    return Catalogue(nodes, read_replacements(replacements))


def _outputs(types: Any) -> tuple[str, ...]:
    """A list instead of a type is that of a choice, in the old spelling."""
    listed = types if isinstance(types, list | tuple) else ()
    return tuple("COMBO" if isinstance(one, list) else str(one) for one in listed)


def _inputs(groups: Any, order: Any) -> dict[str, Input]:
    """Required inputs, then optional ones, each in ``input_order`` where there is one."""
    found = {}
    for group in ("required", "optional"):
        specs = groups.get(group) if isinstance(groups, Mapping) else None
        if not isinstance(specs, Mapping):
            continue
        listed = order.get(group) if isinstance(order, Mapping) else None
        first = [n for n in listed if isinstance(n, str)] if isinstance(listed, list) else []
        for name in dict.fromkeys((*first, *specs)):
            spec = specs.get(name)
            if isinstance(spec, list | tuple) and spec:
                found[name] = read_input(name, spec, required=group == "required")
    return found


def read_input(name: str, spec: list[Any] | tuple[Any, ...], *, required: bool) -> Input:
    """Read one input spec, ``[type, options?]``."""
    options = spec[1] if len(spec) > 1 and isinstance(spec[1], Mapping) else {}
    listed = spec[0] if isinstance(spec[0], list) else options.get("options")
    choices = listed[:MAX_CHOICES] if isinstance(listed, list) else []
    kind = "COMBO" if isinstance(spec[0], list) else str(spec[0])
    raw = tuple(choice for choice in choices if isinstance(choice, str | int | float))
    return Input(name, kind, tuple(str(choice) for choice in raw), options, required, raw)
