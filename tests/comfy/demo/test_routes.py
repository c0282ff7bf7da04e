"""What the HTTP routes promise beside the recordings."""

import io
import json
import uuid
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from comfy.demo import ENGINE_NAME
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from tests.comfy.demo.client import Client, eventually, is_event, txt2img


def png(color: str = "blue", size: tuple[int, int] = (64, 64)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, "PNG")
    return buffer.getvalue()


def test_it_says_what_it_is(client: Client) -> None:
    assert ENGINE_NAME in client.http.get("/").text
    system = client.http.get("/api/system_stats").json()["system"]
    assert system["engine"] == ENGINE_NAME
    assert system["comfyui_version"].endswith("-demo")


@pytest.mark.parametrize(
    "prompt_id",
    ["abc", "ED6BF3F4-1986-45A9-A18E-04FC17F83924", "f0b392b905a94a258a77a29e983548fd"],
)
def test_ids_other_than_lower_case_uuids_are_refused(client: Client, prompt_id: str) -> None:
    body = {"prompt": txt2img(), "prompt_id": prompt_id}
    assert client.http.post("/prompt", json=body).status_code == 400


def test_the_same_id_twice_runs_twice(server: DemoServer, client: Client) -> None:
    prompt_id = str(uuid.uuid4())
    for _ in range(2):
        client.run(txt2img(), prompt_id=prompt_id)
    entry = server.books.get(prompt_id)
    assert entry
    assert (entry.received, entry.runs, entry.outcome) == (2, 2, "success")


def test_less_numbers_run_first_and_front_before_all(server: DemoServer, client: Client) -> None:
    server.faults.dead_worker = True
    first = client.post(txt2img(seed=1))
    ids = {
        name: client.post(txt2img(seed=seed), **body)
        for name, seed, body in (
            ("late", 2, {"number": 50}),
            ("early", 3, {"number": 0.5}),
            ("front", 4, {"front": True}),
        )
    }
    server.faults.dead_worker = False
    client.until_over(ids["late"])
    entries = {id_: server.books.get(id_) for id_ in (first, *ids.values())}
    order = sorted((e.started_at or 0, id_) for id_, e in entries.items() if e)
    names = {id_: name for name, id_ in ids.items()} | {first: "first"}
    ran = [names[id_] for _, id_ in order]
    assert ran[-1] == "late"
    assert ran.index("front") < ran.index("early") < ran.index("late")


def test_a_waiting_prompt_can_be_deleted(server: DemoServer, client: Client) -> None:
    running = client.post(txt2img(steps=400))
    client.until(is_event("progress"))
    waiting = client.post(txt2img(seed=9))
    queue = client.http.get("/queue").json()
    assert [e[1] for e in queue["queue_pending"]] == [waiting]
    client.http.post("/queue", json={"delete": [waiting]})
    assert client.http.get("/queue").json()["queue_pending"] == []
    assert client.http.get(f"/api/jobs/{waiting}").status_code == 404
    assert client.http.post(f"/api/jobs/{running}/cancel").json() == {"cancelled": True}
    client.until_over(running)
    assert [e.outcome for e in server.books.all()] == ["interrupted", "deleted"]


def test_a_foreign_interrupt_stops_nothing(client: Client) -> None:
    prompt_id = client.post(txt2img(steps=20))
    client.until(is_event("progress"))
    client.http.post("/interrupt", json={"prompt_id": str(uuid.uuid4())})
    client.until_over(prompt_id)
    assert client.history(prompt_id)["status"]["status_str"] == "success"


def test_clients_see_only_their_own_prompts(server: DemoServer, client: Client) -> None:
    other = Client(server)
    mine, theirs = client.post(txt2img(seed=1)), other.post(txt2img(seed=2))
    seen = client.until_over(mine)
    others = other.until_over(theirs)
    assert theirs not in json.dumps([f for f in seen if isinstance(f, dict)])
    assert mine not in json.dumps([f for f in others if isinstance(f, dict)])
    other.close()


def test_nothing_is_kept_for_an_absent_client(server: DemoServer, client: Client) -> None:
    client.socket.close()
    eventually(lambda: not server.engine.sockets.open)
    prompt_id = client.post(txt2img())
    eventually(lambda: bool(client.history(prompt_id)))
    client.connect()
    assert is_event("status")(client.receive())
    _, frames = client.run(txt2img(seed=77))
    assert prompt_id not in json.dumps([f for f in frames if isinstance(f, dict)])


