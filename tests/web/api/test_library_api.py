"""The library's routes over real HTTP: one's own alone, and archives that any tool opens."""

import csv
import io
import json
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from storage.files.kept_files import keep
from storage.files.videos import Still, Videos
from storage.records import Generation, Status
from studio.library.grids import Place, noted
from tests.support.films import film, number_of
from tests.support.records import generation, image
from tests.support.served import Served
from tests.web.conftest import Serve

AUTH = (("ann", "pw-ann"), ("bob", "pw-bob"))


@pytest.fixture
def served(serve: Serve) -> Served:
    return serve(auth=[f"{name}:{password}" for name, password in AUTH])


def add(served: Served, number: int, owner: str = "user:ann", **fields: Any) -> Generation:
    made = generation(number, status=Status.FINISHED, owner=owner, **fields)
    folder = served.settings.data_folder
    files = [keep(folder, made.id, n, b"\x89PNG\r\n\x1a\n" + bytes([number, n])) for n in (0, 1)]
    made = replace(made, images=tuple(files))
    served.studio._store.generations.add([made])
    return made


def test_an_archive_holds_ones_own_files_and_their_settings(served: Served) -> None:
    prompts = ["../../etc/passwd: a\\red|fox", "日本 🦊 " * 50, ""]
    mine = [add(served, n, prompt=prompt, rating=n) for n, prompt in enumerate(prompts)]
    theirs = add(served, 9, "user:bob", prompt="secret")
    ids = [g.id for g in (*mine, theirs)]
    with closing(served.login()) as client:
        answer = client.post("/api/library/archive", json={"ids": [*ids, "unknown"]})
        form = client.post(
            "/api/library/archive",
            content=urlencode({"ids": json.dumps(ids)}),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names)) == 9
        assert all(not set(name) & set('/\\:*?"<>|') and ".." not in name for name in names)
        assert {i.compress_type for i in archive.infolist() if i.filename.endswith(".png")} == {0}
        data = [json.loads(archive.read(name)) for name in names if name.endswith(".json")]
        assert [one["id"] for one in data] == [g.id for g in mine]
        assert (data[0]["prompt"], data[1]["rating"]) == (prompts[0], 1)
        kept = [archive.read(name) for name in names if name.endswith(".png")]
        folder = served.settings.data_folder
        assert kept == [(folder / i.path).read_bytes() for g in mine for i in g.images]
    with zipfile.ZipFile(io.BytesIO(form.content)) as archive:
        assert archive.namelist() == names


def test_an_archive_goes_without_files_that_are_gone(served: Served) -> None:
    made = add(served, 0)
    (served.settings.data_folder / made.images[0].path).unlink()
    with closing(served.login()) as client:
        answer = client.post("/api/library/archive", json={"ids": [made.id]})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert [name.rpartition(".")[2] for name in archive.namelist()] == ["png", "json"]


def test_a_table_has_a_row_for_each_image_that_is_found_or_chosen(served: Served) -> None:
    both, over = (image(0), image(1)), Status.FINISHED
    mine = [
        generation(n, status=over, images=both, prompt=f"=fox {n}", rating=n % 5)
        for n in range(450)
    ]
    theirs = generation(900, status=over, images=both, owner="user:bob")
    served.studio._store.generations.add([*mine, theirs])
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with closing(served.login()) as client:
        every = client.post("/api/library/table", json={})
        asked = urlencode({"search": json.dumps({"rating": 4, "words": "fox"})})
        some = client.post("/api/library/table", content=asked, headers=form)
        images = [{"id": mine[3].id, "number": 1}]
        one = client.post("/api/library/table", json={"images": images, "ids": ["unknown"]})
    assert every.headers["content-type"].startswith("text/csv")
    assert every.headers["content-disposition"].endswith('.csv"')
    tables = [
        list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        for answer in (every, some, one)
    ]
    assert [row["id"] for row in tables[0]] == [g.id for g in reversed(mine) for _ in (0, 1)]
    assert len(tables[1]) == 2 * 90
    assert {row["rating"] for row in tables[1]} == {"4"}
    assert [(row["id"], row["number"], row["prompt"]) for row in tables[2]] == [
        (mine[3].id, "1", "'=fox 3")
    ]


