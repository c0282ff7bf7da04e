"""The API over real HTTP, with the demo engine behind it."""

import base64
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from comfy.workflow.request import MAX_STEPS
from studio.access.viewer import Viewer
from tests.web.conftest import Serve, Served

Message = dict[str, Any]
STEP_SECONDS = 0.01
PATIENCE_SECONDS = 30.0


@pytest.fixture
def engine() -> Iterator[DemoServer]:
    with DemoServer(EngineSettings(step_seconds=STEP_SECONDS, throttle=False)) as server:
        yield server


@pytest.fixture
def served(serve: Serve, engine: DemoServer) -> Served:
    return generating(serve, engine)


def generating(serve: Serve, engine: DemoServer, **settings: Any) -> Served:
    """A site over the engine, once it knows what the engine offers."""
    made = serve(addresses=[parse_address(engine.url)], **settings)
    made.studio.servers.refresh()
    return made


def request_for(served: Served, **fields: Any) -> dict[str, Any]:
    checkpoint = served.studio.servers.choices().checkpoints[0]
    small = {"checkpoint": checkpoint, "width": 256, "height": 256, "steps": 8, "seed": 1}
    return {"prompt": "a red fox", **small, **fields}


def start(client: httpx.Client, served: Served, **fields: Any) -> str:
    answer = client.post("/api/generate", json=request_for(served, **fields))
    assert answer.status_code == 202, answer.text
    return str(answer.json()["generationId"])


def follow(client: httpx.Client, id_: str, name: str = "generationId") -> Iterator[Message]:
    with client.stream("GET", f"/api/generate/progress?{name}={id_}") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def finish(client: httpx.Client, id_: str) -> Message:
    return list(follow(client, id_))[-1]


def test_a_generation_is_followed_from_its_present_state_to_its_images(served: Served) -> None:
    client = served.browser()
    answer = client.post("/api/generate", json=request_for(served))
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


def test_a_late_follower_is_told_the_end_at_once(served: Served) -> None:
    client = served.browser()
    id_ = start(client, served)
    finish(client, id_)
    messages = list(follow(client, id_, "promptId"))
    assert [m["type"] for m in messages] == ["complete"]


def test_several_follow_one_generation(served: Served) -> None:
    client = served.browser()
    id_ = start(client, served, steps=30)
    ends: list[Message] = []
    others = [
        threading.Thread(
            target=lambda: ends.append(finish(served.browser(cookies=client.cookies), id_))
        )
        for _ in range(3)
    ]
    for other in others:
        other.start()
    ends.append(finish(client, id_))
    for other in others:
        other.join(PATIENCE_SECONDS)
    assert [end["type"] for end in ends] == ["complete"] * 4


def test_several_prompts_make_generations_of_one_press(served: Served) -> None:
    client = served.browser()
    asked = request_for(served, prompts=2, imagesPerPrompt=2, steps=2)
    body = client.post("/api/generate", json=asked).json()
    first, second = body["generationIds"]
    assert body["generationId"] == first
    ends = [finish(client, first), finish(client, second)]
    assert [(e["imageIndex"], e["totalImages"]) for e in ends] == [(1, 4), (3, 4)]
    assert [len(e["images"]) for e in ends] == [2, 2]


def test_cancelling_stops_and_may_be_repeated(serve: Serve) -> None:
    with DemoServer(EngineSettings(step_seconds=0.3)) as slow:
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


