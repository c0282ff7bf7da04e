"""The API's description as the last part of docs/api.md. Pure."""

from typing import Any

BEGIN = "<!-- From here on made by `python -m docs.api_reference`, and held against the routes. -->"


def markdown(schema: dict[str, Any]) -> str:
    """Tables of all routes with their statuses, and of all shapes with their fields."""
    lines = [BEGIN, "", "## Every route", "", "| request | takes | answers | refuses with |"]
    lines.append("|---|---|---|---|")
    for path, operations in schema["paths"].items():
        lines += [_route(method, path, one) for method, one in operations.items()]
    lines += ["", "## Every shape", ""]
    for name, shape in sorted(schema["components"]["schemas"].items()):
        lines += _shape(name, shape)
    return "\n".join(lines).rstrip() + "\n"


def _route(method: str, path: str, operation: dict[str, Any]) -> str:
    query = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
    takes = [*_held(operation.get("requestBody", {})), *(f"`{name}`" for name in query)]
    answers = operation["responses"].items()
    good = [" ".join((status, *_held(one))) for status, one in answers if status < "400"]
    bad = [status for status, _ in answers if status >= "400"]
    cells = (f"`{method.upper()} {path}`", ", ".join(takes), ", ".join(good), ", ".join(bad))
    return f"| {' | '.join(cells)} |"


def _shape(name: str, shape: dict[str, Any]) -> list[str]:
    first = next(iter(shape.get("description", "").splitlines()), "")
    lines = [f"**{name}**: {first}" if first else f"**{name}**"]
    if "enum" in shape:
        return [f"**{name}**: {', '.join(f'`{value}`' for value in shape['enum'])}", ""]
    required = shape.get("required", ())
    lines += ["", "| field | | |", "|---|---|---|"]
    for field, held in shape.get("properties", {}).items():
        must = "" if field in required else " *Optional.*"
        lines.append(f"| `{field}` | {_kind(held)} | {held.get('description', '')}{must} |")
    return [*lines, ""]


def _kind(held: dict[str, Any]) -> str:
    if "$ref" in held:
        return str(held["$ref"].rpartition("/")[2])
    if "anyOf" in held:
        return " or ".join(_kind(one) for one in held["anyOf"])
    if "items" in held:
        return f"list of {_kind(held['items'])}"
    bounds = [f"{held[name]:,}" for name in ("minimum", "maximum") if name in held]
    text = str(held.get("type", "any"))
    return f"{text}, {' to '.join(bounds)}" if len(bounds) == 2 else text


def _held(part: dict[str, Any]) -> list[str]:
    """What a body or an answer holds, where that has a shape."""
    shapes = (one.get("schema") for one in part.get("content", {}).values())
    return [_kind(shape) for shape in shapes if shape and "$ref" in shape]