def test_copies_without_metadata_say_nothing_and_what_has_none_is_named(served: Served) -> None:
    made = generation(1, status=Status.FINISHED, owner="user:ann", prompt="the secret prompt")
    folder, texts = served.settings.data_folder, PngInfo()
    texts.add_text("prompt", "the secret prompt")
    png = io.BytesIO()
    Pillow.new("RGB", (64, 48), "teal").save(png, "PNG", pnginfo=texts)
    video = film("mp4", comment="the secret prompt")
    assert b"the secret prompt" in video
    files = (png.getvalue(), video, b"the secret prompt", b"\x89PNG\r\n\x1a\n cut")
    images = tuple(keep(folder, made.id, n, data, "secret.x") for n, data in enumerate(files))
    served.studio._store.generations.add([replace(made, images=images)])
    with closing(served.login()) as client:
        answer = client.post("/api/library/archive", json={"ids": [made.id], "bare": True})
        single = [client.get(f"/api/images/{made.id}/{n}?bare") for n in range(4)]
        assert served.login("bob", "pw-bob").get(f"/api/images/{made.id}/0?bare").status_code == 404
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["00001.png", "00002.mp4", "left out.txt"]
        said = archive.read("left out.txt").decode()
        bare = [archive.read(name) for name in archive.namelist()]
    assert said.startswith("00003: A file of this kind cannot be copied")
    assert "00004: This image is damaged" in said
    assert not any(b"secret" in data for data in bare)
    assert [one.status_code for one in single] == [200, 200, 409, 409]
    assert [one.content for one in single[:2]] == bare[:2]
    assert single[1].headers["content-disposition"] == 'attachment; filename="stepglass-1.mp4"'
    assert number_of(frame_of(bare[1], folder)) == 47
    assert not list((folder / "incoming").iterdir())


def frame_of(data: bytes, folder: Path) -> Pillow.Image:
    (folder / "copy.mp4").write_bytes(data)
    videos = Videos()
    with videos.turn():
        return Pillow.open(io.BytesIO(videos.still(folder / "copy.mp4", Still.LAST)))


REFUSED: list[tuple[str, dict[str, Any], int]] = [
    ("archive", {"ids": []}, 404),
    ("archive", {"ids": ["x"]}, 404),
    ("archive", {}, 422),
    ("archive", {"ids": "x"}, 422),
    ("archive", {"ids": [str(n) for n in range(10_001)]}, 422),
    ("archive", {"ids": ["x"], "bare": "yes"}, 422),
    ("table", {"search": {"colour": "red"}}, 422),
    ("table", {"search": {"tags": [str(n) for n in range(99)]}}, 409),
    ("table", {"ids": "x"}, 422),
    ("search", {"words": 1}, 422),
    ("search", {"rating": True}, 422),
    ("search", {"colour": "red"}, 422),
    ("search", {"sort": "size"}, 422),
    ("search", {"statuses": ["eaten"]}, 422),
    ("search", {"limit": 100_000}, 422),
    ("search", {"width": 10**30}, 200),
    ("mark", {"ids": []}, 422),
    ("mark", {"ids": [], "rating": 9}, 422),
    ("mark", {"ids": ["x"], "rating": 5}, 404),
    ("delete", {"ids": [1]}, 422),
    ("delete", {}, 422),
    ("delete", {"images": ["x"]}, 422),
    ("delete", {"images": [{"id": "x", "number": -1}]}, 422),
    ("delete", {"images": [{"id": "x", "number": 0}]}, 200),
    ("mark", {"images": [{"id": "x"}], "rating": 5}, 422),
    ("archive", {"images": [{"id": "x", "number": 10**30}]}, 422),
]


def test_what_makes_no_sense_is_refused_in_a_sentence(served: Served) -> None:
    with closing(served.login()) as client:
        for path, body, status in REFUSED:
            answer = client.post(f"/api/library/{path}", json=body)
            assert answer.status_code == status, (path, body)
            assert status == 200 or answer.json()["error"].endswith(".")


def test_programs_find_mark_and_bin_what_is_theirs(served: Served) -> None:
    mine, other = add(served, 0, prompt="a red fox"), add(served, 1, prompt="an owl")
    with closing(served.login()) as client:

        def post(name: str, **body: Any) -> Any:
            return client.post(f"/api/library/{name}", json=body).json()

        found = post("search", words="fox -owl", since=0, tags=[], statuses=["finished"])
        assert [g["id"] for g in found["generations"]] == [mine.id]
        assert (found["count"], found["countIsExact"], found["after"]) == (1, True, None)
        first = post("search", limit=1, sort="oldest")
        assert post("search", limit=1, sort="oldest", after=first["after"])["generations"][0][
            "id"
        ] == (other.id)
        marked = post("mark", ids=[mine.id], rating=4, favourite=True, addTags=["sea"], collect="c")
        assert marked == {"changed": {"rating": 1, "favourite": 1, "tags": 1, "collect": 1}}
        assert post("search", tags=["sea"], rating=4, collection="c")["count"] == 1
        assert client.get("/api/library/facets").json()["tags"] == [["sea", 2]]  # images
        assert post("delete", ids=[mine.id])["deleted"] == [mine.id]
        assert post("search", binned=True)["count"] == 1
        assert post("restore", ids=[mine.id])["restored"] == [mine.id]


