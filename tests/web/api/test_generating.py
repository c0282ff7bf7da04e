"""A generation by the API, from the request to its images."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from comfy.demo.http.server import DemoServer
from comfy.workflow.request import MAX_STEPS
from tests.support.served import Served
from tests.web.conftest import Serve
from tests.web.generating import finish, follow, generating, request_for, start


def test_a_generation_is_followed_from_its_present_state_to_its_images(served: Served) -> None:
    client = served.browser()
    asked = request_for(served, width=256, height=256, steps=8)
    answer = client.post("/api/generate", json=asked)
    assert answer.status_code == 202
    body = answer.json()
    assert body.keys() == {"generationId", "promptId", "status", "checkpoint", "checkpointFrom"}
    assert body["promptId"] == body["generationId"]
    assert body["status"] == "queued"
    messages = list(follow(client, body["generationId"]))
    shares = [m["percentage"] for m in messages]
    assert shares == sorted(shares)
    assert [m["type"] for m in messages[:-1]] == ["progress"] * (len(messages) - 1)
    steps = [m for m in messages if m["totalSteps"] == 8]
    assert steps
    assert all(m["status"] == f"Step {m['currentStep']} of 8" for m in steps)
    assert all(m["node"] for m in steps)
    assert all((m["imageIndex"], m["totalImages"]) == (1, 1) for m in messages)
    last = messages[-1]
    assert (last["type"], last["percentage"], last["status"]) == ("complete", 100.0, "Finished")
    image = last["images"][0]
    shown = client.get(image["url"])
    assert shown.status_code == 200, shown.text
    assert Image.open(io.BytesIO(shown.content)).size == (256, 256)


def test_several_prompts_make_generations_of_one_press(served: Served) -> None:
    client = served.browser()
    asked = request_for(served, prompts=2, imagesPerPrompt=2, steps=2)
    body = client.post("/api/generate", json=asked).json()
    first, second = body["generationIds"]
    assert body["generationId"] == first
    ends = [finish(client, first), finish(client, second)]
    assert [(e["imageIndex"], e["totalImages"]) for e in ends] == [(1, 4), (3, 4)]
    assert [len(e["images"]) for e in ends] == [2, 2]


GOLD, GRAIN = "demo-golden-hour.safetensors", "demo-film-grain.safetensors"


@pytest.mark.parametrize(
    "asked",
    [
        {"loras": [{"name": GOLD, "weight": 0.8}, {"name": GRAIN, "clipWeight": 0.5}]},
        {"lora": GOLD, "loraStrength": 0.8, "loras": [{"name": GRAIN, "clipWeight": 0.5}]},
        {
            "prompt": f"a pier <lora:demo-golden-hour:0.8> at dusk <lora:{GRAIN}:0.5:1>",
            "loras": [{"name": "gone", "on": False}],
        },
    ],
)
def test_loras_of_the_list_of_old_and_of_the_prompt_are_made_kept_and_found(
    served: Served, asked: dict[str, Any]
) -> None:
    client = served.browser()
    id_ = start(client, served, **{"prompt": "a pier at dusk", "steps": 2, **asked})
    assert finish(client, id_)["type"] == "complete"
    made = client.get(f"/api/generations/{id_}").json()
    assert (made["prompt"], made["lora"]) == ("a pier at dusk", GOLD)
    assert made["loras"] == [
        {"name": GOLD, "weight": 0.8, "clipWeight": None},
        {"name": GRAIN, "weight": 1.0, "clipWeight": 0.5},
    ]
    texts = [n["inputs"].get("text") for n in made["graph"].values()]
    assert "a pier at dusk" in texts
    for name in (GOLD, GRAIN):
        found = client.post("/api/library/search", json={"lora": name}).json()
        assert id_ in [one["id"] for one in found["generations"]]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"prompt": "<lora:golden-hour:1>"},
            f"LoRA “golden-hour” is not on this server; the nearest is “{GOLD}”.",
        ),
        ({"prompt": "<hypernet:x:1>"}, "hypernetworks cannot be used here"),
        ({"loras": [{"name": GOLD, "weight": 11}]}, "loras"),
        ({"loras": [{"weight": 1}]}, "loras"),
        ({"loras": [{"name": GOLD}] * 51}, "loras"),
        ({"loras": "x"}, "loras"),
        ({"lora": GOLD, "loras": "x"}, "loras"),
    ],
)
def test_loras_that_cannot_be_used_are_refused_in_a_sentence(
    served: Served, asked: dict[str, Any], said: str
) -> None:
    answer = served.browser().post("/api/generate", json=request_for(served, **asked))
    assert answer.status_code in (409, 422)
    assert said in answer.json()["error"]


def test_cancelling_stops_and_may_be_repeated(serve: Serve, slow: DemoServer) -> None:
    served = generating(serve, slow)
    client = served.browser()
    id_ = start(client, served, steps=MAX_STEPS)
    messages = follow(client, id_)
    next(m for m in messages if m["currentStep"])
    for _ in range(2):
        answer = client.post(f"/api/generations/{id_}/cancel")
        assert answer.status_code == 202
        assert answer.json()["generationId"] == id_
    last = list(messages)[-1]
    assert (last["type"], last["status"]) == ("error", "Cancelled")
    assert last["error"]
    assert client.get(f"/api/generations/{id_}").json()["status"] == "cancelled"


def test_a_prompt_alone_is_enough_and_the_answer_says_which_model_was_taken(
    served: Served,
) -> None:
    client, known = served.browser(), served.studio.servers.choices().checkpoints
    client.get("/").raise_for_status()

    def taken(**fields: Any) -> tuple[str, str]:
        answer = client.post("/api/generate", json={"prompt": "a red fox", **fields})
        assert answer.status_code == 202, answer.text
        finish(client, answer.json()["generationId"])
        return answer.json()["checkpoint"], answer.json()["checkpointFrom"]

    small = {"width": 64, "height": 64, "steps": 1}
    assert taken(**small) == (known[0], "server")
    assert taken(**small, checkpoint=known[-1]) == (known[-1], "named")
    assert taken(**small, checkpoint="") == (known[-1], "lastUsed")


@pytest.mark.parametrize("seed", [-1, "-1", None])
def test_a_seed_of_minus_one_is_drawn(served: Served, seed: Any) -> None:
    client = served.browser()
    client.get("/").raise_for_status()
    seeds = set()
    for _ in range(2):
        id_ = start(client, served, seed=seed)
        seeds.add(client.get(f"/api/generations/{id_}").json()["seed"])
    assert len(seeds) == 2
    assert "-1" not in seeds


def test_a_picture_may_come_in_the_body(served: Served) -> None:
    picture = io.BytesIO()
    Image.effect_noise((256, 256), 80).save(picture, "PNG")
    encoded = base64.b64encode(picture.getvalue()).decode()
    client = served.browser()
    for image in (encoded, f"data:image/png;base64,{encoded}"):
        id_ = start(client, served, image=image, denoise=0.5, steps=2)
        assert finish(client, id_)["type"] == "complete"
    shown = client.get(f"/api/generations/{id_}").json()
    assert shown["workflow"] == "img2img"


def test_seeds_of_64_bits_come_back_exactly(served: Served) -> None:
    client = served.browser()
    seed = 2**64 - 1
    for asked in (seed, str(seed)):
        id_ = start(client, served, seed=asked, steps=1)
        assert client.get(f"/api/generations/{id_}").json()["seed"] == str(seed)
