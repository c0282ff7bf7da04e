"""What stands between a form and its run: values, choices, limits, files, nodes. Pure."""

from collections.abc import Mapping
from typing import Any

from comfy.errors import Problem
from comfy.workflow.catalogue import Catalogue
from comfy.workflow.form.form import Form
from comfy.workflow.form.link_check import wiring
from comfy.workflow.form.typed_values import read_values
from comfy.workflow.form.validate import check_values, missing_files, missing_nodes


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
        *wiring(graph, catalogue),
    )
    return [one for one in found if f"{one.node}.{one.field}" not in uploads]
