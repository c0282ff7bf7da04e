"""Every word that people see is in each language, and no language holds what nothing says."""

import json

import pytest

from studio.access.viewer import viewer_of
from studio.studio import Studio
from tests.support import words
from tests.support.environment import settings
from tests.support.stores import open_store
from ui.page import build
from ui.shell.assets import ROOT
from ui.words.catalogue import OWN_NAMES, PLURALS, Entry, catalogue, faults, module

SAID = words.of_scripts() | words.of_templates()
LANGUAGES = sorted(PLURALS)
UNSAID = {
    *("Anything Everywhere?", "{} has forgotten this, but its files were still there."),
    *("The kind is {0} or {1}.", "The priority is low (-1), normal (0) or high (1)."),
    *("The host “{0}” {1}.", "{0} ({1}).", "{0} {1}.", "{0} {1} {2}.", "{0} {1} {2} (try {3})."),
    *("{0}: {1}.", "{0}: {1} {2}."),
}
"""Sentences that are too general to be found by, and names; what they are made of is translated."""


@pytest.fixture(scope="module")
def components(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The labels that the page's components bring."""
    folder = tmp_path_factory.mktemp("words")
    store = open_store(folder)
    studio = Studio(settings(folder), (), store)
    try:
        return words.of_components(dict(build(studio, viewer_of)[0].get_config_file()))
    finally:
        studio.close()


def lacking(language: str, texts: set[str]) -> list[str]:
    return sorted(texts - set(catalogue(language)) - words.SPARED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_scripts_and_templates_is_there(language: str) -> None:
    assert lacking(language, SAID) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_a_component_is_there(language: str, components: set[str]) -> None:
    assert lacking(language, components) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_app_is_there(language: str) -> None:
    assert lacking(language, words.of_sentences() - UNSAID) == []


def test_no_language_holds_what_nothing_says(components: set[str]) -> None:
    known = SAID | components | words.of_python()
    assert [k for language in LANGUAGES for k in catalogue(language) if k not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_plural_forms_are_right(language: str) -> None:
    assert faults(language, catalogue(language)) == []


def test_what_is_wrong_with_a_catalogue_is_said() -> None:
    wrong: dict[str, Entry] = {
        "{count} images": {"other": "{count} Bilder"},
        "Place {place}": "Platz",
        "A {0} of <1>all</1>": "Ein {0!} von <2>allen</2>",
        "Run": " ",
        "Use": "`${alert(1)}`",
    }
    assert [line.split("' ", 1)[1][:12] for line in faults("de", wrong)] == [
        "has the form",
        "has other pl",
        "has other pl",
        "is empty",
        "would run co",
    ]
    right: dict[str, Entry] = {
        "{0} of {1}": "{1} von {0!}",
        "{count} kB": {"one": "eins", "other": "{count}"},
    }
    assert faults("de", right) == []


def test_the_files_are_the_languages_and_are_sorted_for_few_conflicts() -> None:
    files = {path.stem: path for path in (ROOT / "words").glob("*.json")}
    assert set(files) == set(PLURALS) == set(OWN_NAMES) - {"en"}
    for path in files.values():
        keys = list(json.loads(path.read_text(encoding="utf-8")))
        assert keys == sorted(keys, key=str.lower), path


def test_a_language_comes_as_a_module() -> None:
    text = module("de").decode()
    assert text.startswith('import { begin } from "./begin.js";\nbegin("de", {"')
    assert "\n" not in text.splitlines()[1]
