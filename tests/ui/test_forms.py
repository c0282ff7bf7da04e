"""Open forms: each lists, takes up and closes their own, and a closing can be taken back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comfy.workflow.form.form import Form
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.workflows.drafts import Drafts
from studio.workflows.open_forms import OpenForms
from studio.workflows.workflows import Opened
from ui.shell.rpc import Ask
from ui.workflows.open_form_actions import MAX_ABOUT, Forms

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
GRAPH: dict[str, Any] = {
    "1": {"class_type": "CLIPTextEncode", "inputs": {"text": "a sea"}},
    "2": {"class_type": "KSampler", "inputs": {"positive": ["1", 0]}},
}


@pytest.fixture
def benches(tmp_path: Path) -> Iterator[OpenForms]:
    store = Store(tmp_path)
    yield OpenForms(Drafts(store))
    store.close()


@pytest.fixture
def forms(benches: OpenForms) -> Forms:
    return Forms(benches, lambda bench: {"bench": bench.id, "edits": dict(bench.edits)})


def opened(benches: OpenForms, name: str, **fields: Any) -> str:
    return benches.open(ANN.owner, Opened(name, GRAPH, Form(()), ()), **fields).id


def ask(viewer: Viewer, bench: str = "") -> Ask:
    return Ask({"bench": bench}, viewer)


def names(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["name"], one["about"]) for one in answer["forms"]]


def test_the_one_touched_last_stands_first_and_is_told_by_its_prompt(
    benches: OpenForms, forms: Forms
) -> None:
    first = opened(benches, "a")
    opened(benches, "b", edits={"1.text": " a fox " * 100}, preset="Mine")
    assert names(forms.forms(ask(ANN))) == [
        ("Mine", (" a fox " * 100).strip()[:MAX_ABOUT]),
        ("a", "a sea"),
    ]
    assert forms.resume(ask(ANN, first)) == {"bench": first, "edits": {}}
    assert [name for name, _ in names(forms.forms(ask(ANN)))] == ["a", "Mine"]


def test_a_closing_can_be_taken_back_once(benches: OpenForms, forms: Forms) -> None:
    id_ = opened(benches, "a", edits={"1.text": 5})
    assert forms.close(ask(ANN, id_)) == {"forms": []}
    with pytest.raises(StudioError, match="closed meanwhile"):
        forms.resume(ask(ANN, id_))
    assert names(forms.reopen(ask(ANN, id_))) == [("a", "")]
    assert forms.resume(ask(ANN, id_))["edits"] == {"1.text": 5}
    with pytest.raises(StudioError, match="too late"):
        forms.reopen(ask(ANN, id_))


def test_nobody_elses_form_is_listed_taken_up_closed_or_brought_back(
    benches: OpenForms, forms: Forms
) -> None:
    id_ = opened(benches, "a")
    assert forms.forms(ask(BOB)) == forms.close(ask(BOB, id_)) == {"forms": []}
    with pytest.raises(StudioError):
        forms.resume(ask(BOB, id_))
    forms.close(ask(ANN, id_))
    with pytest.raises(StudioError):
        forms.reopen(ask(BOB, id_))
    assert names(forms.reopen(ask(ANN, id_))) == [("a", "a sea")]