def test_uploads_of_one_name_do_not_overwrite_each_other(client: Client) -> None:
    def upload(data: bytes, **fields: str) -> Any:
        files = {"image": ("a.png", data, "image/png")}
        return client.http.post("/upload/image", files=files, data=fields).json()["name"]

    assert upload(png("blue")) == "a.png"
    assert upload(png("blue")) == "a.png"
    assert upload(png("red")) == "a (1).png"
    assert upload(png("green"), overwrite="true") == "a.png"
    listed = client.http.get("/object_info/LoadImage").json()["LoadImage"]
    assert listed["input"]["required"]["image"][0] == ["a (1).png", "a.png"]


@pytest.mark.parametrize(
    "fields",
    [{"subfolder": "../outside"}, {"subfolder": "/tmp"}, {"type": "temp", "subfolder": ".."}],
)
def test_an_upload_stays_in_its_folder(client: Client, fields: dict[str, str]) -> None:
    files = {"image": ("a.png", png(), "image/png")}
    answer = client.http.post("/upload/image", files=files, data=fields)
    assert answer.status_code == 400


def test_too_large_an_upload_is_413() -> None:
    with DemoServer(EngineSettings(max_upload_bytes=1000)) as server:
        client = Client(server)
        files = {"image": ("a.png", bytes(5000), "image/png")}
        assert client.http.post("/upload/image", files=files).status_code == 413
        client.close()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"filename": "none.png"}, 404),
        ({"filename": "../x.png"}, 400),
        ({"filename": "/etc/passwd"}, 400),
        ({"filename": ""}, 400),
        ({"filename": "x.png", "type": "elsewhere"}, 400),
        ({"filename": "x.png", "subfolder": "../.."}, 403),
    ],
)
def test_view_refuses_what_it_must(client: Client, query: dict[str, str], status: int) -> None:
    assert client.http.get("/view", params=query).status_code == status


def test_saved_images_carry_prompt_and_workflow(client: Client) -> None:
    graph = txt2img()
    workflow: dict[str, list[Any]] = {"nodes": [], "links": []}
    prompt_id, _ = client.run(graph, extra_data={"extra_pnginfo": {"workflow": workflow}})
    file = client.history(prompt_id)["outputs"]["9"]["images"][0]
    with Image.open(io.BytesIO(client.http.get("/view", params=file).content)) as image:
        assert image.size == (64, 64)
        assert json.loads(image.info["prompt"]) == graph
        assert json.loads(image.info["workflow"]) == workflow
    preview = client.http.get("/view", params={**file, "preview": "webp;80"})
    assert preview.headers["content-type"] == "image/webp"


def test_inpainting_leaves_the_rest_exactly_as_it_was(client: Client) -> None:
    chance = np.random.default_rng(1)
    pixels = chance.integers(0, 256, (64, 96, 3), dtype=np.uint8)
    mask = np.zeros((64, 96, 3), np.uint8)
    mask[16:48, 32:64] = 255
    for name, data in (("photo.png", pixels), ("mask.png", mask)):
        buffer = io.BytesIO()
        Image.fromarray(data).save(buffer, "PNG")
        client.http.post("/upload/image", files={"image": (name, buffer.getvalue())})
    graph = txt2img(denoise=1.0, latent_image=["12", 0]) | {
        "10": {"class_type": "LoadImage", "inputs": {"image": "photo.png"}},
        "11": {"class_type": "VAEEncode", "inputs": {"pixels": ["10", 0], "vae": ["4", 2]}},
        "12": {
            "class_type": "SetLatentNoiseMask",
            "inputs": {"samples": ["11", 0], "mask": ["13", 0]},
        },
        "13": {"class_type": "LoadImageMask", "inputs": {"image": "mask.png", "channel": "red"}},
    }
    prompt_id, _ = client.run(graph)
    file = client.history(prompt_id)["outputs"]["9"]["images"][0]
    with Image.open(io.BytesIO(client.http.get("/view", params=file).content)) as image:
        result = np.asarray(image)
    outside = mask[..., 0] == 0
    assert np.array_equal(result[outside], pixels[outside])
    assert not np.array_equal(result[~outside], pixels[~outside])


