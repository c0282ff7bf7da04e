"""Refusals before anything runs, with the bodies that ComfyUI 0.33.0 answers."""

import traceback
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comfy.demo.nodes.catalogue import Catalogue, choices, inputs_of

Json = dict[str, Any]

LISTED_CHOICES = 20
"""Longer lists of choices are only counted in an answer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a prompt: `error` is empty where it was accepted."""

    error: Json
    outputs: list[str]
    node_errors: Json


@dataclass
class _Checked:
    """Results by node, in the order in which they were reached: its own errors, or none."""

    valid: dict[str, bool] = field(default_factory=dict)
    errors: dict[str, list[Json]] = field(default_factory=dict)


def is_prompt_id(text: str) -> bool:
    """Whether *text* is a lower-case hyphenated UUID."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def refusal(kind: str, message: str, details: str = "", **extra: Any) -> Json:
    """An error as ComfyUI words it."""
    return {"type": kind, "message": message, "details": details, "extra_info": extra}


def validate(
    prompt: Json, catalogue: Catalogue, input_folder: Path, targets: Collection[str] | None
) -> Verdict:
    """Check *prompt* (API format); with *targets*, only those outputs are looked at."""
    outputs = []
    for id_, node in prompt.items():
        if error := _class_error(id_, node, catalogue):
            return Verdict(error, [], {})
        if catalogue.is_output(node["class_type"]) and (targets is None or id_ in targets):
            outputs.append(id_)
    if not outputs:
        return Verdict(refusal("prompt_no_outputs", "Prompt has no outputs"), [], {})
    return _Validation(prompt, catalogue, input_folder).verdict(outputs)


def _class_error(id_: str, node: Any, catalogue: Catalogue) -> Json:
    node = node if isinstance(node, dict) else {}
    node_class = node.get("class_type")
    meta = node.get("_meta")
    title = (meta.get("title") if isinstance(meta, dict) else None) or node_class or id_
    if node_class is None:
        message = (
            f"Node '{title}' has no class_type. The workflow may be corrupted or a custom node "
            "is missing."
        )
    elif node_class not in catalogue:
        message = f"Node '{title}' not found. The custom node may not be installed."
    else:
        return {}
    return refusal(
        "missing_node_type",
        message,
        f"Node ID '#{id_}'",
        node_id=id_,
        class_type=node_class,
        node_title=title,
    )


class _Validation:
    def __init__(self, prompt: Json, catalogue: Catalogue, input_folder: Path) -> None:
        self._prompt = prompt
        self._catalogue = catalogue
        self._input_folder = input_folder
        self._checked = _Checked()

    def verdict(self, outputs: list[str]) -> Verdict:
        good: list[str] = []
        node_errors: Json = {}
        said: list[str] = []
        for output in outputs:
            if self._check_output(output):
                good.append(output)
                continue
            own = self._checked.errors.get(output, [])
            said += [f"{error['message']}: {error['details']}" for error in own]
            self._blame(output, node_errors)
        if good:
            return Verdict({}, good, node_errors)
        error = refusal(
            "prompt_outputs_failed_validation", "Prompt outputs failed validation", "\n".join(said)
        )
        return Verdict(error, [], node_errors)

    def _blame(self, output: str, node_errors: Json) -> None:
        for id_, errors in self._checked.errors.items():
            if errors:
                entry = node_errors.setdefault(
                    id_,
                    {
                        "errors": errors,
                        "dependent_outputs": [],
                        "class_type": self._prompt[id_]["class_type"],
                    },
                )
                entry["dependent_outputs"].append(output)

    def _check_output(self, output: str) -> bool:
        try:
            return self._check(output)
        except Exception as error:  # noqa: BLE001 - whatever a graph provokes is its own error
            reason = refusal(
                "exception_during_validation",
                "Exception when validating node",
                str(error),
                exception_type=type(error).__name__,
                traceback=traceback.format_exception_only(error),
            )
            self._checked.valid[output] = False
            self._checked.errors[output] = [reason]
            return False

    def _check(self, id_: str) -> bool:
        """Whether node *id_* and all it depends on are right; recurses as ComfyUI does."""
        if id_ in self._checked.valid:
            return self._checked.valid[id_]
        node = self._prompt[id_]
        errors: list[Json] = []
        valid = True
        for name, part, spec in inputs_of(self._catalogue[node["class_type"]]):
            config = [spec[0], spec[1]]
            if name not in node["inputs"]:
                if part == "required":
                    error = refusal(
                        "required_input_missing",
                        "Required input is missing",
                        name,
                        input_name=name,
                    )
                    errors.append(error)
            elif isinstance(node["inputs"][name], list):
                valid = self._check_link(node, name, config, errors) and valid
            else:
                errors += _value_errors(node, name, spec, config)
        errors += self._custom_errors(node) if not errors else []
        self._checked.valid[id_] = valid = valid and not errors
        self._checked.errors[id_] = errors
        return valid

    def _check_link(self, node: Json, name: str, config: list[Any], errors: list[Json]) -> bool:
        value, known = node["inputs"][name], {"input_name": name, "input_config": config}
        if len(value) != 2:
            message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
            errors.append(refusal("bad_linked_input", message, name, **known, received_value=value))
            return False
        source, slot = value
        received = self._catalogue[self._prompt[source]["class_type"]]["output"][slot]
        wanted = config[0]
        if received != wanted and wanted != "*" and not isinstance(wanted, list):
            error = refusal(
                "return_type_mismatch",
                "Return type mismatch between linked nodes",
                f"{name}, received_type({received}) mismatch input_type({wanted})",
                **known,
                received_type=received,
                linked_node=value,
            )
            errors.append(error)
            return False
        try:
            return self._check(source)
        except Exception as error:  # noqa: BLE001 - the same as for outputs
            reason = refusal(
                "exception_during_inner_validation",
                "Exception when validating inner node",
                str(error),
                **known,
                exception_message=str(error),
                exception_type=type(error).__name__,
                traceback=traceback.format_exception_only(error),
                linked_node=value,
            )
            errors.append(reason)
            return False

    def _custom_errors(self, node: Json) -> list[Json]:
        """What the class itself refuses: a file that is not there."""
        if node["class_type"] not in ("LoadImage", "LoadImageMask"):
            return []
        name = node["inputs"]["image"]
        if isinstance(name, list) or find_input(self._input_folder, str(name)):
            return []
        message = "Custom validation failed for node"
        details = f"image - Invalid image file: {name}"
        return [refusal("custom_validation_failed", message, details, input_name="image")]


def find_input(folder: Path, name: str) -> Path | None:
    """The file *name* (``sub/name.png``, ``name.png [input]``) in *folder*, never outside it."""
    name = name.removesuffix(" [input]")
    if not name or "\0" in name:
        return None
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None


def _value_errors(node: Json, name: str, spec: list[Any], config: list[Any]) -> list[Json]:
    value = node["inputs"][name]
    if isinstance(value, dict) and "__value__" in value:
        value = node["inputs"][name] = value["__value__"]
    known = {"input_name": name, "input_config": config}
    convert = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}.get(str(spec[0]))
    try:
        value = node["inputs"][name] = convert(value) if convert else value
    except (TypeError, ValueError, OverflowError) as error:
        reason = refusal(
            "invalid_input_type",
            f"Failed to convert an input value to a {spec[0]} value",
            f"{name}, {value}, {error}",
            **known,
            received_value=value,
            exception_message=str(error),
        )
        return [reason]
    return _range_errors(name, value, spec[1], known) or _choice_errors(
        node["class_type"], name, value, spec, known
    )


def _range_errors(name: str, value: Any, options: Json, known: Json) -> list[Json]:
    if "min" in options and value < options["min"]:
        message = f"Value {value} smaller than min of {options['min']}"
        return [refusal("value_smaller_than_min", message, name, **known, received_value=value)]
    if "max" in options and value > options["max"]:
        message = f"Value {value} bigger than max of {options['max']}"
        return [refusal("value_bigger_than_max", message, name, **known, received_value=value)]
    return []


def _choice_errors(
    node_class: str, name: str, value: Any, spec: list[Any], known: Json
) -> list[Json]:
    is_list = isinstance(spec[0], list) or spec[0] == "COMBO"
    # LoadImage looks for its file itself, so that uploads of a moment ago count.
    if not is_list or (node_class.startswith("LoadImage") and name == "image"):
        return []
    accepted = choices(spec)
    if value in accepted:
        return []
    shown = str(accepted)
    if len(accepted) > LISTED_CHOICES:
        shown, known = f"(list of length {len(accepted)})", {**known, "input_config": None}
    details = f"{name}: '{value}' not in {shown}"
    return [
        refusal("value_not_in_list", "Value not in list", details, **known, received_value=value)
    ]