def test_one_image_of_a_batch_is_marked_found_packed_and_binned_alone(served: Served) -> None:
    mine, theirs = add(served, 0), add(served, 1, "user:bob")
    first, second = ({"id": mine.id, "number": n} for n in (0, 1))
    other = {"id": theirs.id, "number": 0}
    with closing(served.login()) as client:

        def post(name: str, **body: Any) -> Any:
            return client.post(f"/api/library/{name}", json=body).json()

        assert post("mark", images=[second, other], rating=5, addTags=["x"]) == {
            "changed": {"rating": 1, "tags": 1}
        }
        found = post("search", rating=5)
        assert (found["images"], found["count"], found["imageCount"]) == ([second], 1, 1)
        shape = found["generations"][0]
        assert (shape["rating"], shape["tags"]) == (5, ["x"])
        assert [(i["rating"], i["tags"]) for i in shape["images"]] == [(0, []), (5, ["x"])]
        for body in ({"images": [second]}, urlencode({"images": json.dumps([second])})):
            given = {"json": body} if isinstance(body, dict) else {"content": body}
            packed = client.post("/api/library/archive", **given)
            with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
                names = [name.rpartition("-")[2] for name in archive.namelist()]
                assert [n for n in names if n.endswith("png")] == ["1.png"]
        assert client.post("/api/library/archive", json={"images": [other]}).status_code == 404
        assert post("delete", images=[first, other]) == {"deleted": [], "deletedImages": [first]}
        assert [i["number"] for i in post("search")["generations"][0]["images"]] == [1]
        assert post("search", binned=True)["images"] == [first]
        detail = client.get(f"/api/generations/{mine.id}").json()
        assert [i["number"] for i in detail["images"]] == [1]
        path = f"/api/images/{mine.id}/0"
        assert client.get(path).status_code == 200
        key = detail["privateLink"].partition("key=")[2]
        with closing(served.login("bob", "pw-bob")) as bob:
            assert bob.get(f"{path}?key={key}").status_code == 404
            assert bob.get(f"/api/images/{mine.id}/1?key={key}").status_code == 200
        assert post("restore", images=[first]) == {"restored": [], "restoredImages": [first]}
        assert post("mark", ids=[mine.id], rating=2)["changed"] == {"rating": 1}
        rated = client.get(f"/api/generations/{mine.id}").json()
        assert (rated["rating"], [i["rating"] for i in rated["images"]]) == (2, [2, 2])


def test_nothing_of_anothers_is_reachable(served: Served) -> None:
    theirs = add(served, 0, "user:bob", prompt="secret", tags=("hidden",))
    ids = {"ids": [theirs.id]}
    image = {"id": theirs.id, "number": 0}
    with closing(served.login()) as client:
        for name, body in (
            ("search", {}),
            ("search", {"owner": "user:bob"}),
            ("search", {"words": "secret"}),
            ("search", {"after": theirs.id}),
            ("mark", {**ids, "rating": 5}),
            ("mark", {**ids, "addTags": ["x"]}),
            ("delete", ids),
            ("restore", ids),
            ("archive", ids),
            ("mark", {"images": [image], "rating": 5}),
            ("delete", {"images": [image]}),
            ("restore", {"images": [image]}),
            ("archive", {"images": [image]}),
        ):
            answer = client.post(f"/api/library/{name}", json=body)
            assert "secret" not in answer.text
            assert theirs.id not in answer.text
        assert "hidden" not in client.get("/api/library/facets").text
    assert served.studio._store.generations.get(theirs.id) == theirs


def test_strangers_get_nothing(served: Served) -> None:
    with served.browser() as client:
        for name in ("search", "mark", "delete", "restore", "archive"):
            assert client.post(f"/api/library/{name}", json={"ids": []}).status_code == 401
        assert client.get("/api/library/facets").status_code == 401


def test_a_grid_is_kept_with_its_press(served: Served) -> None:
    first = generation(40).id
    made = [
        add(
            served, 40 + n, group=first,
            request=noted({"prompt": "x"}, Place(n % 2, n // 2, f"Steps {n % 2}", f"CFG {n // 2}")),
        )
        for n in range(4)
    ]  # fmt: skip
    alone = add(served, 50)
    with closing(served.login()) as client:
        client.post("/api/library/delete", json={"ids": [made[3].id]})
        grid = client.get(f"/api/generations/{made[1].id}/grid").json()
        none = client.get(f"/api/generations/{alone.id}/grid")
    assert (grid["columns"], grid["rows"]) == (["Steps 0", "Steps 1"], ["CFG 0", "CFG 1"])
    places = {(p["column"], p["row"]): p["generationId"] for p in grid["places"]}
    assert places == {(n % 2, n // 2): made[n].id for n in range(3)}
    assert (none.status_code, none.json()["error"]) == (409, "This image was not made in a grid.")
