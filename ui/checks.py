"""What stands between a form and its run: values, choices, limits, files, nodes. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from comfy.errors import Problem
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.check import check_values, missing_nodes
from comfy.workflow.form import Field, Form, Kind
from comfy.workflow.values import read_values

NO_FILE = "no_file"
FILES: Mapping[Kind, str] = {Kind.IMAGE: "picture", Kind.VIDEO: "video", Kind.AUDIO: "sound"}
"""Fields that take a file → what people call it."""


def problems_of(
    form: Form,
    graph: Mapping[str, Any],
    edits: Mapping[str, Any],
    uploads: Mapping[str, str],
    catalogue: Catalogue,
) -> list[Problem]:
    """Every problem of *form* with what was typed; fields with an upload of their own have none."""
    given = {key: value for key, value in edits.items() if key not in uploads}
    values, unread = read_values(form, given)
    said = {(one.node, one.field) for one in unread}
    wrong = (one for one in check_values(form, values) if (one.node, one.field) not in said)
    found = (
        *missing_nodes(graph, catalogue),
        *unread,
        *wrong,
        *missing_files(form, values, uploads),
    )
    return [one for one in found if f"{one.node}.{one.field}" not in uploads]


def missing_files(
    form: Form, values: Mapping[str, Any], uploads: Mapping[str, str]
) -> Iterator[Problem]:
    """Fields for files that name none which the server has."""
    for one in form.fields:
        if one.kind not in FILES or one.key in uploads:
            continue
        value = str(values.get(one.key, one.value) or "")
        # "name [output]" is one of the server's own results: its choices do not list those.
        if not value or (value not in map(str, one.choices) and not value.endswith("]")):
            yield _no_file(one, value)


def _no_file(one: Field, value: str) -> Problem:
    lacks = f"this server has no file “{value[:120]}”, so choose" if value else "choose"
    message = f"{one.group}: {lacks} a {FILES[one.kind]}."
    return Problem(NO_FILE, message, one.node, one.group, one.input, value)
