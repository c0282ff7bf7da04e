"""The API's description as a page that needs no other file. Pure."""

import html
import re
from typing import Any

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_HEAD = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Stepglass: the API</title>
<style>
:root { color-scheme: light dark; --line: light-dark(#cfd6da, #343c44);
  --accent: light-dark(#0f7c71, #45b5a5) }
body { font: 16px/1.5 "IBM Plex Sans", system-ui, sans-serif; margin: 0 auto; max-width: 60rem;
  padding: 1rem; color: light-dark(#14191d, #f2f5f7); background: light-dark(#f6f8f8, #14181c) }
a { color: var(--accent) } code { font-size: .9em; overflow-wrap: anywhere }
h2 { margin: 2.5rem 0 0; border-bottom: 1px solid var(--line) } h3 { margin: 1.5rem 0 .25rem }
h3 b { color: var(--accent) } p { margin: .25rem 0 }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
  border-top: 1px solid var(--line) }
th { font-weight: 600 } :focus-visible { outline: 3px solid var(--accent) }
</style>
"""
_LINKS = """\
<p><a href="openapi.json">openapi.json</a> holds the same for programs.
<a href="./">Back to Stepglass</a></p>"""


def reference(schema: dict[str, Any]) -> str:
    """*schema*, by OpenAPI, as HTML."""
    subjects: dict[str, list[str]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            subject = operation["tags"][0]
            subjects.setdefault(subject, []).append(_operation(method, path, operation))
    parts = [
        _HEAD,
        "<h1>The API of Stepglass</h1>",
        f"<p>{_text(schema['info']['description'])}</p>",
        _LINKS,
    ]
    for subject, operations in subjects.items():
        parts += [f"<h2>{_text(subject)}</h2>", *operations]
    parts.append("<h2>Shapes</h2>")
    for name, shape in sorted(schema["components"]["schemas"].items()):
        parts += [f'<h3 id="{name}">{name}</h3>', f"<p>{_text(shape.get('description', ''))}</p>"]
        parts.append(_table(_rows(shape)))
    return "\n".join(parts)


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    body = _content(operation.get("requestBody", {}))
    params = [
        (one["name"], one["schema"], one.get("description", ""))
        for one in operation.get("parameters", ())
    ]
    answers = [
        (f"<b>{status}</b>", _content(one), _text(one["description"]))
        for status, one in operation["responses"].items()
    ]
    return "\n".join(
        (
            f"<h3><b>{method.upper()}</b> <code>{_text(path)}</code></h3>",
            f"<p>{_text(operation.get('description', ''))}</p>",
            f"<p>Send {body}</p>" if body else "",
            _table([(f"<code>{_text(n)}</code>", kind(s), _text(d)) for n, s, d in params]),
            _table(answers),
        )
    )


def _rows(shape: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The fields of *shape*, or its values where it is a list of these."""
    if "enum" in shape:
        return [(f"<code>{_text(value)}</code>", "", "") for value in shape["enum"]]
    required = shape.get("required", ())
    return [
        (
            f"<code>{_text(name)}</code>",
            kind(field),
            _text(field.get("description", "")) + ("" if name in required else " <i>Optional.</i>"),
        )
        for name, field in shape.get("properties", {}).items()
    ]


def kind(field: dict[str, Any]) -> str:
    """What *field* holds, in a few words of HTML."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f'<a href="#{name}">{name}</a>'
    for choice in ("anyOf", "allOf", "oneOf"):
        if choice in field:
            return " or ".join(kind(one) for one in field[choice])
    if "items" in field:
        return f"list of {kind(field['items'])}"
    if "enum" in field or "const" in field:
        return ", ".join(
            f"<code>{_text(one)}</code>" for one in field.get("enum", [field.get("const")])
        )
    bounds = [f"{field[name]:,}" for name in ("minimum", "maximum") if name in field]
    text = _text(field.get("type", "any"))
    return f"{text}, {' to '.join(bounds)}" if len(bounds) == 2 else text


def _content(part: dict[str, Any]) -> str:
    """What a body or an answer holds, by media type."""
    return " or ".join(
        kind(held["schema"]) if held.get("schema") and media == "application/json" else _text(media)
        for media, held in part.get("content", {}).items()
    )


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}" for row in rows)
    return f"<table>\n{lines}\n</table>" if rows else ""


def _text(text: object) -> str:
    """*text* escaped, with what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(str(text)))
