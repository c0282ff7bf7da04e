"""The language of families' graphs: steps that read wires and give new ones. Pure.

A graph is a row of steps. Each is one node; where an input is a `Wire` it is linked to whatever
gave that wire last, and what the step gives is that wire for all that follow. So a step that
changes the model (a LoRA, a shift) is put anywhere in the row and nothing else changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Graph = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wire:
    """What an earlier step gave under this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Value:
    """A field of the form, or what follows from one; see `comfy.workflow.families.values`."""

    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """One node. `gives` names the wires of its outputs by slot, "" for one that nobody reads.

    Where `only` names a value, the step is taken only where that value is true.
    """

    id: str
    node_class: str
    title: str
    inputs: Mapping[str, Any]
    gives: tuple[str, ...] = ()
    only: str = ""


Steps = tuple[Step, ...]


def step(
    id_: str,
    node_class: str,
    title: str,
    inputs: Mapping[str, Any],
    gives: str = "",
    *,
    only: str = "",
) -> Step:
    """A step; *gives* has the names of its wires, apart by spaces, "-" for one that is not read."""
    names = tuple("" if name == "-" else name for name in gives.split())
    return Step(id_, node_class, title, inputs, names, only)


def fields_of(steps: Iterable[Step]) -> frozenset[str]:
    """The values that some of *steps* read."""
    return frozenset(
        value.name for one in steps for value in one.inputs.values() if isinstance(value, Value)
    )


def classes_of(steps: Iterable[Step]) -> tuple[str, ...]:
    """The node classes that *steps* take in any case, each once."""
    return tuple(dict.fromkeys(one.node_class for one in steps if not one.only))


def lay(steps: Iterable[Step], values: Mapping[str, Any]) -> Graph:
    """The API graph of *steps* with *values*. Raises KeyError where the row is not whole."""
    wires: dict[str, list[Any]] = {}
    graph: Graph = {}
    for one in steps:
        if one.only and not values[one.only]:
            continue
        inputs = {name: _filled(given, wires, values) for name, given in one.inputs.items()}
        graph[one.id] = {
            "class_type": one.node_class,
            "inputs": inputs,
            "_meta": {"title": one.title},
        }
        wires |= {name: [one.id, slot] for slot, name in enumerate(one.gives) if name}
    return graph


def _filled(given: Any, wires: Mapping[str, list[Any]], values: Mapping[str, Any]) -> Any:
    if isinstance(given, Wire):
        return list(wires[given.name])
    return values[given.name] if isinstance(given, Value) else given
