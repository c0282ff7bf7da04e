"""Models of servers: their families, corrected and kept; what a press of them needs."""

from pathlib import Path

import pytest

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from comfy.workflow.families.known import FAMILIES
from comfy.workflow.loras import loras_in
from comfy.workflow.request import GenerationRequest
from storage.records import Status
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.studio import Studio
from tests.studio.conftest import CHECKPOINT, Open, follow
from tests.support import environment
from tests.support.cadences import BRISK
from tests.support.stores import open_store

ANN, BOB = Viewer("ann"), Viewer("bob")
FLUX, WAN = "demo-flux.safetensors", "demo-wan2.1-t2v.safetensors"
SMALL = {"width": 128, "height": 64, "steps": 2}


def asked(checkpoint: str, **fields: object) -> GenerationRequest:
    given = {"prompt": "a fox", "checkpoint": checkpoint, **SMALL, **fields}
    return GenerationRequest.model_validate(given)


@pytest.fixture
def studio(engine: DemoServer, open_studio: Open) -> Studio:
    studio = open_studio(engine)
    studio.servers.refresh()
    return studio


def test_checkpoints_and_diffusion_models_are_listed_with_their_families(studio: Studio) -> None:
    found = {one.name: one.told for one in studio.models.all(ANN)}
    assert found[FLUX].family is FAMILIES["flux1-dev"]
    assert found[WAN].family is FAMILIES["wan21"]
    assert found[CHECKPOINT].how == "guess"


def test_a_file_is_asked_what_it_is(studio: Studio) -> None:
    told = studio.models.look(ANN, CHECKPOINT).told
    assert (told.family, told.how) == (FAMILIES["sd15"], "metadata")


def test_a_correction_is_kept_for_whoever_made_it(studio: Studio) -> None:
    studio.models.choose(ANN, CHECKPOINT, "sdxl")
    assert studio.models.told(ANN, CHECKPOINT).family is FAMILIES["sdxl"]
    assert studio.models.told(BOB, CHECKPOINT).family is FAMILIES["sd15"]
    studio.models.choose(ANN, CHECKPOINT, "")
    assert studio.models.told(ANN, CHECKPOINT).family is FAMILIES["sd15"]


def test_a_family_that_is_none_is_refused(studio: Studio) -> None:
    with pytest.raises(StudioError, match="no such family"):
        studio.models.choose(ANN, CHECKPOINT, "sd99")
    with pytest.raises(StudioError, match="no family of models called “sd99”"):
        studio.models.press(ANN, asked(CHECKPOINT, family="sd99"))


@pytest.mark.parametrize(
    ("checkpoint", "media", "seconds"),
    [(FLUX, "image/png", None), (WAN, "video/webm", 0.5),
     ("demo-ace-step.safetensors", "audio/flac", 1.0)],
)  # fmt: skip
def test_a_press_of_any_family_becomes_a_file(
    studio: Studio, checkpoint: str, media: str, seconds: float | None
) -> None:
    press = studio.models.press(ANN, asked(checkpoint, seconds=seconds))
    [made] = studio.generations.create(ANN, press)
    follow(studio, made.id)
    record = studio.generations.seen(made.id, ANN)
    assert record.status is Status.FINISHED, record.error
    assert [image.media for image in record.images] == [media]
    assert record.request["family"] == studio.models.told(ANN, checkpoint).family.name  # type: ignore[union-attr]


def test_what_was_made_once_is_made_again_with_its_own_seed(studio: Studio) -> None:
    press = studio.models.press(ANN, asked("demo-flux2-klein-4b.safetensors", seed=5))
    [first] = studio.generations.create(ANN, press)
    follow(studio, first.id)
    [again] = studio.generations.create_again(ANN, [first.id], same_seed=True)
    [other] = studio.generations.create_again(ANN, [first.id], same_seed=False)
    assert again.graph == first.graph
    assert other.graph["6"]["inputs"]["noise_seed"] == other.seed != 5


def test_an_image_is_asked_for_where_a_family_begins_with_one(studio: Studio) -> None:
    with pytest.raises(StudioError, match="starts from an image"):
        studio.models.press(ANN, asked("demo-qwen-image-edit.safetensors"))
    with pytest.raises(StudioError, match="does not start from an image"):
        studio.models.press(ANN, asked(WAN, image="a.png"))


def test_what_a_family_lacks_is_said_with_file_and_folder(studio: Studio) -> None:
    catalogue = studio.models
    with pytest.raises(StudioError, match="half for low noise") as told:
        catalogue.press(ANN, asked("wan2.2_t2v_high_noise_14B.safetensors"))
    assert "models/diffusion_models" in str(told.value)


def test_programs_get_what_is_usual_where_they_say_nothing(studio: Studio) -> None:
    given = GenerationRequest.model_validate({"checkpoint": FLUX, "width": 512})
    filled = studio.models.filled(ANN, given)
    assert (filled.width, filled.height, filled.scheduler) == (512, 1024, "simple")


