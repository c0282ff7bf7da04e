"""A workflow whose author chose its form: opened, run, taken up again, given back."""

import json
from typing import Any

import pytest

from comfy.demo.http.server import DemoServer
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.studio import Studio
from studio.workflows.forms.forms import Seen, Typed
from studio.workflows.forms.open_form import OpenForm, drafted, read_draft
from tests.studio.conftest import Open, follow
from tests.support.workflow_samples import Json, change_values, text_to_image

ANN = Viewer("user:ann")
NOTHING = Typed()


def saved(prefix: str = "mine") -> Json:
    """An app of three fields and one of its two outputs."""
    workflow = text_to_image().node(20, "PreviewImage", inputs="images:IMAGE")
    workflow = workflow.link(7, 0, 20, "images")
    change_values(workflow, 1, ["demo-neon.safetensors"])
    change_values(workflow, 5, [256, 256, 1])
    change_values(workflow, 8, [prefix])
    workflow.nodes = [one for one in workflow.nodes if one["id"] != 2]
    for origin, slot, target, name in ((1, 0, 6, "model"), (1, 1, 3, "clip"), (1, 1, 4, "clip")):
        workflow.link(origin, slot, target, name)
    data = {"inputs": [["5", "width"], [3, "text"], ["6", "steps"]], "outputs": ["8"]}
    return workflow.json() | {"extra": {"linearMode": True, "linearData": data}}


@pytest.fixture
def studio(engine: DemoServer, open_studio: Open) -> Studio:
    studio = open_studio(engine)
    studio.servers.refresh()
    return studio


def opened(studio: Studio, workflow: Json) -> Seen:
    return studio.forms.open_file(ANN, json.dumps(workflow).encode(), "mine.app.json")


def first(seen: Seen) -> list[str]:
    return [one.label for one in seen.prepared.form.fields if one.first]


def test_an_app_opens_as_its_author_chose_and_makes_what_was_chosen(studio: Studio) -> None:
    seen = opened(studio, saved())
    assert seen.form.name == "mine"
    assert first(seen) == ["Width", "Prompt", "Steps"]
    assert seen.prepared.problems == ()
    assert set(seen.prepared.plan.outputs) == {"8"}
    assert any("other results than “Preview Image”" in note for note in seen.form.notes)


def test_files_are_named_by_the_values_that_are_sent(studio: Studio) -> None:
    seen = opened(studio, saved("%KSampler.steps%-steps"))
    assert seen.prepared.filled["8"]["inputs"]["filename_prefix"] == "%KSampler.steps%-steps"
    seen = studio.making.checked(ANN, seen.form.id, Typed({"6.steps": "2"}))
    id_ = studio.making.run(ANN, seen).made[0].id
    follow(studio, id_)
    record = studio.generations.seen(id_, ANN)
    assert [one.filename for one in record.images] == ["2-steps_00001_.png"]
    again = studio.forms.again(ANN, record)
    assert again.prepared.filled["8"]["inputs"]["filename_prefix"] == "%KSampler.steps%-steps"


def test_it_is_given_back_as_it_was_arranged(studio: Studio) -> None:
    seen = opened(studio, saved())
    looks = [{"key": "6.cfg", "shown": True, "label": "Strictness"}, {"key": "3.text"},
             {"key": "5.width", "shown": False}, {"key": "6.steps", "shown": False}]  # fmt: skip
    studio.forms.arrange(ANN, seen.form.id, NOTHING, looks)
    app, left = studio.forms.as_app(ANN, seen.form.id, NOTHING)
    assert left == []
    assert first(opened(studio, app)) == ["Strictness", "Prompt"]


def test_what_comfyui_did_not_save_cannot_be_given_back_to_it(studio: Studio) -> None:
    form = studio.forms.open_shipped(ANN, "upscale").form
    with pytest.raises(StudioError, match="did not come from a workflow"):
        studio.forms.as_app(ANN, form.id, NOTHING)


def test_a_draft_of_an_earlier_version_is_read() -> None:
    form = OpenForm("i", "o", "n", {"1": {"class_type": "x", "inputs": {}}})
    old: dict[str, Any] = {name: v for name, v in drafted(form).items() if name != "saved"}
    assert read_draft("i", "o", old) == form


def test_what_the_author_wrote_is_said_beside_the_form(studio: Studio) -> None:
    workflow = saved()
    for id_, text in ((30, "Keep the steps low."), (31, "long " * 500), (32, " ")):
        workflow["nodes"].append({"id": id_, "type": "MarkdownNote", "widgets_values": [text]})
    notes = opened(studio, workflow).form.notes
    assert "Keep the steps low." in notes
    (cut,) = [note for note in notes if note.startswith("long ")]
    assert (len(cut), cut[-1]) == (600, "…")
    assert " " not in notes
