"""The page's words in other languages: read, checked, and as the script that brings them.

A language is one JSON object beside this module, keyed by the English text itself. A value is the
text in that language, or, where a number decides, an object of its CLDR plural forms. What varies
is in braces: `{name}` in a script's text; `{0}` in a sentence of Python's, which `{0!}` in the
translation has translated as well. `<1>…</1>` is what an element within the text holds.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

Entry = str | Mapping[str, str]
"""A text, or its plural forms."""

OWN_NAMES = {"en": "English", "de": "Deutsch", "ja": "日本語", "zh-CN": "简体中文"}
"""Every language by its code, and what it calls itself. English needs no file."""
PLURALS = {"de": ("one", "other"), "ja": ("other",), "zh-CN": ("other",)}
"""The plural forms that a language has."""
_FOLDER = Path(__file__).parent
_HOLE = re.compile(r"\{(\w+)!?\}|<(/?\d+)>")
_CODE = re.compile(r"`|\$\{|\{\{")
"""What Gradio would take for code where a text stands in a template."""


@cache
def catalogue(language: str) -> Mapping[str, Entry]:
    """All texts of *language*, one of `PLURALS`."""
    text = (_FOLDER / f"{language}.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))


def module(language: str) -> bytes:
    """The script that lets the page speak *language*."""
    texts = json.dumps(dict(catalogue(language)), ensure_ascii=False, separators=(",", ":"))
    return f'import {{ begin }} from "./begin.js";\nbegin("{language}", {texts});\n'.encode()


def holes(text: str) -> list[str]:
    """What varies in *text*, and its marks of elements; in an order of their own."""
    return sorted(name or mark for name, mark in _HOLE.findall(text))


def faults(language: str, texts: Mapping[str, Entry]) -> list[str]:
    """What is wrong with *texts* as a catalogue of *language*: one line for each."""
    return [
        f"{language}: {english!r} {fault}"
        for english, entry in texts.items()
        for fault in _faults(PLURALS[language], english, entry)
    ]


def _faults(plurals: tuple[str, ...], english: str, entry: Entry) -> list[str]:
    forms = {"": entry} if isinstance(entry, str) else entry
    found = []
    if not isinstance(entry, str) and set(entry) != set(plurals):
        found.append(f"has the forms {sorted(entry)}, not {sorted(plurals)}")
    for text in forms.values():
        # One of a kind may be said in a word: "an image".
        wanted = [hole for hole in holes(english) if isinstance(entry, str) or hole != "count"]
        if not text.strip():
            found.append("is empty")
        elif [h for h in holes(text) if isinstance(entry, str) or h != "count"] != wanted:
            found.append(f"has other placeholders in {text!r}")
        if _CODE.search(text):
            found.append(f"would run code as {text!r}")
    return found
