"""The library's routes over real HTTP: one's own alone, and archives that any tool opens."""

import io
import json
import zipfile
from contextlib import closing
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from storage.files.kept_files import keep
from storage.records import Generation, Status
from tests.support.records import generation
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


REFUSED: list[tuple[str, dict[str, Any], int]] = [
    ("archive", {"ids": []}, 404),
    ("archive", {"ids": ["x"]}, 404),
    ("archive", {}, 422),
    ("archive", {"ids": "x"}, 422),
    ("archive", {"ids": [str(n) for n in range(10_001)]}, 422),
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
        assert client.get("/api/library/facets").json()["tags"] == [["sea", 1]]
        assert post("delete", ids=[mine.id]) == {"deleted": [mine.id]}
        assert post("search", binned=True)["count"] == 1
        assert post("restore", ids=[mine.id]) == {"restored": [mine.id]}


def test_nothing_of_anothers_is_reachable(served: Served) -> None:
    theirs = add(served, 0, "user:bob", prompt="secret", tags=("hidden",))
    ids = {"ids": [theirs.id]}
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
