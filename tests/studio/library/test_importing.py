"""Folders of finished files become records: copied, known again, whoever they belong to."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from storage.files.thumbnailer import Previews
from storage.records import Status
from storage.search.query import Search, Sort
from storage.store import Store
from studio.access.viewer import Viewer
from studio.cli.archive import carry_out
from studio.cli.commands import read_command
from studio.errors import StudioError
from studio.library.import_job import Import, ImportState
from studio.library.importer import Importer, ImportWork
from tests.support.examples import examples
from tests.support.picture_folders import FIRST, make_folder

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
PARAMETERS = (
    "a cosy cat\nNegative prompt: blurred\n"
    "Steps: 28, Sampler: Euler a, CFG scale: 6.5, Seed: 18446744073709551615, Size: 64x48, "
    "Model: dream"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "output"
    folder.mkdir()
    return folder


def png(colour: str = "teal", **texts: str) -> bytes:
    info = PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    buffer = BytesIO()
    Pillow.new("RGB", (64, 48), colour).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def brought(
    store: Store,
    source: Path,
    owner: str = ANN.owner,
    is_stopping: Callable[[], bool] = lambda: False,
) -> ImportState:
    previews = Previews(store.folder)
    return Import(store, source, owner, previews, lambda _state: None).run(is_stopping)


def tally(state: ImportState) -> tuple[int, int, int, int, int]:
    return state.found, state.done, state.added, state.known, state.failed


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
    (source / "song.flac").write_bytes(b"fLaC" + b"\0" * 5000)
    assert tally(brought(store, source))[2:] == (2, 0, 0)
    kinds = {g.images[0].kind: g.images[0] for g in store.library.search(Search(), owner=None)}
    assert kinds["video"].media == "video/mp4"
    assert kinds["audio"].thumbnail == ""


def test_what_cannot_be_imported_is_counted_and_named(store: Store, source: Path) -> None:
    whole = png()
    (source / "cut.png").write_bytes(whole[: len(whole) // 2])
    (source / "flipped.png").write_bytes(whole[:60] + b"\xff" + whole[61:])
    (source / "notes.txt").write_text("not a picture")
    (source / "empty.png").write_bytes(b"")
    (source / ".hidden.png").write_bytes(whole)
    (source / "good.png").write_bytes(whole)
    state = brought(store, source)
    assert tally(state) == (5, 5, 1, 0, 4)
    names = [failure.partition(":")[0] for failure in state.failures]
    assert names == ["cut.png", "empty.png", "flipped.png"]  # of others only the number is told
    assert all(failure.endswith(".") for failure in state.failures)


def test_links_lead_nowhere_and_our_own_folder_is_left_out(store: Store, source: Path) -> None:
    outside = source.parent / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(png())
    (source / "file.png").symlink_to(outside / "secret.png")
    (source / "folder").symlink_to(outside)
    (source / "loop").symlink_to(source)
    assert tally(brought(store, source)) == (0, 0, 0, 0, 0)
    (outside / "own.png").write_bytes(png("red"))
    brought(store, outside)
    assert tally(brought(store, source.parent))[2:] == (0, 2, 0)


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


def test_times_beyond_all_sense_do_no_harm(store: Store, source: Path) -> None:
    for name, at in (("old.png", -5e8), ("future.png", 9e9)):
        (source / name).write_bytes(png(name=name))
        os.utime(source / name, (at, at))
    assert brought(store, source).added == 2
    oldest, newest = store.library.search(Search(sort=Sort.OLDEST), owner=None)
    assert oldest.created_at == 0.0
    assert newest.created_at <= time.time()


def test_hostile_metadata_is_stored_as_far_as_it_can_be(store: Store, source: Path) -> None:
    graph = {
        "1\0": {"class_type": "KSampler", "inputs": {"seed": 2**70, "steps": -1, "cfg": True}},
        "2": {"class_type": "X", "inputs": {"text": "a\0b" * 100, "width": 10**20, "seed": "x"}},
        "3": {"class_type": "Y", "inputs": {"positive": ["2", 0], "negative": ["3", 0]}},
        "4": {"class_type": "Z", "inputs": [1]},
    }
    (source / "odd.png").write_bytes(png(prompt=json.dumps(graph)))
    assert tally(brought(store, source))[2:] == (1, 0, 0)
    (found,) = store.library.search(Search(), owner=None)
    assert (found.seed, found.width) == (0, 64)


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


def _importer(store: Store, *allowed: Path, is_private: bool = False) -> Importer:
    return Importer(store, Previews(store.folder), allowed, is_private=is_private)


def test_from_the_page_only_named_folders_may_be_imported(store: Store, source: Path) -> None:
    inside, outside = source / "inside", source.parent / "outside"
    for folder in (inside, outside):
        folder.mkdir()
    (source / "way out").symlink_to(outside)
    importer = _importer(store, source)
    refused = [str(outside), str(source / "way out"), str(source / ".." / "outside"), "", "~", "."]
    for typed in (*refused, "/etc", str(source) + "2", "a\0b"):
        with pytest.raises(StudioError, match=r"\.$"):
            importer.start(typed, ANN)
    with pytest.raises(StudioError, match="--import-folder"):
        _importer(store).start(str(source), ANN)
    assert importer.start(str(inside), ANN).running
    importer.close(20)
    assert importer.folders(ANN) == (str(source),)


def test_on_a_page_of_ones_own_what_lies_below_home_may_but_our_data(
    store: Store, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(source.parent))
    importer = _importer(store, is_private=True)
    inside = (str(store.folder), str(store.folder / "images"), str(source / "none"))
    for typed in (*inside, "/etc", "/", str(source.parent.parent), "~root"):
        with pytest.raises(StudioError):
            importer.start(typed, ANN)
    assert importer.start(str(source), ANN).folder == str(source)
    importer.close(20)


def test_of_what_is_no_picture_nothing_is_told_but_the_number(store: Store, source: Path) -> None:
    for name in ("passwords", "id_rsa.txt", "broken.png", "shadow.bin"):
        (source / name).write_text("x")
    state = brought(store, source)
    assert state.failed == 4
    assert [failure.partition(":")[0] for failure in state.failures] == ["broken.png"]


def test_one_import_a_viewer_whose_state_nobody_else_sees(store: Store, source: Path) -> None:
    make_folder(source, 120, side=64)
    importer = _importer(store, source)
    importer.start(str(source), ANN)
    with pytest.raises(StudioError, match="running already"):
        importer.start(str(source), ANN)
    assert importer.state(BOB) == ImportState()
    importer.cancel(BOB)
    work = ImportWork(importer, Previews(store.folder))
    while importer.state(ANN).running:
        threading.Event().wait(0.01)
    state = importer.state(ANN)
    assert tally(state) == (120, 120, 120, 0, 0)
    assert state.finished_at is not None
    work.stop()
    with pytest.raises(StudioError, match="shutting down"):
        importer.start(str(source), ANN)
    assert not any(thread.name == "import" for thread in threading.enumerate())


def test_the_terminal_imports_for_whom_it_is_told(
    tmp_path: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source / "one.png").write_bytes(png())
    (source / "notes.txt").write_text("x")
    data = tmp_path / "fresh"
    command = ["import", str(source), "--data-folder", str(data), "--people", "browsers"]
    assert carry_out(read_command(command)) == 1
    assert "--owner" in capsys.readouterr().err
    for added in (1, 0):
        assert carry_out(read_command([*command, "--owner", "ann"])) == 0
        said = capsys.readouterr()
        assert f"{added} added" in said.out
        assert "notes.txt" in said.err
    assert carry_out(read_command(command)) == 0  # there is one gallery alone
    assert carry_out(read_command(["import", str(data), "--data-folder", str(data)])) == 1
    opened = Store(data)
    assert [g.owner for g in opened.generations.page(owner=None)] == [ANN.owner]
    opened.close()


@pytest.mark.parametrize("words", [["import"], ["serve", "--owner", "ann"], ["import", "a", "b"]])
def test_commands_that_make_no_sense_are_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        read_command(words)


NUMBERS = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), 2**40, 10**30])
VALUES = NUMBERS | st.booleans() | st.none() | st.text() | st.lists(NUMBERS, max_size=2)
INPUTS = st.dictionaries(
    st.sampled_from(["steps", "cfg", "guidance", "seed", "noise_seed", "width", "height", "text"])
    | st.sampled_from(["batch_size", "ckpt_name", "lora_name", "sampler_name", "scheduler"]),
    VALUES,
)
GRAPHS = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.fixed_dictionaries({"class_type": st.text() | st.just("KSampler"), "inputs": INPUTS}),
    min_size=1,
    max_size=4,
).map(json.dumps)
SETTINGS = st.builds(
    "cat\nSteps: {}, Sampler: Euler, CFG scale: {}, Seed: {}, Size: {}x{}, Denoising: {}".format,
    *([NUMBERS | st.text(st.characters(categories=["L", "N", "P"]))] * 6),
)


@given(prompt=GRAPHS | st.text(), parameters=SETTINGS | st.text())
@settings(max_examples=examples(60), deadline=None)
def test_no_picture_ends_the_import_of_its_folder(
    tmp_path_factory: pytest.TempPathFactory, prompt: str, parameters: str
) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    source = folder / "output"
    source.mkdir()
    odd = {"prompt": prompt, "parameters": parameters}
    for name, texts in (("a", odd), ("b", {"parameters": parameters}), ("c", {})):
        safe = {k: v.encode("utf-8", "replace").decode() for k, v in texts.items()}
        (source / f"{name}.png").write_bytes(png(colour="#00000" + name, **safe))
    store = Store(folder / "data")
    try:
        state = brought(store, source)
        assert (state.error, state.done, state.added) == ("", 3, 3), state.failures
        assert len(store.library.search(Search(), owner=ANN.owner)) == 3
    finally:
        store.close()


def test_a_number_that_no_float_holds_is_none(store: Store, source: Path) -> None:
    graph = {"3": {"class_type": "KSampler", "inputs": {"cfg": 10**400, "seed": 1}}}
    (source / "a.png").write_bytes(png(prompt=json.dumps(graph)))
    (source / "b.png").write_bytes(png("red"))
    assert tally(brought(store, source)) == (2, 2, 2, 0, 0)
    assert {g.cfg for g in store.library.search(Search(), owner=ANN.owner)} == {0.0}


def test_a_record_without_a_proper_path_keeps_no_thumbnail_of_another_from_being_made(
    store: Store, source: Path
) -> None:
    (source / "a.png").write_bytes(png())
    brought(store, source)
    (record,) = store.library.search(Search(), owner=ANN.owner)
    (good,) = record.images
    previews = Previews(store.folder)
    previews.start()
    previews.add([replace(good, thumbnail="../outside.webp"), replace(good, path="\0"), good])
    previews.finish()
    assert (store.folder / good.thumbnail).is_file()
