"""The small routes that other clients ask, as ComfyUI answers them."""

from pathlib import Path

import pytest

from comfy.demo.http.server import DemoServer
from tests.comfy.demo.client import Client


def test_every_class_is_described(client: Client) -> None:
    for name, entry in client.http.get("/object_info").json().items():
        assert entry["name"] == name
        for key in ("display_name", "description", "python_module", "category"):
            assert isinstance(entry[key], str), (name, key)
            assert entry[key], (name, key)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/extensions", []),
        ("/settings", {}),
        ("/settings/Comfy.ColorPalette", None),
        ("/users", {"storage": "server", "migrated": False}),
        ("/i18n", {}),
        ("/workflow_templates", {}),
        ("/node_replacements", {}),
        ("/global_subgraphs", {}),
        ("/internal/logs", ""),
        ("/internal/logs/raw", {"entries": [], "size": {"cols": 80, "rows": 24}}),
    ],
)
def test_a_fresh_server_answers(client: Client, path: str, answer: object) -> None:
    for prefix in ("", "/api"):
        got = client.http.get(prefix + path)
        assert (got.status_code, got.json()) == (200, answer)


def test_settings_are_kept(client: Client) -> None:
    assert client.http.post("/settings", json={"a": 1, "b": [2]}).status_code == 200
    assert client.http.post("/settings/c", json="three").status_code == 200
    assert client.http.get("/settings").json() == {"a": 1, "b": [2], "c": "three"}
    assert client.http.get("/settings/b").json() == [2]
    assert client.http.post("/settings", content=b"{").status_code == 400
    assert client.http.post("/settings", json=[]).status_code == 400
    assert client.http.get("/users").json()["migrated"] is True


def test_a_users_files_are_kept_listed_and_deleted(client: Client) -> None:
    assert client.http.get("/userdata").status_code == 400
    assert client.http.get("/userdata?dir=workflows").status_code == 404
    kept = client.http.post("/userdata/workflows%2Fone.json", content=b"{}")
    assert kept.json() == "workflows/one.json"
    again = client.http.post("/userdata/workflows%2Fone.json?overwrite=false", content=b"[]")
    assert again.status_code == 409
    got = client.http.get("/userdata/workflows%2Fone.json")
    assert (got.content, got.headers["content-disposition"]) == (b"{}", "attachment")
    assert client.http.get("/userdata?dir=workflows").json() == ["one.json"]
    split = client.http.get("/userdata?dir=workflows&split=true").json()
    assert split == [["one.json", "one.json"]]
    (full,) = client.http.get("/userdata?dir=workflows&full_info=true&recurse=true").json()
    assert (full["path"], full["size"]) == ("one.json", 2)
    assert client.http.delete("/userdata/workflows%2Fone.json").status_code == 204
    assert client.http.get("/userdata/workflows%2Fone.json").status_code == 404


@pytest.mark.parametrize(
    "name", ["..%2F..%2Fx", "%2Fetc%2Fpasswd", "%2E%2E%2Fx", "a%00b", "workflows%2F..%2F..%2Fx"]
)
def test_nothing_leaves_the_users_folder(server: DemoServer, client: Client, name: str) -> None:
    before = sorted(Path(server.folder).rglob("*"))
    assert client.http.get(f"/userdata/{name}").status_code in (400, 403, 404)
    assert client.http.post(f"/userdata/{name}", content=b"x").status_code in (400, 403, 404, 405)
    assert client.http.delete(f"/userdata/{name}").status_code in (400, 403, 404, 405)
    assert sorted(Path(server.folder).rglob("*")) == before
