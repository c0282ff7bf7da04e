"""Forms that go on from an image: filled by what made it, and ready to run as they stand."""

from dataclasses import replace
from typing import Any

import pytest
from PIL import Image as Pillow

from comfy.demo.http.server import DemoServer
from comfy.workflow.presets import PRESETS
from storage.files.kept_files import keep
from storage.records import Status
from studio.access.viewer import Viewer
from studio.errors import Absent, StudioError
from studio.generations.new_records import press_of
from studio.studio import Studio
from studio.workflows.follow_ups import Act
from studio.workflows.forms.open_forms import MAX_OWN
from tests.studio.conftest import CHECKPOINT, Open, follow, request
from tests.support.films import film, number_of
from tests.support.records import generation

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
READY = (Act.UPSCALE, Act.INPAINT, Act.OUTPAINT, Act.SUBTLE, Act.STRONG)


@pytest.fixture
def studio(open_studio: Open, engine: DemoServer) -> Studio:
    found = open_studio(engine)
    found.servers.refresh()
    return found


def made(studio: Studio) -> str:
    """A finished generation of ANN's."""
    asked = request(prompt="a fox", negative_prompt="fog", steps=3)
    record = studio.generations.create(ANN, press_of(asked))[0]
    follow(studio, record.id)
    return record.id


def test_each_form_is_one_press_from_its_image(studio: Studio) -> None:
    id_ = made(studio)
    for act in READY:
        seen, key = studio.continuing.open(ANN, act, (id_, 0))
        assert seen.prepared.problems == (), act
        assert seen.form.uploads.keys() == {key}
        assert seen.form.source.parent == id_
    pressed = studio.making.run(ANN, seen)
    assert follow(studio, pressed.made[0].id)[-1].record.images
    record = studio.generations.seen(pressed.made[0].id, ANN)
    assert (record.prompt, record.negative_prompt, record.steps) == ("a fox", "fog", 3)
    assert (record.checkpoint, record.parent, record.relation) == (CHECKPOINT, id_, "variation")


def test_an_upscaled_image_is_varied_with_the_model_before_it(studio: Studio) -> None:
    id_ = made(studio)
    seen, _ = studio.continuing.open(ANN, Act.UPSCALE, (id_, 0))
    upscaled = studio.making.run(ANN, seen).made[0].id
    follow(studio, upscaled)
    assert studio.continuing.is_for_generate(ANN, Act.SUBTLE, upscaled)
    assert not studio.continuing.is_for_generate(ANN, Act.INPAINT, upscaled)
    again, _ = studio.continuing.open(ANN, Act.INPAINT, (upscaled, 0))
    assert again.prepared.values["3.text"] == "a fox"


def test_an_evening_of_upscaling_closes_no_form(studio: Studio) -> None:
    id_ = made(studio)
    mine = studio.forms.open_shipped(ANN, "upscale").form.id
    opened = {studio.continuing.open(ANN, Act.UPSCALE, (id_, 0))[0].form.id for _ in range(MAX_OWN)}
    assert len(opened) == 1
    assert mine not in opened
    assert studio.forms.find(ANN, mine)


def test_what_is_somebody_elses_is_not_there(studio: Studio) -> None:
    id_ = made(studio)
    with pytest.raises(Absent):
        studio.continuing.open(BOB, Act.UPSCALE, (id_, 0))
    with pytest.raises(Absent):
        studio.continuing.is_for_generate(BOB, Act.SUBTLE, id_)
    with pytest.raises(StudioError, match="no image"):
        studio.continuing.open(ANN, Act.UPSCALE, (id_, 7))


def filmed(studio: Studio, graph: dict[str, Any]) -> str:
    """A finished generation of ANN's that made a video by *graph*."""
    record = generation(
        1, owner=ANN.owner, status=Status.FINISHED, graph=graph, workflow="wan", prompt="a fox",
        request={"workflow": "wan", "values": {}, "uploads": {}},
    )  # fmt: skip
    image = keep(studio.library.files._folder, record.id, 0, film(frames=24), "a.mp4")
    studio.generations._store.generations.add([replace(record, images=(image,))])
    return record.id


def test_a_video_is_extended_by_what_made_it_from_its_last_frame(studio: Studio) -> None:
    id_ = filmed(studio, PRESETS["img2img"].graph_for(studio.workflows.catalogue))
    seen, key = studio.continuing.open(ANN, Act.EXTEND, (id_, 0))
    assert (seen.form.title, seen.form.source.parent) == ("wan", id_)
    with Pillow.open(studio.uploads.path(seen.form.uploads[key])) as frame:
        assert (frame.format, number_of(frame)) == ("PNG", 23)
    with pytest.raises(Absent):
        studio.continuing.open(BOB, Act.EXTEND, (id_, 0))


def test_what_takes_no_image_cannot_go_on_from_one(studio: Studio) -> None:
    made_by = studio.generations.seen(made(studio), ANN)
    id_ = filmed(studio, made_by.graph)
    with pytest.raises(StudioError, match="takes no image to start from"):
        studio.continuing.open(ANN, Act.EXTEND, (id_, 0))
    assert studio.forms.latest(ANN) is None
