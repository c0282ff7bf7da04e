"""Why a server refuses a prompt, read from its answer. Pure.

Error types: ComfyUI's execution.py ``validate_prompt`` and ``validate_inputs``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from comfy.errors import Problem, Rejected
from comfy.graph.plan import node_title

NOT_IN_LIST = "value_not_in_list"
MAX_PROBLEMS = 50
MAX_CHOICES = 2000
MAX_COMPARED = 8
"""Problems whose nearest choice is looked for: it takes a moment where there are many choices."""
MAX_SHOWN = 200
"""Characters of a value or detail quoted in a message."""


def rejection(answer: Mapping[str, Any], graph: Mapping[str, Any]) -> Rejected:
    """Return the error for a 400 *answer* to *graph*: first the whole, then each problem."""
    problems, _ = read_problems(answer.get("node_errors"), graph)
    return _rejected(problems or (_overall(answer.get("error"), graph),))


def completed(
    error: Rejected, graph: Mapping[str, Any], choices: Callable[[str, str], Sequence[str]]
) -> Rejected:
    """*error* with the choices that its answer left out, as ComfyUI does where they are many.

    *choices* gives those of an input by node class and name, as far as they are known.
    """
    problems = []
    for number, one in enumerate(error.problems):
        node_class = class_of(graph, one.node)
        if one.kind == NOT_IN_LIST and not one.choices and node_class:
            known = tuple(choices(node_class, one.field))[:MAX_CHOICES]
            one = _with_choices(one, known, compare=number < MAX_COMPARED)
        problems.append(one)
    return _rejected(tuple(problems)) if problems else error


def class_of(graph: Mapping[str, Any], node: str) -> str:
    """The class of *node* in *graph*; "" where it says none."""
    entry = graph.get(node)
    known = entry.get("class_type") if isinstance(entry, Mapping) else None
    return known if isinstance(known, str) else ""


def _rejected(problems: tuple[Problem, ...]) -> Rejected:
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    return Rejected(problems[0].message + more, problems)


def _with_choices(problem: Problem, choices: tuple[str, ...], *, compare: bool) -> Problem:
    nearest = _nearest(problem.value, choices) if compare else ""
    message = _not_in_list(problem.title, problem.field, problem.value, nearest)
    return replace(problem, message=message, choices=choices, nearest=nearest)


def read_problems(
    node_errors: Any, graph: Mapping[str, Any]
) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Return the problems in ``node_errors`` and the output nodes that depend on them."""
    problems: list[Problem] = []
    dropped: dict[str, None] = {}
    if not isinstance(node_errors, Mapping):
        return (), ()
    for node, entry in node_errors.items():
        if not isinstance(entry, Mapping):
            continue
        dropped.update((str(o), None) for o in _list(entry.get("dependent_outputs")))
        for error in _list(entry.get("errors")):
            if isinstance(error, Mapping) and len(problems) < MAX_PROBLEMS:
                compare = len(problems) < MAX_COMPARED
                problems.append(_problem(_short(node), error, graph, compare=compare))
    return tuple(problems), tuple(dropped)


def _problem(
    node: str, error: Mapping[str, Any], graph: Mapping[str, Any], *, compare: bool
) -> Problem:
    kind, info = _short(error.get("type")), error.get("extra_info")
    info = info if isinstance(info, Mapping) else {}
    title = _short(node_title(graph, node, {}))
    field = _short(info.get("input_name"))
    value = _short(info.get("received_value"))
    config = info.get("input_config")
    choices = _choices(config)
    nearest = _nearest(value, choices) if compare else ""
    none = bool(_list(config)) and not choices  # a list that is left out is no empty one
    detail = _short(error.get("details"))
    message = {
        NOT_IN_LIST: _not_in_list(title, field, value, nearest, none=none),
        "value_smaller_than_min": f"{title}: {field} {value} is too small{_bound(info, 'min')}.",
        "value_bigger_than_max": f"{title}: {field} {value} is too large{_bound(info, 'max')}.",
        "invalid_input_type": f"{title}: {field} cannot be “{value}”{_wanted(info)}.",
        "required_input_missing": f"{title}: {field} is missing; connect or fill it.",
        "return_type_mismatch": f"{title}: {field} is connected to the wrong kind of output"
        f" ({_short(info.get('received_type'))}).",
        "custom_validation_failed": _ended(f"{title}: {detail}"),
    }.get(kind) or _ended(f"{title}: {_short(error.get('message')) or kind} {detail}")
    return Problem(kind, message, node, title, field, value, choices, nearest)


