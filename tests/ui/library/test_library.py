"""What the gallery's script is answered, from a real store; and whose things it may touch."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage.records import Generation, Status
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.studio import Studio
from tests.support.environment import settings
from tests.support.records import generation, image
from tests.support.stores import open_store
from ui.library.actions import LibraryAnswers
from ui.shell.context import Parts
from ui.shell.rpc import Ask

ANN, BOB, ROOT = Viewer("user:ann"), Viewer("user:bob"), Viewer("user:root", is_admin=True)
Json = dict[str, Any]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


@pytest.fixture
def studio(tmp_path: Path, store: Store) -> Iterator[Studio]:
    """A studio that is not started, with four generations of Ann's and one of Bob's."""
    store.generations.add([finished(number) for number in range(4)])
    store.generations.add([replace(finished(9), owner="user:bob", prompt="a blue boat")])
    made = Studio(settings(tmp_path), [], store)
    yield made
    made.close()


@pytest.fixture
def answers(studio: Studio) -> LibraryAnswers:
    """The answers of that studio."""
    return LibraryAnswers(Parts(studio, lambda _: ANN))


def finished(number: int) -> Generation:
    prompt = ("a red fox", "a red boat", "a green hill", "two red foxes")[number % 4]
    return generation(
        number,
        status=Status.FINISHED,
        prompt=prompt,
        images=(image(), image(1)) if number == 0 else (image(),),
    )


def ids_of(answer: Json) -> list[str]:
    return list(dict.fromkeys(tile["id"] for tile in answer["tiles"]))


def test_a_page_has_a_tile_a_file_and_says_where_it_goes_on(answers: LibraryAnswers) -> None:
    first = answers.page(Ask({"limit": 3}, ANN))
    assert ids_of(first) == [finished(n).id for n in (3, 2, 1)]
    rest = answers.page(Ask({"limit": 3, "after": first["last"]}, ANN))
    assert [(tile["id"], tile["n"]) for tile in rest["tiles"]] == [
        (finished(0).id, 0),
        (finished(0).id, 1),
    ]
    assert rest["last"] == ""


def test_words_and_the_count_agree(answers: LibraryAnswers) -> None:
    asked = {"search": {"words": "red -boat"}}
    assert ids_of(answers.page(Ask(asked, ANN))) == [finished(n).id for n in (3, 0)]
    assert answers.count(Ask(asked, ANN)) == {"count": 2, "images": 3, "more": False}


def test_marks_come_back_with_the_tiles_and_the_description(answers: LibraryAnswers) -> None:
    ids = [finished(1).id, finished(2).id]
    assert answers.rate(Ask({"ids": ids, "rating": 4}, ANN)) == {"changed": 2}
    assert answers.favour(Ask({"ids": ids[:1], "on": True}, ANN)) == {"changed": 1}
    answers.tag(Ask({"ids": ids, "add": ["boats", "sea"], "remove": []}, ANN))
    answers.collect(Ask({"ids": ids, "name": "Best", "on": True}, ANN))
    answers.note(Ask({"id": ids[0], "text": "print it"}, ANN))
    (tile,) = answers.page(Ask({"search": {"favourite": True}}, ANN))["tiles"]
    assert (tile["id"], tile["rating"], tile["favourite"]) == (ids[0], 4, True)
    said = answers.describe(Ask({"id": ids[0]}, ANN))
    assert (said["tags"], said["collections"], said["note"]) == (
        ["boats", "sea"],
        ["Best"],
        "print it",
    )
    assert said["mine"]
    assert answers.facets(Ask({}, ANN))["collection"] == (("Best", 2),)


def test_what_is_binned_is_described_to_its_owner_alone_and_comes_back(
    answers: LibraryAnswers,
) -> None:
    one = finished(1).id
    assert answers.delete(Ask({"ids": [one]}, ANN)) == {"ids": [one], "images": []}
    assert one not in ids_of(answers.page(Ask({}, ANN)))
    assert ids_of(answers.page(Ask({"search": {"binned": True}}, ANN))) == [one]
    assert answers.describe(Ask({"id": one}, ANN))["binned"]
    assert "gone" in answers.describe(Ask({"id": one}, BOB))
    answers.restore(Ask({"ids": [one]}, ANN))
    assert one in ids_of(answers.page(Ask({}, ANN)))


def test_only_what_lies_in_the_bin_is_removed_for_good(answers: LibraryAnswers) -> None:
    one, kept = finished(1).id, finished(2).id
    answers.delete(Ask({"ids": [one]}, ANN))
    assert answers.purge(Ask({"ids": [one, kept]}, ANN))["generations"] == 1
    assert "gone" in answers.describe(Ask({"id": one}, ANN))
    assert kept in ids_of(answers.page(Ask({}, ANN)))


def test_what_differs_is_in_words(answers: LibraryAnswers) -> None:
    asked = {"first": finished(1).id, "second": finished(2).id}
    rows = {name: (a, b) for name, a, b in answers.compare(Ask(asked, ANN))["rows"]}
    assert rows["Prompt"] == ("a red boat", "a green hill")
    assert rows["Seed"] == ("1", "2")
    assert "Steps" not in rows


@pytest.mark.parametrize("name", ["rate", "favour", "tag", "collect", "delete", "again"])
def test_nobody_touches_what_is_anothers(answers: LibraryAnswers, name: str) -> None:
    one = finished(1).id
    asked = {"ids": [one], "rating": 5, "on": True, "add": ["x"], "name": "x"}
    before = answers.describe(Ask({"id": one}, ANN))
    call = answers.functions[f"gal_{name}"]
    if name == "delete":
        assert call(Ask(asked, BOB)) == {"ids": [], "images": []}
    else:
        with pytest.raises(StudioError, match="yours"):
            call(Ask(asked, BOB))
    assert answers.describe(Ask({"id": one}, ANN)) == before


def test_nobody_sees_what_is_anothers_but_admins(answers: LibraryAnswers) -> None:
    assert ids_of(answers.page(Ask({"search": {"owner": "user:ann"}}, BOB))) == []
    assert ids_of(answers.page(Ask({}, BOB))) == [finished(9).id]
    assert answers.facets(Ask({}, BOB))["owner"] == ()
    everything = answers.page(Ask({}, ROOT))
    assert len(ids_of(everything)) == 5
    assert ids_of(answers.page(Ask({"search": {"owner": "user:bob"}}, ROOT))) == [finished(9).id]


def test_one_image_of_a_batch_is_marked_found_and_binned_alone(answers: LibraryAnswers) -> None:
    one, first, second = finished(0).id, [finished(0).id, 0], [finished(0).id, 1]
    assert answers.rate(Ask({"images": [second], "rating": 5}, ANN)) == {"changed": 1}
    answers.note(Ask({"id": one, "n": 1, "text": "this"}, ANN))
    answers.tag(Ask({"images": [first], "add": ["x"]}, ANN))
    (tile,) = answers.page(Ask({"search": {"rating": 5}}, ANN))["tiles"]
    assert [tile["id"], tile["n"]] == second
    said = [answers.describe(Ask({"id": one, "n": n}, ANN)) for n in (0, 1)]
    assert [(d["n"], d["rating"], d["note"], d["tags"]) for d in said] == [
        (0, 0, "", ["x"]),
        (1, 5, "this", []),
    ]
    assert answers.delete(Ask({"images": [first]}, ANN)) == {"ids": [], "images": [first]}
    left = [[t["id"], t["n"]] for t in answers.page(Ask({}, ANN))["tiles"]]
    assert second in left
    assert first not in left
    assert answers.count(Ask({}, ANN))["images"] == len(left) == 4
    (binned,) = answers.page(Ask({"search": {"binned": True}}, ANN))["tiles"]
    assert [binned["id"], binned["n"]] == first
    assert answers.describe(Ask({"id": one, "n": 0}, ANN))["binned"]
    assert not answers.describe(Ask({"id": one, "n": 1}, ANN))["binned"]
    assert "gone" in answers.describe(Ask({"id": one, "n": 0}, BOB))
    assert answers.purge(Ask({"images": [first]}, ANN))["files"] == 1
    assert "gone" in answers.describe(Ask({"id": one, "n": 0}, ANN))


def test_two_images_of_a_batch_are_compared(answers: LibraryAnswers) -> None:
    one = finished(0).id
    rows = answers.compare(Ask({"first": [one, 0], "second": [one, 1]}, ANN))["rows"]
    assert rows == [["Image of the batch", "1", "2"]]


@pytest.mark.parametrize("images", [None, [], "x", [3], [["", 1]], [["a", 1, 2]], [[1, 1]]])
def test_a_selection_of_no_image_gets_a_sentence(answers: LibraryAnswers, images: object) -> None:
    with pytest.raises(StudioError, match="Nothing is selected"):
        answers.delete(Ask({"images": images}, ANN))


@pytest.mark.parametrize("ids", [None, [], "x", 3, [3, None], {"a": 1}])
def test_a_selection_of_nothing_gets_a_sentence(answers: LibraryAnswers, ids: object) -> None:
    with pytest.raises(StudioError, match="Nothing is selected"):
        answers.rate(Ask({"ids": ids, "rating": 3}, ANN))


def test_the_image_that_was_used_is_shown_not_the_first_of_its_batch(
    store: Store, answers: LibraryAnswers
) -> None:
    files = tuple(image(n, sha256=str(n) * 64) for n in range(3))
    parent = replace(finished(20), images=files)
    relation: Json = {"parent": parent.id, "relation": "input"}
    asked: list[Json] = [
        {"prompt": "x", "image": f"{'1' * 64}.png"},
        {"workflow": "w", "uploads": {"4.image": f"{'2' * 64}.png"}},
        {"prompt": "x"},
    ]
    made = [replace(finished(21 + n), request=r, **relation) for n, r in enumerate(asked)]
    store.generations.add([parent, *made])
    shown = [answers.lineage(Ask({"id": one.id}, ANN))["parents"][0] for one in made]
    assert [(tile["id"], tile["n"]) for tile in shown] == [(parent.id, n) for n in (1, 2, 0)]


def test_a_tile_of_the_bin_says_when_its_generation_was_last_put_there(
    answers: LibraryAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = finished(0).id
    for number, at in ((1, 5e8), (0, 6e8)):
        monkeypatch.setattr("storage.library.time", lambda at=at: at)
        answers.delete(Ask({"images": [[one, number]]}, ANN))
        binned = answers.page(Ask({"search": {"binned": True}}, ANN))["tiles"]
        assert {tile["binned"] for tile in binned} == {at}
    assert all("binned" not in tile for tile in answers.page(Ask({}, ANN))["tiles"])
