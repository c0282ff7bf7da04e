"""Styles and presets of the form over real HTTP: kept, imported, and what is made with them."""

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.support.served import Served
from tests.web.generating import ended, start

INK = {"name": "Ink", "prompt": "ink of {prompt}, {thin|fine} lines", "negativePrompt": "color"}


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with closing(served.browser()) as made:
        yield made


def names(client: httpx.Client, *, own: bool = True) -> list[str]:
    found = client.get("/api/styles").json()["styles"]
    return [one["name"] for one in found if one["own"] is own]


def test_a_style_is_kept_changed_exported_and_deleted(client: httpx.Client) -> None:
    kept = client.post("/api/styles", json=INK)
    assert (kept.status_code, kept.json()) == (201, {**INK, "own": True, "hidden": False})
    client.post("/api/styles", json={**INK, "name": "Pen", "old": "Ink"}).raise_for_status()
    assert names(client) == ["Pen"]
    exported = client.get("/api/styles.csv")
    assert exported.text.splitlines()[0] == "\ufeffname,prompt,negative_prompt"
    gone = client.delete("/api/styles/Pen").json()["deleted"]
    assert (gone["prompt"], names(client)) == (INK["prompt"], [])
    back = client.post("/api/styles/import", json={"text": exported.text}).json()
    assert back == {"added": ["Pen"], "known": 0, "notes": []}


def test_a_shipped_style_is_hidden(client: httpx.Client) -> None:
    found = client.post("/api/styles/Anime/hide", json={}).json()["styles"]
    assert [one["name"] for one in found if one["hidden"]] == ["Anime"]
    wrong = client.delete("/api/styles/Anime")
    assert (wrong.status_code, wrong.json()["error"]) == (
        409,
        "There is no style “Anime” of yours.",
    )


def test_a_file_that_is_none_is_refused_in_a_sentence(client: httpx.Client) -> None:
    wrong = client.post("/api/styles/import", json={"text": "<html>", "filename": "x.html"})
    assert wrong.status_code == 422
    assert wrong.json()["error"].startswith("“x.html” is no table of styles")


def test_an_image_is_made_with_styles_and_the_record_keeps_which(
    client: httpx.Client, served: Served
) -> None:
    client.post("/api/styles", json=INK).raise_for_status()
    id_ = start(client, served, prompt="a barn", styles=["Line art", "ink"])
    record = ended(client, id_)
    detail = client.get(f"/api/generations/{id_}").json()
    assert record["prompt"].startswith("ink of line art of a barn, clean black outlines")
    assert record["negativePrompt"].endswith("noise, color")
    assert detail["request"]["prompt"] == "a barn"
    assert detail["request"]["styles"] == ["Line art", "ink"]
    texts = [node["inputs"].get("text") for node in detail["graph"].values()]
    assert record["prompt"] in texts


@pytest.mark.parametrize(
    ("styles", "said"),
    [
        (["Wattercolor"], "There is no style “Wattercolor”; the nearest is “Watercolor”."),
        (["<b>"], "There is no style “<b>”."),
    ],
)
def test_an_unknown_style_is_named_with_the_nearest(
    client: httpx.Client, styles: list[str], said: str
) -> None:
    wrong = client.post("/api/generate", json={"prompt": "a barn", "styles": styles})
    assert (wrong.status_code, wrong.json()["error"]) == (422, said)


@pytest.mark.parametrize("styles", [["Photo"] * 21, "Photo", [1], {"a": 1}])
def test_what_is_no_list_of_styles_is_refused(client: httpx.Client, styles: object) -> None:
    wrong = client.post("/api/generate", json={"prompt": "a barn", "styles": styles})
    assert wrong.status_code == 422
    assert "styles" in wrong.json()["error"]


def test_a_preset_fills_what_a_program_does_not_say(client: httpx.Client) -> None:
    values = {"shape": "Wide", "quality": "Draft", "steps": 3, "styles": ["Photo"]}
    kept = client.post("/api/presets", json={"name": "Barns", "values": values})
    assert kept.status_code == 201
    listed = client.get("/api/presets").json()["presets"]
    assert listed[0] == {"name": "Barns", "values": values, "own": True}
    assert "Fine portrait" in [one["name"] for one in listed if not one["own"]]
    asked = {"prompt": "a barn", "preset": "Barns", "steps": 2, "width": 256, "height": 256}
    id_ = client.post("/api/generate", json=asked).json()["generationId"]
    record = ended(client, id_)
    assert (record["steps"], record["width"]) == (2, 256)
    assert record["prompt"].startswith("photograph of a barn")
    again = client.post("/api/generate", json={"prompt": "x", "preset": "Barns", "steps": 1}).json()
    made = client.get(f"/api/generations/{again['generationId']}").json()
    assert made["width"] > made["height"]
    assert client.delete("/api/presets/Barns").json()["deleted"]["values"] == values
    wrong = client.post("/api/generate", json={"prompt": "x", "preset": "Barns"})
    assert (wrong.status_code, wrong.json()["error"]) == (409, "There is no preset “Barns”.")
