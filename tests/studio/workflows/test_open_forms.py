"""Open workflows outlive the program: as they were, only their owner's, so many and no more."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comfy.workflow.catalogue import Catalogue
from storage.store import Store
from studio.access.viewer import Viewer
from studio.workflows.forms import drafts as drafts_module
from studio.workflows.forms import open_forms as forms_module
from studio.workflows.forms.drafts import KIND, MAX_BYTES, Drafts
from studio.workflows.forms.open_form import OpenForm, drafted, read_draft
from studio.workflows.forms.open_forms import MAX_OWN, Gone, OpenForms
from studio.workflows.looks import Look
from studio.workflows.presets import Preset
from studio.workflows.presses.made_from import Source
from studio.workflows.presses.press import Grid
from studio.workflows.presses.seeds import FIXED, INCREMENT
from studio.workflows.workflows import opened_preset
from tests.studio.conftest import WAIT_SECONDS
from tests.support.stores import open_store

GRAPH = {"1": {"class_type": "A", "inputs": {"seed": 2**64 - 1, "text": "a \0 b", "x": 0.5}}}
OPENED = replace(opened_preset(Preset("a/b ? name", GRAPH), Catalogue()), warnings=("a warning",))
ANN, BOB = Viewer("user:a"), Viewer("user:b")
EVERYTHING: dict[str, Any] = {
    "edits": {"1.text": "half a sente", "1.seed": str(2**64 - 1), "1.on": True},
    "uploads": {"1.image": "a.png"},
    "modes": {"1.seed": INCREMENT},
    "seeds": FIXED,
    "many": {"x": "1.x", "xs": "1-3"},
    "looks": (Look("1.text", "Words", True, None, None, 4), Look("1.x", shown=False)),
    "job": "0198f000-0000-7000-8000-000000000000",
    "sent": {"1.text": "a sentence"},
    "preset": "Mine",
    "source": Source("0198f000-0000-7000-8000-000000000001", "input"),
    "grid": Grid(("a", "b"), ((0, 0), (1, 0)), ("X 1", "X 2"), ()),
}

Run = Callable[[], OpenForms]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Run the program anew on the same folder; what ran before is ended as it should be."""
    running: list[tuple[Drafts, Store]] = []

    def again() -> OpenForms:
        end()
        store = open_store(tmp_path)
        drafts = Drafts(store)
        drafts.start()
        running.append((drafts, store))
        return OpenForms(drafts)

    def end() -> None:
        for drafts, store in running:
            drafts.close(WAIT_SECONDS)
            store.close()
        running.clear()

    yield again
    end()


def test_everything_of_a_form_is_there_after_a_restart(run: Run) -> None:
    forms = run()
    form = forms.open(ANN, OPENED)
    changed = forms.change(ANN, form.id, **EVERYTHING)
    assert changed
    assert run().find(ANN, form.id) == changed
    assert changed == OpenForm(
        form.id, "user:a", "a/b ? name", GRAPH, notes=("a warning",), **EVERYTHING
    )


def test_the_one_touched_last_comes_first_after_a_restart(run: Run) -> None:
    forms = run()
    first, second = (forms.open(ANN, OPENED) for _ in range(2))
    run().change(ANN, first.id, job="x")
    found = run()
    latest = found.latest(ANN)
    assert latest
    assert latest.id == first.id
    assert found.find(ANN, second.id)


def test_nobody_elses_draft_is_read(run: Run) -> None:
    form = run().open(ANN, OPENED)
    forms = run()
    assert forms.find(BOB, form.id) is None
    assert forms.latest(BOB) is None


def test_one_owner_keeps_so_many(run: Run) -> None:
    forms = run()
    made = [forms.open(ANN, OPENED).id for _ in range(MAX_OWN + 3)]
    forms = run()
    assert [one for one in made if forms.find(ANN, one)] == made[3:]
    forms.open(ANN, OPENED)
    assert run().find(ANN, made[3]) is None


def test_who_is_absent_for_long_is_read_back(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms_module, "MAX_OPEN", 3)
    forms = run()
    people = [Viewer(f"user:{number}") for number in range(9)]
    made = [forms.open(viewer, OPENED) for viewer in people]
    assert [forms.find(one, form.id) for one, form in zip(people, made, strict=True)] == made


def test_a_closed_form_leaves_no_draft(run: Run) -> None:
    forms = run()
    form = forms.open(ANN, OPENED)
    forms = run()
    assert not forms.close(BOB, form.id)
    assert forms.close(ANN, form.id)
    assert forms.find(ANN, form.id) is None
    assert run().latest(ANN) is None


