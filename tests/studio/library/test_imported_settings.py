"""What files say of how they were made, as records: each field kept, or named."""

import shutil
from pathlib import Path

import pytest

from comfy.workflow.loras import loras_in
from storage.records import Generation, Status
from storage.search.query import Search
from storage.store import Store
from studio.generations import made_with
from studio.generations.new_records import press_again
from studio.requested import request_of
from tests.comfy.workflow.files.builders import box
from tests.studio.library.imports import brought, png, tally
from tests.support.paths import RECORDINGS

PARAMETERS = (
    "a cosy cat <lora:ink:0.8> <lora:paper:0.5>\nNegative prompt: blurred\n"
    "Steps: 28, Sampler: Euler a, CFG scale: 6.5, Seed: 18446744073709551615, Size: 64x48, "
    "Model: dream"
)


def record_of_case(store: Store, source: Path, name: str) -> Generation:
    shutil.copy(RECORDINGS / "files" / name, source / name)
    assert tally(brought(store, source))[2:] == (1, 0, 0)
    (record,) = store.library.search(Search(), owner=None)
    return record


@pytest.mark.parametrize(
    ("name", "seed"), [("comfyui-video.mp4", 99), ("comfyui-video-2.webm", 101)]
)
def test_a_video_comes_with_its_graph(store: Store, source: Path, name: str, seed: int) -> None:
    record = record_of_case(store, source, name)
    assert (record.prompt, record.seed, record.steps) == ("a lighthouse in fog", seed, 7)
    assert record.graph
    assert record.images[0].kind == "video"


@pytest.mark.parametrize(
    "name", ["a1111-denoise-0.png", "swarmui-json-2.jpg", "drawthings-xmp.png", "invokeai-2.png"]
)
def test_a_record_of_another_program_s_image_can_be_asked_for(
    store: Store, source: Path, name: str
) -> None:
    record = record_of_case(store, source, name)
    request = request_of(record)
    assert request
    for said in (record, request):
        assert (said.prompt, said.negative_prompt) == ("a lighthouse in fog", "blurry")
        assert (said.steps, said.cfg, said.seed) == (7, 4.5, 42)
        assert (said.width, said.height) == (512, 768)
    assert (record.warning, made_with.seed(record)) == ("", 42)
    press = press_again(record, same_seed=True)
    assert press.generations[0].summary.seed == 42


def test_what_cannot_be_taken_is_kept_and_named(store: Store, source: Path) -> None:
    record = record_of_case(store, source, "a1111-unknown-sampler.png")
    assert record.sampler == "Restart"
    assert record.warning == "Sampler “Restart” is not known here: euler is taken."
    request = request_of(record)
    assert request
    assert request.sampler == "euler"


@pytest.mark.parametrize("name", ["seed-that-is-none.gif", "seed-that-is-none-2.png"])
def test_what_tells_no_seed_is_shown_without_one(store: Store, source: Path, name: str) -> None:
    record = record_of_case(store, source, name)
    assert made_with.seed(record) is None
    if record.graph:
        again = press_again(record, same_seed=True).generations[0]
        seed = again.graph["3"]["inputs"]["seed"]
        assert seed == again.summary.seed >= 0
        assert again.request["seeds"] == ["3.seed"]


def test_several_loras_are_all_kept_found_and_made_again(store: Store, source: Path) -> None:
    (source / "two.png").write_bytes(png(parameters=PARAMETERS))
    brought(store, source)
    (record,) = store.library.search(Search(), owner=None)
    uses = [(one.name, one.weight) for one in made_with.loras(record)]
    assert uses == [("ink", 0.8), ("paper", 0.5)]
    again = press_again(record, same_seed=True).generations[0]
    assert [(one.name, one.weight) for one in loras_in(again.graph)] == uses
    for name in ("ink", "paper"):
        assert [one.id for one in store.library.search(Search(lora=name), owner=None)] == [
            record.id
        ]
    assert store.library.facets(owner=None).loras == (("ink", 1), ("paper", 1))
    assert (record.prompt, record.lora, record.seed) == ("a cosy cat", "ink", 2**64 - 1)


def test_a_request_that_an_earlier_version_stored_out_of_range_can_be_asked_for() -> None:
    request = {"prompt": "a cat", "denoise": 0.0, "width": 513, "height": 771, "steps": 7}
    old = Generation("a", "a", "user:ann", Status.FINISHED, 0.0, request, origin="import")
    found = request_of(old)
    assert found
    assert (found.prompt, found.width, found.height, found.steps) == ("a cat", 512, 768, 7)


def test_a_heic_is_an_image_without_a_thumbnail(store: Store, source: Path) -> None:
    size = box(b"ispe", bytes(4), (24).to_bytes(4), (16).to_bytes(4))
    meta = box(b"meta", bytes(4), box(b"iprp", box(b"ipco", size)))
    head = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    (source / "phone.heic").write_bytes(head + meta)
    (source / "cut.heic").write_bytes(head + meta[:-4])
    state = brought(store, source)
    assert tally(state) == (2, 2, 1, 0, 1)
    (record,) = store.library.search(Search(), owner=None)
    (image,) = record.images
    assert (image.media, image.kind, image.thumbnail) == ("image/heic", "images", "")
    assert (image.width, image.height) == (24, 16)
    assert image.path.endswith(".heic")
