"""A form → what the page's script draws of it: plain JSON, numbers it cannot hold as text. Pure."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from comfy.errors import Problem
from comfy.graph.plan import links
from comfy.workflow.form.form import Field, Form, Kind
from studio.fetching.wants import wants
from studio.workflows.forms.forms import Seen
from studio.workflows.forms.making import Outlook
from ui.fetch.actions import wanted_json
from ui.shell.wording import forecast_sentence

SAFE_WHOLE = 2**53 - 1
"""Beyond this JavaScript's numbers lose digits, so wholes travel as text."""
MAX_LABEL = 120
MASKED = frozenset({"LoadImage", "LoadImageMask"})
"""Classes that make a mask of a picture's alpha; LoadImage in its second output."""
MAX_NOTE = 600
MAX_NOTES = 50
MAX_WILDCARDS = 100
"""Names of wildcards that the page is told."""
SLIDER_STOPS = 2000
"""A number with more stops than this between its limits gets no slider."""
SLIDER_SPAN = 200


def fields(
    form: Form, base: Form, graph: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[list[str]]]:
    """The fields of *form*, and the lists of choices that they name by number.

    Each list travels once: in a large graph many fields have the same. *base* is the form before
    anybody arranged it, which says what a field is called and limited to by itself.
    """
    lists: dict[tuple[str, ...], int] = {}
    masks = _masks(graph)
    drawn = []
    for one in form.fields:
        item = _field(one)
        item["mask"] = one.kind is Kind.IMAGE and one.node in masks
        if one.choices:
            names = tuple(str(choice) for choice in one.choices)
            item["list"] = lists.setdefault(names, len(lists))
        before = base.get(one.key)
        if before is not None:
            own = {"label": before.label[:MAX_LABEL]}
            item["own"] = own | {"least": plain(before.least), "most": plain(before.most)}
        drawn.append(item)
    return drawn, [list(names) for names in lists]


def form(seen: Seen) -> dict[str, Any]:
    """Everything of an open form but its files, and what `checked` says."""
    shown, prepared = seen.form, seen.prepared
    drawn, lists = fields(prepared.form, prepared.base, prepared.graph)
    return {
        "bench": shown.id,
        "name": shown.title,
        "preset": shown.preset,
        "app": bool(shown.saved),
        "fields": drawn,
        "lists": lists,
        "edits": {key: plain(value) for key, value in shown.edits.items()},
        "modes": dict(shown.modes),
        "usual": shown.seeds,
        "many": dict(shown.many),
        "notes": notes(note for note in shown.notes if note not in prepared.form.unfit),
        "job": shown.job,
        "grid": bool(shown.grid and shown.grid.ids),
    }


def checked(
    seen: Seen, refused: Iterable[Problem], outlook: Outlook, *, wildcards: bool = False
) -> dict[str, Any]:
    """What is wrong with a form, what the server *refused* of it, and what a press would make.

    The names of *wildcards* there are are said where those are wanted.
    """
    count, forecast = outlook.count, outlook.forecast
    plan = f"{count} generations: {outlook.how}." if count > 1 else ""
    plan += f" {forecast_sentence(forecast, count)}" if forecast else ""
    missing = [*seen.prepared.of_graph, *seen.prepared.of_values]
    wanted = wants(missing, seen.prepared.graph, seen.form.saved)
    names = {"wildcards": list(outlook.lists.names[:MAX_WILDCARDS])} if wildcards else {}
    return {
        "bench": seen.form.id,
        "problems": problems([*seen.prepared.problems, *refused]),
        "wanted": {
            "files": [wanted_json(one) for one in wanted.files],
            "packages": list(wanted.packages),
            "classes": list(wanted.classes),
        },
        "without": notes(seen.prepared.spoiled or ()),
        "count": count,
        "plan": plan.strip(),
        "many_error": outlook.error,
        **names,
    }


def problems(found: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems for the page: `key` names the field they stand at, "" for the whole form."""
    return [
        {
            "key": f"{one.node}.{one.field}" if one.field and one.node else "",
            "says": one.message[:MAX_NOTE],
            "nearest": one.nearest,
        }
        for one in found
    ]


def notes(found: Iterable[str]) -> list[str]:
    """Sentences, bounded; how many more there are is said."""
    every = list(dict.fromkeys(found))
    shown = [one[:MAX_NOTE] for one in every[:MAX_NOTES]]
    if len(every) > MAX_NOTES:
        shown.append(f"And {len(every) - MAX_NOTES} more.")
    return shown


def plain(value: Any) -> Any:
    """*value* as the page can hold it exactly."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) <= SAFE_WHOLE else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return plain(value.get("__value__", ""))
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value)


def _field(one: Field) -> dict[str, Any]:
    step = one.step or (1 if one.kind in (Kind.WHOLE, Kind.SEED) else 0.01)
    value = str(one.value) if one.kind is Kind.SEED else plain(one.value)
    return {
        "key": one.key,
        "node": one.node,
        "label": one.label[:MAX_LABEL],
        "group": one.group[:MAX_LABEL],
        "kind": str(one.kind),
        "value": value,
        "least": plain(one.least),
        "most": plain(one.most),
        "step": step,
        "slider": _has_slider(one, step),
        "help": one.help,
        "height": one.height,
        "first": one.first,
        "advanced": one.advanced,
        "dynamic": one.dynamic,
    }


def _masks(graph: Mapping[str, Any]) -> set[str]:
    """Nodes that load a picture whose mask something in *graph* reads."""
    loaders = {
        id_
        for id_, node in graph.items()
        if isinstance(node, Mapping) and node.get("class_type") in MASKED
    }
    return {
        source
        for node in graph.values()
        for source, slot in links(node)
        if source in loaders and slot == 1
    } | {id_ for id_ in loaders if graph[id_]["class_type"] == "LoadImageMask"}


def _has_slider(one: Field, step: float) -> bool:
    if one.kind not in (Kind.WHOLE, Kind.NUMBER) or one.least is None or one.most is None:
        return False
    span = one.most - one.least
    return 0 < span <= SLIDER_SPAN and span / step <= SLIDER_STOPS