def test_image_and_latent_upscaling_give_the_size_asked_for(client: Client) -> None:
    graph = txt2img(latent_image=["20", 0]) | {
        "20": {
            "class_type": "LatentUpscaleBy",
            "inputs": {"samples": ["5", 0], "upscale_method": "bislerp", "scale_by": 1.5},
        },
        "21": {
            "class_type": "UpscaleModelLoader",
            "inputs": {"model_name": "demo-upscale-2x.safetensors"},
        },
        "22": {
            "class_type": "ImageUpscaleWithModel",
            "inputs": {"upscale_model": ["21", 0], "image": ["8", 0]},
        },
    }
    graph["9"]["inputs"]["images"] = ["22", 0]
    prompt_id, _ = client.run(graph)
    file = client.history(prompt_id)["outputs"]["9"]["images"][0]
    with Image.open(io.BytesIO(client.http.get("/view", params=file).content)) as image:
        assert image.size == (192, 192)


def test_save_image_websocket_sends_finished_pngs(client: Client) -> None:
    graph = txt2img(batch=2)
    graph["9"] = {"class_type": "SaveImageWebsocket", "inputs": {"images": ["8", 0]}}
    _, frames = client.run(graph)
    pictures = [f for f in frames if isinstance(f, bytes)]
    assert [f[:8] for f in pictures] == [b"\0\0\0\1\0\0\0\2"] * 2
    assert all(f[8:12] == b"\x89PNG" for f in pictures)


def test_a_failing_node_is_named_with_its_traceback(client: Client) -> None:
    graph = txt2img()
    graph["9"]["inputs"]["filename_prefix"] = "../../outside"
    prompt_id, frames = client.run(graph)
    error = next(f for f in frames if is_event("execution_error")(f))
    assert isinstance(error, dict)
    data = error["data"]
    assert (data["node_id"], data["node_type"], data["exception_type"]) == (
        "9",
        "SaveImage",
        "Exception",
    )
    assert "outside the output folder" in data["exception_message"]
    assert any("save" in line for line in data["traceback"])
    assert client.http.get(f"/api/jobs/{prompt_id}").json()["status"] == "failed"


def test_graphs_that_make_no_sense_do_not_harm_it(client: Client) -> None:
    loop = {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}}
    show = {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}
    strange: list[Any] = [
        {"1": loop, "2": show},
        {"1": None},
        {"1": []},
        [],
        "graph",
        {"2": {"class_type": "PreviewImage", "inputs": {"images": ["99", 0]}}},
        {"2": {"class_type": "PreviewImage", "inputs": {"images": ["2", 7]}}},
        {"2": {"class_type": "PreviewImage"}},
    ]
    for graph in strange:
        answer = client.http.post("/prompt", json={"prompt": graph})
        assert answer.status_code in (400, 500), graph
    client.run(txt2img())


def test_what_no_output_needs_may_be_anything(client: Client) -> None:
    graph = txt2img() | {
        "50": {"class_type": "KSampler"},
        "51": {"class_type": "VAEDecode", "inputs": {"samples": ["nowhere", 3]}},
    }
    graph["8"]["inputs"]["undeclared"] = ["nowhere", 0]
    _, frames = client.run(graph)
    assert any(is_event("execution_success")(f) for f in frames)


def test_a_picture_too_large_for_it_ends_as_out_of_memory(client: Client) -> None:
    _, frames = client.run(txt2img(size=8192, steps=1))
    error = next(f for f in frames if is_event("execution_error")(f))
    assert isinstance(error, dict)
    assert error["data"]["exception_type"] == "torch.OutOfMemoryError"


def test_a_token_is_asked_for_on_http_and_socket() -> None:
    with DemoServer(EngineSettings(token="secret")) as server:
        bare = httpx.get(f"{server.url}/queue", trust_env=False)
        given = {"Authorization": "Bearer secret"}
        assert bare.status_code == 401
        assert httpx.get(f"{server.url}/queue", headers=given, trust_env=False).status_code == 200
        assert httpx.get(f"{server.url}/ws", trust_env=False).status_code == 401
