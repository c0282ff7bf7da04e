"""What a model's file says of itself for people: its title, its base, the words that call it. Pure.

Trainers write these into the header of a safetensors file: ``modelspec.*`` as the Stability model
specification has it, ``ss_*`` as kohya's scripts do. All of it is text, some of it JSON in text.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_TRIGGERS = 24
MAX_WORDS = 120
"""Characters of a title, a base, or one trigger; longer triggers are passed over."""
MAX_ABOUT = 2000
MAX_JSON = 4 * 2**20
"""Characters of tag frequencies that are read."""
_TITLE = ("modelspec.title", "ss_output_name")
_BASE = ("modelspec.architecture", "ss_base_model_version", "ss_sd_model_name")
_ABOUT = ("modelspec.usage_hint", "modelspec.description")
_APART = re.compile(r"[,;\n]")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Card:
    """All may be empty. `triggers` are what its author names, then what it was trained on most."""

    title: str = ""
    base: str = ""
    about: str = ""
    triggers: tuple[str, ...] = ()


def read_card(metadata: Mapping[str, Any]) -> Card:
    """The card in a file's *metadata*, whatever that holds."""
    named = _APART.split(_text(metadata.get("modelspec.trigger_phrase"), MAX_ABOUT))
    words = (word.strip() for word in (*named, *_trained(metadata.get("ss_tag_frequency"))))
    known = dict.fromkeys(word for word in words if word and len(word) <= MAX_WORDS)
    return Card(
        title=_first(metadata, _TITLE, MAX_WORDS),
        base=_first(metadata, _BASE, MAX_WORDS),
        about=_first(metadata, _ABOUT, MAX_ABOUT),
        triggers=tuple(known)[:MAX_TRIGGERS],
    )


def _first(metadata: Mapping[str, Any], names: tuple[str, ...], most: int) -> str:
    return next(filter(None, (_text(metadata.get(name), most) for name in names)), "")


def _text(value: Any, most: int) -> str:
    return _SPACES.sub(" ", value[: most * 4]).strip()[:most] if isinstance(value, str) else ""


def _trained(value: Any) -> Iterator[str]:
    """Tags by how often they stood beside an image, of all folders together."""
    if not isinstance(value, str) or len(value) > MAX_JSON:
        return
    try:
        folders = json.loads(value)
    except (ValueError, RecursionError):
        return
    counts: Counter[str] = Counter()
    for tags in folders.values() if isinstance(folders, dict) else ():
        for tag, count in tags.items() if isinstance(tags, dict) else ():
            if type(count) is int and count > 0:
                counts[_text(tag, MAX_WORDS)] += count
    yield from (tag for tag, _ in counts.most_common(MAX_TRIGGERS))
