"""Folders of finished files become records: copied, known again, whoever they belong to."""

import time
from pathlib import Path

import pytest
from PIL import Image as Pillow

from storage.files.thumbnailer import Previews
from storage.records import Status
from storage.search.query import Search
from storage.store import Store
from tests.studio.library.imports import ANN, BOB, brought, png, tally
from tests.support.films import film
from tests.support.picture_folders import FIRST, make_folder

PARAMETERS = (
    "a cosy cat\nNegative prompt: blurred\n"
    "Steps: 28, Sampler: Euler a, CFG scale: 6.5, Seed: 18446744073709551615, Size: 64x48, "
    "Model: dream"
)


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "TIFF", "PNG"])
def test_a_picture_on_its_side_has_the_size_it_is_shown_in(
    store: Store, source: Path, form: str
) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    Pillow.new("RGB", (64, 48)).save(source / "a.picture", form, exif=exif)
    assert tally(brought(store, source)) == (1, 1, 1, 0, 0)
    record = store.generations.page(owner=ANN.owner)[0]
    assert (record.width, record.height) == (48, 64)
    assert (record.images[0].width, record.images[0].height) == (48, 64)


def test_a_folder_of_pictures_is_imported_once_however_often(store: Store, source: Path) -> None:
    make_folder(source, 230, side=64)
    before = {path: path.read_bytes() for path in source.rglob("*.png")}
    assert tally(brought(store, source)) == (230, 230, 230, 0, 0)
    assert tally(brought(store, source)) == (230, 230, 0, 230, 0)
    assert store.library.count(Search(), owner=ANN.owner) == 230
    assert {path: path.read_bytes() for path in source.rglob("*.png")} == before


def test_a_record_tells_what_the_picture_does(store: Store, source: Path) -> None:
    make_folder(source, 3, side=64)
    brought(store, source)
    newest, *_, first = store.library.search(Search(), owner=ANN.owner)
    assert newest.prompt == "the sea at night, number 2"
    assert (first.prompt, first.negative_prompt) == ("a red fox, number 0", "blurry")
    assert (first.checkpoint, first.sampler, first.steps) == ("sd_v1-5.safetensors", "euler", 20)
    assert (first.seed, first.width, first.height, first.cfg) == (5, 64, 64, 7.0)
    assert (first.created_at, first.origin, first.status) == (FIRST, "import", Status.FINISHED)
    assert int(first.id.replace("-", "")[:12], 16) == FIRST * 1000
    image = first.images[0]
    kept = store.folder / image.path
    assert kept.read_bytes() == (source / "batch_000" / "ComfyUI_00000_.png").read_bytes()
    assert kept.parent.name == "2025-06"
    assert (image.width, image.height, image.filename) == (64, 64, "ComfyUI_00000_.png")
    assert [key.rpartition(".")[2] for key in first.request["seeds"]] == ["seed"]


def test_what_other_programs_wrote_and_what_says_nothing(store: Store, source: Path) -> None:
    (source / "a1111.png").write_bytes(png(parameters=PARAMETERS))
    (source / "plain.png").write_bytes(png("red"))
    (source / "broken text.png").write_bytes(png("blue", prompt="{no json"))
    assert tally(brought(store, source))[2:] == (3, 0, 0)
    by_name = {g.images[0].filename: g for g in store.library.search(Search(), owner=None)}
    a1111 = by_name["a1111.png"]
    assert (a1111.prompt, a1111.steps, a1111.seed) == ("a cosy cat", 28, 2**64 - 1)
    assert (a1111.width, a1111.height, a1111.checkpoint) == (64, 48, "dream")
    assert (by_name["plain.png"].prompt, by_name["plain.png"].width) == ("", 64)
    assert by_name["broken text.png"].graph == {}


def test_videos_and_sounds_come_too(store: Store, source: Path) -> None:
    (source / "film.mp4").write_bytes(b"\0\0\0\x18ftypisom" + b"\0" * 5000)
    (source / "real.webm").write_bytes(film("webm", frames=36))
    (source / "song.flac").write_bytes(b"fLaC" + b"\0" * 5000)
    assert tally(brought(store, source))[2:] == (3, 0, 0)
    by_name = {
        g.images[0].filename: g.images[0] for g in store.library.search(Search(), owner=None)
    }
    assert (by_name["film.mp4"].kind, by_name["film.mp4"].media) == ("video", "video/mp4")
    assert (by_name["song.flac"].kind, by_name["song.flac"].thumbnail) == ("audio", "")
    real = by_name["real.webm"]
    assert (real.width, real.height, real.seconds) == (96, 64, 3.0)
    made = Previews(store.folder).ensure(real)
    assert made == store.folder / real.preview


def test_each_owner_has_a_copy_of_their_own(store: Store, source: Path) -> None:
    (source / "one.png").write_bytes(png())
    (source / "twin.png").write_bytes(png())
    assert tally(brought(store, source))[2:] == (1, 1, 0)
    assert tally(brought(store, source, BOB.owner))[2:] == (1, 1, 0)
    mine, theirs = (store.library.search(Search(), owner=who.owner) for who in (ANN, BOB))
    assert len(mine) == len(theirs) == 1
    assert mine[0].images[0].path != theirs[0].images[0].path


def test_what_lies_in_the_bin_is_known_but_not_what_is_gone_for_good(
    store: Store, source: Path
) -> None:
    (source / "one.png").write_bytes(png())
    brought(store, source)
    store.library.bin([g.id for g in store.generations.page(owner=None)], None)
    assert tally(brought(store, source))[2:] == (0, 1, 0)
    store.library.purge(time.time() + 1)
    assert tally(brought(store, source))[2:] == (1, 0, 0)


def test_one_that_was_stopped_goes_on_when_it_is_started_again(store: Store, source: Path) -> None:
    make_folder(source, 250, side=64)
    looks = iter(range(10_000))
    state = brought(store, source, is_stopping=lambda: next(looks) > 400)
    assert 0 < state.added < 250
    assert not state.running
    assert "start it again" in state.error
    again = brought(store, source)
    assert (again.added, again.known) == (250 - state.added, state.added)


def test_thumbnails_are_made_behind_or_when_first_asked_for(store: Store, source: Path) -> None:
    (source / "one.png").write_bytes(png())
    brought(store, source)
    ((image,),) = [g.images for g in store.generations.page(owner=None)]
    assert not (store.folder / image.thumbnail).exists()
    made = Previews(store.folder).ensure(image)
    assert made == store.folder / image.thumbnail
    with Pillow.open(made) as picture:
        assert picture.format == "WEBP"
    made.unlink()
    behind = Previews(store.folder)
    behind.start()
    behind.add([image])
    behind.finish()
    assert made.exists()
    made.unlink()
    (store.folder / image.path).unlink()
    assert Previews(store.folder).ensure(image) is None
