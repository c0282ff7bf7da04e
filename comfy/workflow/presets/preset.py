"""A graph that ships: what it is for, what a server must have for it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comfy.errors import Problem
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.form.validate import missing_nodes

Graph = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Model:
    """A model that input `input` of node `node` needs: `what` it is, and its `folder`.

    Its file's name is taken for that of a fitting one where it has one of `words` in it; without
    words any will do.
    """

    node: str
    input: str
    what: str
    folder: str
    words: tuple[str, ...] = ()

    def fits(self, name: str) -> bool:
        """Whether *name* looks like such a model."""
        return not self.words or any(word in name.lower() for word in self.words)


@dataclass(frozen=True, slots=True)
class Preset:
    """A graph that ships, under a short `name` and a `title` and sentence for people."""

    name: str
    title: str
    description: str
    graph: Mapping[str, Any]
    models: tuple[Model, ...] = ()

    def needs(self, catalogue: Catalogue) -> tuple[Problem, ...]:
        """What the server lacks for it: nodes, models of a kind, models named like one.

        Kinds ``missing_node_type`` and ``missing_model`` keep it from running;
        ``model_not_recognized`` may be but a model by another name.
        """
        models = (self._missing(model, catalogue) for model in self.models)
        return (*missing_nodes(self.graph, catalogue), *filter(None, models))

    def runs_on(self, catalogue: Catalogue) -> bool:
        """Whether the server has all that it takes."""
        return all(problem.kind == "model_not_recognized" for problem in self.needs(catalogue))

    def graph_for(self, catalogue: Catalogue) -> Graph:
        """The graph, with models that the server has wherever it has any."""
        graph = {
            id_: {**node, "inputs": dict(node["inputs"]), "_meta": dict(node["_meta"])}
            for id_, node in self.graph.items()
        }
        taken: set[tuple[str, str]] = set()
        for model in self.models:
            inputs = graph[model.node]["inputs"]
            has = _choices(catalogue, graph, model)
            free = [name for name in has if (model.folder, name) not in taken]
            fitting = [name for name in free if model.fits(name)]
            if has and not (inputs[model.input] in has and model.fits(inputs[model.input])):
                inputs[model.input] = next(iter(fitting or free or has))
            taken.add((model.folder, inputs[model.input]))
        return graph

    def _missing(self, model: Model, catalogue: Catalogue) -> Problem | None:
        node = self.graph[model.node]
        if node["class_type"] not in catalogue.nodes:
            return None  # the node is missed already
        title = node["_meta"]["title"]
        choices = _choices(catalogue, self.graph, model)
        if not choices:
            message = (
                f"{title}: the server has no {model.what}; put one into its folder "
                f"models/{model.folder}."
            )
            return Problem("missing_model", message, model.node, title, model.input)
        if any(map(model.fits, choices)):
            return None
        message = f"{title}: nothing on the server is named like a {model.what}; choose one."
        return Problem(
            "model_not_recognized", message, model.node, title, model.input, choices=choices
        )


def node(class_type: str, title: str, **inputs: Any) -> Graph:
    """One node of an API graph."""
    return {"class_type": class_type, "inputs": inputs, "_meta": {"title": title}}


def _choices(catalogue: Catalogue, graph: Mapping[str, Any], model: Model) -> tuple[str, ...]:
    return catalogue.choices(graph[model.node]["class_type"], model.input)