@pytest.mark.parametrize(
    ("fields", "wrong", "said"),
    [
        ({"steps": 0}, "steps", "greater than or equal to 1"),
        ({"steps": "many"}, "steps", "valid integer"),
        ({"negativePrompt": "x" * 100_001}, "negativePrompt", "at most 100000 characters"),
        ({"prompt": "a\x00b"}, "prompt", "U+0000"),
        ({"seed": 2**64}, "seed", "less than or equal to 18446744073709551615"),
        ({"stepz": 3}, "stepz", "no such field"),
        ({"width": 8192, "height": 8192}, "width", "megapixels"),
        ({"cfg": 1e300}, "cfg", "less than or equal to 100"),
        ({"image": "data:image/png;base64,!!!"}, "image", "base64"),
        ({"image": base64.b64encode(b"no picture" * 50).decode()}, "image", "no image"),
    ],
)
def test_each_bad_field_is_named(
    served: Served, fields: dict[str, Any], wrong: str, said: str
) -> None:
    body = json.dumps(request_for(served, **fields))
    answer = served.browser().post("/api/generate", content=body)
    assert answer.status_code == 422, answer.text
    assert set(answer.json()) == {"error", "fields"}
    assert set(answer.json()["fields"]) == {wrong}
    assert said in answer.json()["fields"][wrong]


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


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"cfg": Infinity}', 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"{}", 409),  # no server has said yet what it has
        (b" " * 3_000_000, 413),
    ],
)
def test_a_body_that_is_no_request_is_answered_in_one_sentence(
    serve: Serve, body: bytes, status: int
) -> None:
    answer = serve(max_upload_mb=1).browser().post("/api/generate", content=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"].endswith(".")


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


def test_generations_are_listed_in_pages_and_searched(served: Served) -> None:
    client = served.browser()
    made = [start(client, served, prompt=f"fox {n} <b>", steps=1) for n in range(3)]
    for id_ in made:
        finish(client, id_)
    first = client.get("/api/generations?limit=2").json()
    assert [g["id"] for g in first["generations"]] == made[:0:-1]
    second = client.get(f"/api/generations?limit=2&before={first['before']}").json()
    assert [g["id"] for g in second["generations"]] == made[:1]
    assert second["before"] is None
    found = client.get("/api/generations", params={"q": "FOX 1"}).json()["generations"]
    assert [g["prompt"] for g in found] == ["fox 1 <b>"]
    for limit in ("0", "201", "x", "-1"):
        answer = client.get(f"/api/generations?limit={limit}")
        assert (answer.status_code, set(answer.json()["fields"])) == (422, {"limit"})


def test_one_generation_shows_all_that_made_it(served: Served) -> None:
    client = served.browser()
    id_ = start(client, served)
    finish(client, id_)
    shown = client.get(f"/api/generations/{id_}").json()
    assert shown["status"] == "finished"
    assert shown["request"]["prompt"] == "a red fox"
    assert shown["graph"]
    assert shown["progress"]["type"] == "complete"
    assert shown["createdAt"] <= shown["startedAt"] <= shown["finishedAt"] <= time.time()


def test_another_owner_sees_nothing(serve: Serve, engine: DemoServer) -> None:
    served = generating(serve, engine, auth=["ann:pw-ann", "bob:pw-bob"])
    ann, bob = served.login(), served.login("bob", "pw-bob")
    id_ = start(ann, served)
    image = finish(ann, id_)["images"][0]["url"]
    assert ann.get(image).status_code == 200
    for path in (
        f"/api/generations/{id_}",
        f"/api/generate/progress?generationId={id_}",
        image,
        f"{image}?thumbnail",
    ):
        unknown = path.replace(id_, "0" * 36)
        assert bob.get(path).status_code == 404, path
        assert bob.get(path).text == bob.get(unknown).text, path
        assert served.browser().get(path).status_code == 401
    assert bob.post(f"/api/generations/{id_}/cancel").status_code == 404
    assert bob.get("/api/generations").json()["generations"] == []


def test_a_private_link_shows_but_does_not_change(served: Served) -> None:
    owner, friend = served.browser(), served.browser()
    id_ = start(owner, served, steps=20)
    anybody = Viewer("", is_admin=True)
    key = served.studio.links.key(served.studio.generations.seen(id_, anybody), anybody)
    messages = list(follow(friend, f"{id_}&key={key}"))
    assert messages[-1]["type"] == "complete"
    image = messages[-1]["images"][0]["url"]
    assert friend.get(image).status_code == 404
    assert friend.get(f"{image}?key={key}").status_code == 200
    assert friend.get(f"/api/generations/{id_}?key={key}").status_code == 200
    assert friend.get(f"/api/generations/{id_}?key={key[:-1]}x").status_code == 404
    assert friend.post(f"/api/generations/{id_}/cancel?key={key}").status_code == 403


def test_images_are_cached_privately_and_served_in_parts(served: Served) -> None:
    client = served.browser()
    image = finish(client, start(client, served, steps=1))["images"][0]
    whole = client.get(image["url"])
    assert whole.headers["content-type"] == "image/png"
    assert whole.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["content-disposition"].startswith("inline")
    tag = whole.headers["etag"]
    assert client.get(image["url"], headers={"If-None-Match": tag}).status_code == 304
    head = client.head(image["url"])
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(whole.content) == image["bytes"]
    part = client.get(image["url"], headers={"Range": "bytes=0-7"})
    assert (part.status_code, part.content) == (206, whole.content[:8])
    small = client.get(image["thumbnail"])
    assert small.headers["content-type"] == "image/webp"
    assert small.headers["etag"] != tag
    download = client.get(f"{image['url']}?download").headers["content-disposition"]
    assert download.startswith("attachment")
    for path in ("/api/images/x/0", f"{image['url']}7", "/api/images/../secret.key/0"):
        assert client.get(path).status_code == 404


def test_metrics_count_what_happened(served: Served) -> None:
    client = served.browser()
    finish(client, start(client, served))
    text = client.get("/metrics").text
    assert 'stepglass_generations{status="finished"} 1.0' in text
    assert 'stepglass_generation_seconds_bucket{le="+Inf"} 1.0' in text
    assert "stepglass_generation_seconds_count 1.0" in text
    assert "stepglass_steps_per_second_count 1.0" in text
    assert "stepglass_queue_length 0.0" in text
    assert re.search(r'link="live".* 1\.0', text), [x for x in text.splitlines() if "server" in x]
    assert "process_resident_memory_bytes" in text


def test_stopping_ends_open_streams_within_seconds(serve: Serve) -> None:
    with DemoServer(EngineSettings(step_seconds=0.3)) as slow:
        served = generating(serve, slow)
        client = served.browser()
        messages = follow(client, start(client, served, steps=MAX_STEPS))
        next(messages)
        served.stop()  # long before the generation would end
        for _ in messages:  # ends by itself, and not with a broken connection
            pass


def test_a_silent_stream_is_kept_alive(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.api.server_events.KEEP_ALIVE_SECONDS", 0.2)
    served = serve()  # no server: nothing will ever happen
    client = served.browser()
    answer = client.post("/api/generate", json={"prompt": "x", "checkpoint": "any"})
    id_ = answer.json()["generationId"]
    with client.stream("GET", f"/api/generate/progress?generationId={id_}") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("data: ")
        assert next(line for line in lines if line) == ": still here"


def test_what_runs_unheard_is_not_said_to_wait(serve: Serve, engine: DemoServer) -> None:
    served = generating(serve, engine)
    client = served.browser()
    engine.faults.mute = True  # only the queue tells that it runs, and no node is named
    id_ = start(client, served, steps=MAX_STEPS)
    stream = follow(client, id_)
    running = next((m for m in stream if m["status"] == "Running"), None)
    client.post(f"/api/generations/{id_}/cancel")
    assert running is not None
    assert running["waiting"] is None
