"""One's own wildcard lists: kept, imported, exported, and nobody else's."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import Absent, Invalid, StudioError
from studio.wildcards import bundle, own
from studio.wildcards.bundle import read_bundle, zipped
from studio.wildcards.own import checked_name
from studio.wildcards.wildcards import Wildcards

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")


@pytest.fixture
def wildcards(store: Store) -> Wildcards:
    folder = store.folder / "wildcards"
    folder.mkdir()
    (folder / "colour.txt").write_text("red\ngreen\n")
    return Wildcards(store, store.folder)


def test_lists_are_ones_own_and_come_before_the_files(wildcards: Wildcards) -> None:
    wildcards.own.save(ANN, "animals/cats", "# big ones\nlynx\n\npuma\n")
    wildcards.own.save(ANN, "colour", "violet")
    assert [(o.name, o.entries, o.is_own) for o in wildcards.all(ANN)] == [
        ("animals/cats", 2, True), ("colour", 1, True),
    ]  # fmt: skip
    assert [(o.name, o.entries, o.is_own) for o in wildcards.all(BOB)] == [("colour", 2, False)]
    assert set(wildcards.examples(ANN, "a __colour__ __animals/*__", 20)) == {
        "a violet lynx", "a violet puma",
    }  # fmt: skip
    assert wildcards.text(BOB, "colour") == ("red\ngreen", False)
    with pytest.raises(Absent):
        wildcards.text(BOB, "animals/cats")
    with pytest.raises(Absent):
        wildcards.own.delete(BOB, "animals/cats")
    with pytest.raises(Invalid, match="not known"):
        wildcards.examples(BOB, "__animals/cats__", 1)


def test_a_list_is_renamed_deleted_and_saved_again(wildcards: Wildcards) -> None:
    wildcards.own.save(ANN, "a", "one")
    wildcards.own.save(ANN, "b", "two")
    with pytest.raises(Invalid, match="already"):
        wildcards.own.save(ANN, "a", "three")
    with pytest.raises(Invalid, match="already"):
        wildcards.own.save(ANN, "a", "three", "b")
    assert wildcards.own.save(ANN, " c ", "three", "b") == "c"
    assert wildcards.own.texts(ANN.owner) == {"a": "one", "c": "three"}
    assert wildcards.own.delete(ANN, "c") == "three"
    wildcards.own.save(ANN, "c", "three")
    assert wildcards.own.texts(ANN.owner) == {"a": "one", "c": "three"}


def test_examples_see_what_is_not_saved_yet(wildcards: Wildcards) -> None:
    assert wildcards.examples(ANN, "__new__", 2, unsaved={"new": "x\n"}) == ["x", "x"]
    assert wildcards.own.texts(ANN.owner) == {}


@pytest.mark.parametrize("name", ["", "_a", "a__b", "a/", "a//b", "../a", "a\nb", "*", "x" * 101])
def test_what_no_prompt_can_name_is_no_name(name: str) -> None:
    with pytest.raises(Invalid, match="A list's name"):
        checked_name(name)


def test_limits_are_said(wildcards: Wildcards, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match="characters"):
        wildcards.own.save(ANN, "a", "x" * (own.MAX_TEXT + 1))
    with pytest.raises(Invalid, match="20,001 entries"):
        wildcards.own.save(ANN, "a", "x\n" * 20_001)
    monkeypatch.setattr(own, "MAX_LISTS", 1)
    with pytest.raises(StudioError, match="2 lists"):
        wildcards.own.add(ANN, {"a": "x", "b": "y"})
    assert wildcards.own.texts(ANN.owner) == {}


def test_an_import_takes_no_lists_place(wildcards: Wildcards) -> None:
    wildcards.own.save(ANN, "a", "mine")
    assert wildcards.own.add(ANN, {"a": "theirs", "b": "y"}) == ["a 2", "b"]
    assert wildcards.own.add(ANN, {"a": "mine"}) == ["a"]
    assert wildcards.own.texts(ANN.owner) == {"a": "mine", "a 2": "theirs", "b": "y"}


def packed(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


YAML = "animals:\n  cats:\n    - lynx\n    - 3::puma\n  dogs: [wolf]\nflat: [007, yes]\n"


def test_files_of_other_programs_are_read() -> None:
    assert read_bundle("Big Cats.txt", b"\xef\xbb\xbflynx\r\npuma") == {"Big Cats": "lynx\r\npuma"}
    trees = {"animals/cats": "lynx\n3::puma", "animals/dogs": "wolf", "flat": "007\nyes"}
    assert read_bundle("x.yaml", YAML.encode()) == trees
    files = {
        "wildcards/a/b.txt": "one",
        "wildcards/more.yaml": "c: [two]",
        "__MACOSX/a/._b.txt": "no",
        "readme.md": "no",
        "../../etc/pass__wd.txt": "three",
    }
    assert read_bundle("x.zip", packed(**files)) == {
        "a/b": "one",
        "c": "two",
        "etc/pass-wd": "three",
    }


BOMB = "a: &a {x: [], y: []}\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} {{x: *{chr(97 + n)}, y: *{chr(97 + n)}}}\n" for n in range(20)
)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("x.png", b"\x89PNG", "no wildcards"),
        ("x.txt", b" \n", "no wildcards"),
        ("x.zip", b"PK\x03\x04rubbish", "no wildcards"),
        ("x.zip", packed(**{"a.txt": "x"})[:-30], "no wildcards"),
        ("x.yaml", b"a: [", "line 1"),
        ("x.yaml", b"[" * 100_000, "cannot be read"),
        ("x.yaml", BOMB.encode(), "too many branches"),
        ("x.yaml", b"a: &a {b: *a}", "cannot be read"),
        ("x.yaml", b"#" * (bundle.MAX_YAML + 1), "at most"),
        ("x.zip", packed(**{f"{n}.txt": "x" for n in range(501)}), "over 500 lists"),
    ],
)
def test_what_is_no_bundle_is_said(name: str, data: bytes, says: str) -> None:
    with pytest.raises(StudioError, match=says):
        read_bundle(name, data)


def test_a_zip_that_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MAX_ALL", 1000)
    with pytest.raises(StudioError, match="too large"):
        read_bundle("x.zip", packed(**{"a.txt": "x" * 1500, "b.txt": "y" * 1500}))


def test_what_is_exported_can_be_imported() -> None:
    texts = {"a": "one\n", "b/c d": "# hm\ntwo\n"}
    assert read_bundle("x.zip", zipped(texts)) == texts


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.yaml", "a.zip", "", "/.txt", "..yml"]))
def test_no_file_raises_anything_but_a_sentence(data: bytes, name: str) -> None:
    for content in (data, b"PK\x03\x04" + data, packed(**{"a.yaml": "x: [y]"})[:-22] + data):
        try:
            found = read_bundle(name, content)
        except StudioError:
            continue
        assert all(checked_name(one) == one for one in found)


def test_the_folder_may_be_missing(store: Store, tmp_path: Path) -> None:
    assert Wildcards(store, tmp_path / "none").all(ANN) == []
