"""How somebody arranged the fields of a form: names, order, limits, which are shown. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from comfy.workflow.form.form import Field, Form
from studio.errors import StudioError

MAX_LOOKS = 2_000
MAX_LABEL = 120


@dataclass(frozen=True, slots=True)
class Look:
    """How one field is shown: its label, whether at all, a default and limits of one's own.

    None keeps what the graph and the catalogue say.
    """

    key: str
    label: str = ""
    shown: bool | None = None
    default: Any = None
    least: float | int | None = None
    most: float | int | None = None


def arranged(form: Form, looks: tuple[Look, ...]) -> Form:
    """Return *form* as *looks* want it; fields they do not name follow as they were."""
    known = {one.key: one for one in form.fields}
    first = [_dressed(known[look.key], look) for look in looks if look.key in known]
    named = {look.key for look in looks}
    return replace(form, fields=(*first, *(f for f in form.fields if f.key not in named)))


def stored_looks(given: Any) -> tuple[Look, ...]:
    """What a stored or shared preset says; whatever has the wrong shape is left out."""
    items = given if isinstance(given, list) else ()
    return tuple(_look(item) for item in items if _is_look(item))


def typed_looks(given: Any, form: Form) -> tuple[Look, ...]:
    """What a page says of each field, for those that *form* has. Raises StudioError."""
    return tuple(_typed(given, {field.key for field in form.fields}))


def _typed(given: Any, known: set[str]) -> Iterator[Look]:
    for item in given[:MAX_LOOKS] if isinstance(given, list) else ():
        key = str(item.get("key")) if isinstance(item, dict) else ""
        if key not in known:
            continue
        known.discard(key)
        shown = item.get("shown")
        yield Look(
            key,
            typed_label(item.get("label")),
            shown if isinstance(shown, bool) else None,
            None,
            _limit(item.get("least")),
            _limit(item.get("most")),
        )


def typed_label(raw: Any) -> str:
    """*raw* without the blanks around it; "" for what is no text. Raises StudioError."""
    label = raw.strip() if isinstance(raw, str) else ""
    if len(label) > MAX_LABEL:
        raise StudioError(f"A field's name has at most {MAX_LABEL} characters: make it shorter.")
    return label


def _limit(raw: Any) -> float | int | None:
    if isinstance(raw, bool) or raw in (None, ""):
        return None
    try:
        number = float(str(raw)[:40])
    except ValueError:
        return None
    if not abs(number) < 1e300:
        return None
    text = str(raw).strip()
    return int(text) if text.removeprefix("-").isdecimal() else number


def _dressed(one: Field, look: Look) -> Field:
    return replace(
        one,
        label=look.label or one.label,
        first=one.first if look.shown is None else look.shown,
        value=one.value if look.default is None else look.default,
        least=one.least if look.least is None else look.least,
        most=one.most if look.most is None else look.most,
    )


def _is_look(item: Any) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("key"), str)


def _look(item: Mapping[str, Any]) -> Look:
    label, shown = item.get("label"), item.get("shown")
    return Look(
        item["key"],
        label[:200] if isinstance(label, str) else "",
        shown if isinstance(shown, bool) else None,
        item.get("default"),
        _number(item.get("least")),
        _number(item.get("most")),
    )


def _number(value: Any) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
