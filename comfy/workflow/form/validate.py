"""What a server will not accept, found before anything is sent. Pure.

The same problems as a refusal tells (`comfy.protocol.refusal`), with the nearest match among
choices.
"""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from comfy.errors import Problem
from comfy.graph.plan import node_title
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.form.form import Field, Form, Kind
from comfy.workflow.model_names import same_name
from comfy.workflow.prompts.loras import first_tag
from comfy.workflow.request import is_random
from comfy.workflow.shortened import MAX_SHOWN, shortened

NO_FILE = "no_file"
FILES: Mapping[Kind, str] = MappingProxyType(
    {Kind.IMAGE: "an image", Kind.VIDEO: "a video", Kind.AUDIO: "a sound"}
)
"""Fields that take a file → what people call it."""
NEAR = 0.3
"""How alike (0…1) a choice must be to be offered instead."""


def missing_nodes(graph: Mapping[str, Any], catalogue: Catalogue) -> tuple[Problem, ...]:
    """Node classes that the server lacks, with the package that has them where the graph says.

    Of all nodes, for a server refuses a prompt for one that nothing needs too (ComfyUI's
    ``validate_prompt``).
    """
    found = []
    for id_, node in graph.items():
        node_class = node.get("class_type") if isinstance(node, Mapping) else None
        if isinstance(node_class, str) and node_class in catalogue.nodes:
            continue
        title = node_title(graph, id_, catalogue.display_names)
        package = _package(node)
        where = f" It comes with “{package}”." if package else ""
        message = f"{title}: the server has no node “{shortened(node_class)}”.{where}"
        found.append(Problem("missing_node_type", message, id_, title, value=str(node_class)))
    return tuple(found)


def check_values(form: Form, values: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Problems of *values* by field key; a field without one is taken as the graph has it."""
    return tuple(
        problem for one in form.fields for problem in _problems(one, values.get(one.key, one.value))
    )


def missing_files(
    form: Form, values: Mapping[str, Any], uploads: Collection[str]
) -> Iterator[Problem]:
    """Fields for files that name none which the server has; those in *uploads* bring one along."""
    for one in form.fields:
        if one.kind not in FILES or one.key in uploads:
            continue
        value = str(values.get(one.key, one.value) or "")
        # "name [output]" is one of the server's own results: its choices do not list those.
        if not value or (value not in map(str, one.choices) and not value.endswith("]")):
            yield _no_file(one, value)


def _no_file(one: Field, value: str) -> Problem:
    lacks = f"this server has no file “{shortened(value)}”, so choose" if value else "choose"
    message = f"{one.group}: {lacks} {FILES[one.kind]}."
    return Problem(NO_FILE, message, one.node, one.group, one.input, value)


def _problems(one: Field, value: Any) -> Iterator[Problem]:
    match one.kind:
        case Kind.SEED if is_random(value):
            return  # it is drawn
        case Kind.WHOLE | Kind.SEED | Kind.NUMBER:
            yield from _number_problems(one, value)
        case Kind.CHOICE:
            yield from _choice_problems(one, value)
        case Kind.CHOICES if isinstance(value, list | tuple):
            for item in value:
                yield from _choice_problems(one, item)
        case Kind.PROMPT if one.plain and (tag := first_tag(str(value))):
            yield _lora_problem(one, tag)
        case Kind.SWITCH if not isinstance(value, bool):
            yield _problem(one, "invalid_input_type", value, "is either on or off.")


def _lora_problem(one: Field, tag: str) -> Problem:
    message = (
        f"{one.group}: “{shortened(tag)}” would be read as words here: take it out of the text, "
        "and choose a LoRA where the workflow loads one, or use the Generate tab."
    )
    return Problem("lora_in_text", message, one.node, one.group, one.input, tag)


def _number_problems(one: Field, value: Any) -> Iterator[Problem]:
    whole = one.kind is not Kind.NUMBER
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        wanted = "a whole number" if whole else "a number"
        yield _problem(one, "invalid_input_type", value, f"must be {wanted}.")
    elif whole and isinstance(value, float) and not value.is_integer():
        yield _problem(one, "invalid_input_type", value, "must be a whole number.")
    elif one.least is not None and value < one.least:
        yield _problem(one, "value_smaller_than_min", value, f"is less than {one.least}.")
    elif one.most is not None and value > one.most:
        yield _problem(one, "value_bigger_than_max", value, f"is more than {one.most}.")


def _choice_problems(one: Field, value: Any) -> Iterator[Problem]:
    if not one.choices or value in one.choices:
        return
    names = [str(choice) for choice in one.choices]
    if str(value) in names or same_name(str(value), names):
        return  # it is sent as the server spells it
    near = next(iter(get_close_matches(str(value), names, 1, NEAR)), "")
    hint = f"; the nearest is “{near}”." if near else "."
    yield Problem(
        "value_not_in_list",
        f"{one.group}: {one.label} “{shortened(value)}” is not on this server{hint}",
        one.node,
        one.group,
        one.input,
        str(value),
        tuple(names),
        near,
    )


def _problem(one: Field, kind: str, value: Any, says: str) -> Problem:
    message = f"{one.group}: {one.label} “{shortened(value)}” {says}"
    return Problem(kind, message, one.node, one.group, one.input, str(value))


def _package(node: Any) -> str:
    """The custom node package that a node names as its own (``cnr_id``, ``aux_id``)."""
    meta = node.get("_meta") if isinstance(node, Mapping) else None
    package = meta.get("package") if isinstance(meta, Mapping) else None
    return str(package)[:MAX_SHOWN] if package else ""
