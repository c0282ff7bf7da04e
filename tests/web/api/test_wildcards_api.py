"""Prompts and wildcard lists over real HTTP."""

import base64

import httpx

from tests.web.api.test_forms_api import asked
from tests.web.generating import ended


def test_a_list_is_kept_drawn_from_changed_and_deleted(ann: httpx.Client) -> None:
    assert asked(ann, "/api/wildcards", name="animals/cats", text="lynx\npuma") == {
        "names": ["animals/cats"]
    }
    drawn = asked(ann, "/api/prompts/draw", prompt="{a|b} __animals/*__", seed=3, count=8)
    assert drawn["combinations"] == "4"
    assert drawn == asked(ann, "/api/prompts/draw", prompt="{a|b} __animals/*__", seed=3, count=8)
    changed = asked(ann, "/api/wildcards", name="cats", text="tiger", was="animals/cats")
    assert changed == {"names": ["cats"]}
    one = {"name": "cats", "entries": 1, "own": True}
    assert one in ann.get("/api/wildcards").json()["wildcards"]
    assert ann.get("/api/wildcards/cats").json() == {"name": "cats", "text": "tiger", "own": True}
    assert ann.delete("/api/wildcards/cats").json() == {
        "deleted": {"name": "cats", "text": "tiger"}
    }
    assert ann.get("/api/wildcards/cats").status_code == 404


def test_a_prompt_is_drawn_and_its_combinations_are_made(ann: httpx.Client) -> None:
    body = {"prompt": "a {red|blue} {cat|dog}", "steps": 1, "width": 64, "height": 64, "seed": "5"}
    one = ended(ann, asked(ann, "/api/generate", 202, **body)["generationId"])
    again = ended(ann, asked(ann, "/api/generate", 202, **body)["generationId"])
    assert one["prompt"] == again["prompt"]
    assert one["typedPrompt"] == "a {red|blue} {cat|dog}"
    drawn = asked(ann, "/api/prompts/draw", prompt=body["prompt"], seed=5, count=1)
    assert drawn["texts"] == [one["prompt"]]
    made = asked(ann, "/api/generate", 202, **body, combinations=True)["generationIds"]
    assert {ended(ann, id_)["prompt"] for id_ in made} == {
        f"a {colour} {animal}" for colour in ("red", "blue") for animal in ("cat", "dog")
    }


def test_what_cannot_be_drawn_or_kept_is_said_at_its_field(ann: httpx.Client) -> None:
    for path, body, field in (
        ("/api/prompts/draw", {"prompt": "__nothing__"}, "prompt"),
        ("/api/prompts/draw", {"prompt": "{" * 50_000}, "prompt"),
        ("/api/generate", {"negativePrompt": "__nothing__"}, "negative_prompt"),
        ("/api/generate", {"prompt": "{a|b}" * 300, "combinations": True}, "prompt"),
        ("/api/wildcards", {"name": "a__b", "text": "x"}, "name"),
        ("/api/wildcards", {"name": "a"}, "text"),
        ("/api/wildcards/import", {"filename": "x.txt", "file": "?"}, "file"),
    ):
        assert list(asked(ann, path, 422, **body)["fields"]) == [field]
    assert asked(ann, "/api/wildcards/import", 409, filename="x.png", file="QUJD")["error"]
    assert len(asked(ann, "/api/prompts/draw", prompt="{a|b}" * 9000)["combinations"]) == 1001


def test_lists_are_imported_and_exported(ann: httpx.Client) -> None:
    file = base64.b64encode(b"animals:\n  owls: [snowy, barn]\n").decode()
    kept = asked(ann, "/api/wildcards/import", 201, filename="owls.yaml", file=file)
    assert kept == {"names": ["animals/owls"]}
    packed = ann.get("/api/wildcards.zip")
    assert packed.headers["content-type"] == "application/zip"
    again = base64.b64encode(packed.content).decode()
    names = asked(ann, "/api/wildcards/import", 201, filename="all.zip", file=again)["names"]
    assert "animals/owls" in names