def test_a_record_says_nothing_of_what_its_family_does_not_read(studio: Studio) -> None:
    wished = asked("demo-ace-step.safetensors", negative_prompt="noise", seconds=1.0)
    [made] = studio.generations.create(ANN, studio.models.press(ANN, wished))
    assert (made.width, made.height, made.negative_prompt) == (0, 0, "")
    [flux] = studio.generations.create(ANN, studio.models.press(ANN, asked(FLUX, guidance=2.0)))
    assert flux.cfg == 2.0


def without(engine: DemoServer, *loaders: tuple[str, str]) -> None:
    """Take what the *loaders* have out of the engine's folders."""
    for node, name in loaders:
        spec = engine.engine.catalogue[node]["input"]["required"][name]
        spec[0].clear()


CHECKPOINTS = ("CheckpointLoaderSimple", "ckpt_name")
DIFFUSION = ("UNETLoader", "unet_name")


def test_a_server_that_has_only_diffusion_models_makes_images(
    engine: DemoServer, open_studio: Open
) -> None:
    without(engine, CHECKPOINTS)
    studio = open_studio(engine)
    studio.servers.refresh()
    assert studio.defaults.checkpoint(ANN.owner).name == FLUX
    [made] = studio.generations.create(ANN, studio.models.press(ANN, asked(FLUX)))
    assert follow(studio, made.id)[-1].record.status is Status.FINISHED


def test_a_server_without_any_model_says_what_to_do(engine: DemoServer, open_studio: Open) -> None:
    without(engine, CHECKPOINTS, DIFFUSION)
    studio = open_studio(engine)
    studio.servers.refresh()
    assert studio.models.all(ANN) == []
    with pytest.raises(StudioError, match="models/diffusion_models"):
        studio.defaults.checkpoint(ANN.owner)


def test_an_encoder_that_a_server_lacks_is_said_with_where_to_get_it(
    engine: DemoServer, open_studio: Open
) -> None:
    without(engine, ("VAELoader", "vae_name"))
    studio = open_studio(engine)
    studio.servers.refresh()
    [need] = studio.models.look(ANN, FLUX).needs
    assert need.sentence == "Needs the Flux VAE, ae.safetensors, in models/vae."
    assert need.file is not None
    assert (need.file.path, need.file.url[:23]) == (
        "models/vae/ae.safetensors",
        "https://huggingface.co/",
    )
    with pytest.raises(StudioError, match="Needs the Flux VAE"):
        studio.models.press(ANN, asked(FLUX))


def test_a_server_that_has_the_model_but_not_its_vae_is_passed_over(
    engine: DemoServer, tmp_path: Path
) -> None:
    with DemoServer(EngineSettings(step_seconds=0.004)) as bare:
        without(bare, ("VAELoader", "vae_name"))
        bare.engine.catalogue["VAELoader"]["input"]["required"]["vae_name"][0].append("other")
        addresses = (parse_address(bare.url, name="bare"), parse_address(engine.url, name="whole"))
        settings = environment.settings(tmp_path)
        studio = Studio(settings, addresses, open_store(tmp_path), BRISK)
        studio.start()
        try:
            studio.servers.refresh()
            press = studio.models.press(ANN, asked(FLUX))
            for made in studio.generations.create(ANN, press, press):
                record = follow(studio, made.id)[-1].record
                assert (record.status, record.server) == (Status.FINISHED, "whole")
        finally:
            studio.close()


def test_loras_are_passed_over_by_a_family_that_takes_none_and_named_ones_are_refused(
    studio: Studio,
) -> None:
    listed = [{"name": "demo-film-grain.safetensors"}]
    song = asked(CHECKPOINT, family="stable-audio", loras=listed)
    (made,) = studio.models.press(ANN, song).generations
    assert loras_in(made.graph) == ()
    assert made.request["loras"][0]["name"] == "demo-film-grain.safetensors"
    named = song.model_copy(update={"prompt": "rain <lora:demo-film-grain>"})
    with pytest.raises(StudioError, match="Stable Audio takes no LoRAs: take them out of the prom"):
        studio.models.press(ANN, named)


def test_a_lora_is_found_under_the_name_that_the_server_has_for_it(studio: Studio) -> None:
    request = asked(CHECKPOINT, prompt="rain <lora:DEMO film grain:0.5>", loras=[
        {"name": "other/demo-golden-hour.ckpt"}, {"name": "nobody-has-this"}])  # fmt: skip
    (made,) = studio.models.press(ANN, request).generations
    assert [(one.name, one.weight) for one in loras_in(made.graph)] == [
        ("demo-golden-hour.safetensors", 1),
        ("nobody-has-this", 1),
        ("demo-film-grain.safetensors", 0.5),
    ]
