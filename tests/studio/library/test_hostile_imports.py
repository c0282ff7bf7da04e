"""Whatever lies in a folder that is imported, the rest of it comes."""

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.files.thumbnailer import Previews
from storage.search.query import Search, Sort
from storage.store import Store
from studio.errors import StudioError
from studio.library.folder_files import AGAIN, BROKEN, ELSEWHERE, SPECIAL, FolderFiles
from studio.library.importer import Importer
from tests.studio.library.imports import ANN, brought, png, tally
from tests.support.examples import examples
from tests.support.stores import open_store


def test_what_cannot_be_imported_is_counted_and_named(store: Store, source: Path) -> None:
    whole = png()
    (source / "cut.png").write_bytes(whole[: len(whole) // 2])
    (source / "flipped.png").write_bytes(whole[:60] + b"\xff" + whole[61:])
    (source / "notes.txt").write_text("not a picture")
    (source / "empty.png").write_bytes(b"")
    (source / ".hidden.png").write_bytes(whole)
    (source / "good.png").write_bytes(whole)
    state = brought(store, source)
    assert tally(state) == (5, 5, 1, 0, 3)
    assert dict(state.reasons) == {"hidden": 1, "no image, video or sound": 1}
    assert (state.skipped, state.skips) == (2, (".hidden.png: hidden.",))
    names = [failure.partition(":")[0] for failure in state.failures]
    assert names == ["cut.png", "empty.png", "flipped.png"]  # of others only the number is told
    assert all(failure.endswith(".") for failure in state.failures)


def test_of_what_is_no_picture_nothing_is_told_but_the_number(store: Store, source: Path) -> None:
    for name in ("passwords", "id_rsa.txt", "broken.png", "shadow.bin"):
        (source / name).write_text("x")
    state = brought(store, source)
    assert (state.failed, state.skipped, state.skips) == (1, 3, ())
    assert [failure.partition(":")[0] for failure in state.failures] == ["broken.png"]


def test_links_are_followed_once_and_our_own_folder_is_left_out(store: Store, source: Path) -> None:
    outside = source.parent / "outside"
    (outside / "2024").mkdir(parents=True)
    (outside / "2024" / "a.png").write_bytes(png())
    (outside / "b.png").write_bytes(png("red"))
    (source / "file.png").symlink_to(outside / "b.png")
    (source / "folder").symlink_to(outside)
    (source / "twice").symlink_to(outside)
    (source / "loop").symlink_to(source)
    (source / "gone.png").symlink_to(outside / "none.png")
    (source / "circle").symlink_to(source / "circle")
    state = brought(store, source)
    assert tally(state) == (3, 3, 2, 1, 0)
    assert dict(state.reasons) == {BROKEN: 2, AGAIN: 2}
    assert state.skips == (f"gone.png: {BROKEN}.",)
    (outside / "own.png").write_bytes(png("blue"))
    (source / "ours").symlink_to(store.folder)
    assert tally(brought(store, source.parent))[2:] == (1, 3, 0)


def test_a_folder_that_is_a_link_itself_is_imported(store: Store, source: Path) -> None:
    (source / "a.png").write_bytes(png())
    (source.parent / "link").symlink_to(source)
    assert tally(brought(store, source.parent / "link")) == (1, 1, 1, 0, 0)


def test_links_to_where_one_may_not_look_are_passed_over_and_counted(
    store: Store, source: Path
) -> None:
    outside = source.parent / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(png())
    (source / "file.png").symlink_to(outside / "secret.png")
    (source / "folder").symlink_to(outside)
    importer = Importer(store, Previews(store.folder), [source], is_private=False)
    importer.start(str(source), ANN)
    while importer.state(ANN).running:
        threading.Event().wait(0.01)
    state = importer.state(ANN)
    assert tally(state) == (0, 0, 0, 0, 0)
    assert (state.reasons, state.skips) == (((ELSEWHERE, 2),), (f"file.png: {ELSEWHERE}.",))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_what_comes_in_the_place_of_a_file_meanwhile_is_not_read(
    store: Store, source: Path
) -> None:
    outside = source.parent / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(png())
    (store.folder / "ours.png").write_bytes(png())
    files = FolderFiles(source, store.folder, lambda place: place.is_relative_to(source))
    where = source / "a.png"
    os.mkfifo(where)
    with pytest.raises(StudioError, match=SPECIAL):
        files.open(where)
    for target in (outside / "secret.png", store.folder / "ours.png"):
        where.unlink()
        where.symlink_to(target)
        with pytest.raises(StudioError, match=ELSEWHERE):
            files.open(where)
    where.unlink()
    with pytest.raises(OSError, match="No such file"):
        files.open(where)
    where.write_bytes(b"a file")
    with files.open(where) as file:
        assert file.read() == b"a file"


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


NEXT = count(1)
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


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples: each has an owner of its own."""
    opened = open_store(tmp_path_factory.mktemp("kept"))
    yield opened
    opened.close()


@given(prompt=GRAPHS | st.text(), parameters=SETTINGS | st.text())
@settings(max_examples=examples(60), deadline=None)
def test_no_picture_ends_the_import_of_its_folder(
    kept: Store, prompt: str, parameters: str
) -> None:
    number = next(NEXT)
    source, owner = kept.folder.parent / f"output{number}", f"user:{number}"
    source.mkdir()
    odd = {"prompt": prompt, "parameters": parameters}
    for name, texts in (("a", odd), ("b", {"parameters": parameters}), ("c", {})):
        safe = {k: v.encode("utf-8", "replace").decode() for k, v in texts.items()}
        (source / f"{name}.png").write_bytes(png(colour="#00000" + name, **safe))
    state = brought(kept, source, owner)
    assert (state.error, state.done, state.added) == ("", 3, 3), state.failures
    assert len(kept.library.search(Search(), owner=owner)) == 3


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