def test_a_crash_loses_only_what_was_typed_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts_module, "SETTLE_SECONDS", 0.01)
    store = open_store(tmp_path)
    drafts = Drafts(store)
    drafts.start()
    drafts.keep("a", "form", {"text": "typed"})
    until = time.monotonic() + 20
    while not store.documents.by_name(KIND, "a"):  # nothing tells that a thread has written
        assert time.monotonic() < until
    assert store.documents.by_name(KIND, "a") == {"form": {"text": "typed"}}
    drafts.close(WAIT_SECONDS)
    store.close()


def test_one_form_that_cannot_be_stored_keeps_no_other_from_it(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    drafts = Drafts(store)
    drafts.start()
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    for name, data in {"deep": deep, "odd": {"a": {1}}, "sound": {"text": "\ud800 \0"}}.items():
        drafts.keep("a", name, data)
    drafts.close(WAIT_SECONDS)
    assert store.documents.by_name(KIND, "a") == {"sound": {"text": "\ufffd \0"}}
    store.close()


def _grid(**fields: Any) -> dict[str, Any]:
    return {"ids": ["a"], "places": [[0, 0]], "columns": ["X 1"], "rows": [], **fields}


def test_what_is_odd_in_a_draft_is_left_out() -> None:
    odd = {
        "uploads": {"1.image": "a.png", "1.mask": 5},
        "modes": {"1.seed": "fixed", "2.seed": "sometimes", "3.seed": []},
        "seeds": "sometimes",
        "job": "../../etc/passwd",
        "source": {"parent": "0198f000-0000-7000-8000-000000000001", "relation": "theft"},
    }
    form = OpenForm("i", "o", "n", {})
    kept = replace(form, uploads={"1.image": "a.png"}, modes={"1.seed": FIXED})
    assert read_draft("i", "o", {**drafted(form), **odd}) == kept


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"format": "another/2"},
        {**drafted(OpenForm("i", "o", "n", {})), "grid": {"ids": 5}},
        {**drafted(OpenForm("i", "o", "n", {})), "edits": None},
        {**drafted(OpenForm("i", "o", "n", {})), "source": "x"},
        {**drafted(OpenForm("i", "o", "n", {})), "graph": [1]},
        {**drafted(OpenForm("i", "o", "n", {})), "edits": [["1.a", 1]]},
        {**drafted(OpenForm("i", "o", "n", {})), "uploads": "a.png"},
        {**drafted(OpenForm("i", "o", "n", {})), "grid": _grid(places=[[0, 7]])},
        {**drafted(OpenForm("i", "o", "n", {})), "grid": _grid(places=[[0]])},
        {**drafted(OpenForm("i", "o", "n", {})), "grid": _grid(places=[])},
    ],
)
def test_what_another_version_wrote_is_no_form(data: dict[str, Any]) -> None:
    assert read_draft("i", "o", data) is None


def test_what_is_too_large_lives_as_long_as_the_program(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    drafts = Drafts(store)
    drafts.start()
    drafts.keep("a", "large", {"text": "x" * MAX_BYTES})
    drafts.keep("a", "small", {"text": "x"})
    assert set(drafts.of("a")) == {"large", "small"}
    drafts.close(WAIT_SECONDS)
    assert store.documents.by_name(KIND, "a") == {"small": {"text": "x"}}
    store.close()


def test_only_the_newest_are_kept_over_all_owners(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for number in range(6):
        store.documents.keep(KIND, f"user:{number}", "a", {"text": "x" * 100})
    store.documents.keep("preset", "user:0", "a", {})
    store.documents.trim(KIND, 4, 10_000)
    assert [bool(store.documents.by_name(KIND, f"user:{n}")) for n in range(6)] == [False] * 2 + [
        True
    ] * 4
    store.documents.trim(KIND, 4, 250)
    assert [bool(store.documents.by_name(KIND, f"user:{n}")) for n in range(6)] == [False] * 4 + [
        True
    ] * 2
    assert store.documents.by_name("preset", "user:0")
    store.close()


def test_a_form_is_only_its_owners(run: Run) -> None:
    forms = run()
    form = forms.open(ANN, OPENED)
    assert forms.get(ANN, form.id) == form
    with pytest.raises(Gone):
        forms.get(BOB, form.id)
    with pytest.raises(Gone):
        forms.change(BOB, form.id, job="x")
    assert forms.latest(BOB) is None


def test_the_oldest_form_of_one_owner_goes_first(run: Run) -> None:
    forms = run()
    other = forms.open(BOB, OPENED)
    made = [forms.open(ANN, OPENED).id for _ in range(MAX_OWN + 2)]
    assert [forms.find(ANN, one) is None for one in made] == [True] * 2 + [False] * MAX_OWN
    assert forms.find(BOB, other.id) is other
    assert forms.latest(ANN) == forms.get(ANN, made[-1])
