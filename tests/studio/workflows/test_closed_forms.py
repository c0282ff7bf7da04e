"""Open forms: everybody lists, takes up and closes their own, and a closing can be taken back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comfy.workflow.catalogue import Catalogue
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.workflows.forms.drafts import Drafts
from studio.workflows.forms.open_form import MAX_ABOUT
from studio.workflows.forms.open_forms import OpenForms
from studio.workflows.presets import Preset
from studio.workflows.workflows import opened_preset
from tests.support.stores import open_store

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
GRAPH: dict[str, Any] = {
    "1": {"class_type": "CLIPTextEncode", "inputs": {"text": "a sea"}},
    "2": {"class_type": "KSampler", "inputs": {"positive": ["1", 0]}},
}


@pytest.fixture
def forms(tmp_path: Path) -> Iterator[OpenForms]:
    store = open_store(tmp_path)
    yield OpenForms(Drafts(store))
    store.close()


def opened(forms: OpenForms, name: str, **fields: Any) -> str:
    return forms.open(ANN, opened_preset(Preset(name, GRAPH), Catalogue()), **fields).id


def names(forms: OpenForms, viewer: Viewer = ANN) -> list[tuple[str, str]]:
    return [(form.title, form.about) for form in forms.all(viewer)]


def test_the_one_touched_last_stands_first_and_is_told_by_its_prompt(forms: OpenForms) -> None:
    first = opened(forms, "a")
    opened(forms, "b", edits={"1.text": " a fox " * 100}, preset="Mine")
    assert names(forms) == [("Mine", (" a fox " * 100).strip()[:MAX_ABOUT]), ("a", "a sea")]
    assert forms.change(ANN, first).edits == {}
    assert [name for name, _ in names(forms)] == ["a", "Mine"]


def test_a_closing_can_be_taken_back_once(forms: OpenForms) -> None:
    id_ = opened(forms, "a", edits={"1.text": 5})
    assert forms.close(ANN, id_)
    assert names(forms) == []
    with pytest.raises(StudioError, match="closed meanwhile"):
        forms.get(ANN, id_)
    forms.reopen(ANN, id_)
    assert names(forms) == [("a", "")]
    assert forms.get(ANN, id_).edits == {"1.text": 5}
    with pytest.raises(StudioError, match="too late"):
        forms.reopen(ANN, id_)


def test_nobody_elses_form_is_listed_taken_up_closed_or_brought_back(forms: OpenForms) -> None:
    id_ = opened(forms, "a")
    assert names(forms, BOB) == []
    assert not forms.close(BOB, id_)
    with pytest.raises(StudioError):
        forms.get(BOB, id_)
    forms.close(ANN, id_)
    with pytest.raises(StudioError):
        forms.reopen(BOB, id_)
    forms.reopen(ANN, id_)
    assert names(forms) == [("a", "a sea")]
