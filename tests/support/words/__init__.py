"""All English words that people see: of scripts, templates, components and Python's sentences."""

from typing import Any

from tests.support.words import scripts, sentences, templates
from ui.shell.assets import ROOT
from ui.words.catalogue import OWN_NAMES

SPARED = {*OWN_NAMES.values(), "Stepglass", "MB"}
"""Words that are the same in every language."""
_LABELS = ("label", "info", "placeholder")


def of_scripts() -> set[str]:
    """What the page's scripts name by `t` and `plural`."""
    files = ROOT.rglob("*.js")
    return {text for file in files for text in scripts.texts(file.read_text(encoding="utf-8"))}


def of_templates() -> set[str]:
    """The texts and labels of the rooms' templates."""
    files = ROOT.rglob("*.html")
    found = {text for f in files for text in templates.texts(f.read_text(encoding="utf-8"))}
    return found - SPARED


def of_components(config: dict[str, Any]) -> set[str]:
    """What a page's *config* brings that ui/words/begin.js translates, templates apart."""
    found = set()
    for component in config["components"]:
        if component["type"] == "api":
            continue
        props = component["props"]
        found |= {props[name] for name in _LABELS if isinstance(props.get(name), str)}
        found |= {name for name, _ in props.get("choices") or ()}
        value = props.get("value")
        if component["type"] == "button":
            found.add(value)
        elif component["type"] == "html" and isinstance(value, str) and value.startswith("<"):
            found |= set(templates.texts(value))
    return found - {""}


def of_sentences() -> set[str]:
    """The sentences of the app's Python that may come to a page."""
    root, programs = sentences.ROOT, sentences.FOR_PROGRAMS
    return {
        text
        for file in sentences.files()
        if not file.relative_to(root).as_posix().startswith(programs)
        for text in sentences.sentences(file.read_text(encoding="utf-8"))
    }


def of_python() -> set[str]:
    """Every text of the app's Python: what the catalogue may hold of it."""
    return {
        text
        for file in sentences.files()
        for text in sentences.texts(file.read_text(encoding="utf-8"))
    }