def _overall(error: Any, graph: Mapping[str, Any]) -> Problem:
    error = error if isinstance(error, Mapping) else {"message": error}
    kind, info = _short(error.get("type")) or "refused", error.get("extra_info")
    info = info if isinstance(info, Mapping) else {}
    # Before 0.4 or so only the details name the node: "Node ID '#3'".
    named = re.search(r"#([\w.:-]+)", _short(error.get("details")))
    node = _short(info.get("node_id")) or (named[1] if named else "")
    title = _short(info.get("node_title")) or (node_title(graph, node, {}) if node else "")
    node_class = _short(info.get("class_type") or class_of(graph, node))
    if kind == "invalid_prompt" and node:
        kind = "missing_node_type"
    message = {
        "prompt_no_outputs": "The workflow has no output: add a Save Image or Preview Image node.",
        "no_prompt": "The server got no workflow: send it again.",
        "missing_node_type": f"{title}: the server has no node “{node_class}”; install the custom "
        "node it comes from."
        if node_class
        else f"{title}: the node has no class; the workflow may be damaged.",
    }.get(kind)
    said = " ".join(filter(None, (_short(error.get("message")), _short(error.get("details")))))
    message = message or _ended(f"The server refuses the workflow: {said or kind}")
    return Problem(kind, message, node, title)


def _nearest(value: str, choices: Sequence[str]) -> str:
    return next(iter(get_close_matches(value, choices, 1, 0.3)), "")


def _not_in_list(title: str, field: str, value: str, nearest: str, *, none: bool = False) -> str:
    then = f"; the nearest is “{nearest}”." if nearest else ", which has none." if none else "."
    return f"{title}: {field} “{value}” is not on this server{then}"


def _choices(config: Any) -> tuple[str, ...]:
    """The accepted values in an input spec: ``[[…], opts]`` or ``["COMBO", {"options": […]}]``."""
    config = _list(config)
    options = config[1].get("options") if len(config) > 1 and isinstance(config[1], dict) else None
    found = config[0] if config and isinstance(config[0], list) else _list(options)
    # No name of a file is as long as that; comparing with many that are would take minutes.
    return tuple(c for c in map(_text, found[:MAX_CHOICES]) if len(c) <= MAX_SHOWN)


def _bound(info: Mapping[str, Any], key: str) -> str:
    config = _list(info.get("input_config"))
    value = config[1].get(key) if len(config) > 1 and isinstance(config[1], dict) else None
    return (
        "" if value is None else f"; the {'least' if key == 'min' else 'most'} is {_short(value)}"
    )


def _wanted(info: Mapping[str, Any]) -> str:
    config = _list(info.get("input_config"))
    names = {"INT": "a whole number", "FLOAT": "a number", "BOOLEAN": "on or off"}
    return f"; it wants {names[config[0]]}" if config and config[0] in list(names) else ""


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _ended(text: str) -> str:
    """*text* as a sentence, whether or not the server ended it."""
    return text.rstrip(" .:") + ("" if text.rstrip().endswith(("!", "?", "…")) else ".")


def _short(value: Any) -> str:
    text = " ".join(_text(value)[: 2 * MAX_SHOWN].split())
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"


def _text(value: Any) -> str:
    """*value* as people read it; what is no plain value is only named."""
    if isinstance(value, str | int | float):
        return str(value)
    return "" if value is None else "a list" if isinstance(value, list) else "an object"
