"""The engine's frames against what real ComfyUI 0.33.0 sent."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comfy.demo.http.server import DemoServer
from comfy.demo.nodes.catalogue import Catalogue
from tests.comfy.demo.client import Client, Frame, eventually, is_event, shape, txt2img
from tests.support.paths import RECORDINGS

FOLDER = RECORDINGS / "comfyui-0.33.0"


def frames_of(name: str) -> Iterator[Frame]:
    """The frames that socket *a* received, from the first `status` after the greeting."""
    for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry.get("ws") != "a":
            continue
        if "text" in entry:
            yield entry["text"]
        elif "binary_base64" in entry:
            yield base64.b64decode(entry["binary_base64"])


def posted(name: str) -> list[dict[str, Any]]:
    """The bodies and answers of every POST /prompt in a recording."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    calls = [json.loads(line).get("http", {}) for line in lines]
    return [c for c in calls if c.get("method") == "POST" and c.get("path") == "/prompt"]


def renamed(body: Any) -> Any:
    """*body* with the recordings' checkpoint called by one of the demo's names."""
    text = json.dumps(body).replace("tiny-random.safetensors", "demo-landscapes.safetensors")
    return json.loads(text)


def greeted(client: Client) -> list[Frame]:
    """The frames up to the end of the greeting."""
    greeting = [client.receive()]
    if client.metadata:
        greeting.append(client.receive())
    return greeting


@pytest.mark.parametrize(
    ("name", "metadata"),
    [
        ("txt2img", False),
        ("txt2img_preview_metadata", True),
        ("txt2img_no_previews", False),
        ("batch_of_four", False),
        ("two_samplers", True),
    ],
)
def test_frames_come_in_the_recorded_order(
    server: DemoServer, name: str, *, metadata: bool
) -> None:
    client = Client(server, metadata=metadata)
    body = renamed(posted(name)[0]["body"]) | {"client_id": client.client_id}
    recorded = list(frames_of(name))
    cached = next(f for f in recorded if is_event("execution_cached")(f))
    assert isinstance(cached, dict)
    seen = greeted(client)
    warm_up(client, body["prompt"], cached["data"]["nodes"])
    prompt_id = client.http.post("/prompt", json=body).json()["prompt_id"]
    seen += client.until_over(prompt_id)
    client.close()
    assert [shape(f) for f in seen] == [shape(f) for f in recorded]


def warm_up(client: Client, graph: dict[str, Any], cached: list[str]) -> None:
    """Run what the recorded server still had from before, and nothing else."""
    kept = {id_: node for id_, node in graph.items() if id_ in cached}
    shown = {
        f"w{id_}": {"class_type": "PreviewAny", "inputs": {"source": [id_, 0]}} for id_ in cached
    }
    client.run(kept | shown)


def test_a_cached_run_sends_what_the_recorded_one_did(client: Client) -> None:
    graph = renamed(posted("fully_cached")[0]["body"]["prompt"])
    greeted(client)
    client.run(graph)
    _, seen = client.run(graph)
    recorded = list(frames_of("fully_cached"))
    last_start = max(i for i, f in enumerate(recorded) if is_event("execution_start")(f))
    assert [shape(f) for f in seen] == [shape(f) for f in recorded[last_start - 2 :]]


def test_an_interrupted_run_ends_as_recorded(client: Client) -> None:
    prompt_id = client.post(txt2img(steps=400))
    client.until(is_event("progress"))
    client.http.post("/interrupt", json={"prompt_id": prompt_id})
    seen = [shape(f) for f in client.until_over(prompt_id)]
    recorded = [shape(f) for f in frames_of("interrupt")]
    assert seen[-3:] == recorded[-3:]
    assert client.history(prompt_id)["status"]["status_str"] == "error"
    assert client.http.get(f"/api/jobs/{prompt_id}").json()["status"] == "cancelled"


def test_expanding_nodes_run_side_by_side_as_recorded(client: Client) -> None:
    graph = renamed(posted("node_expansion")[0]["body"]["prompt"])
    graph["1"]["class_type"] = "DemoParallelSleep"
    _, seen = client.run(graph)

    def starts(frames: list[Frame]) -> list[Any]:
        return [
            f["data"]["node"] for f in frames if is_event("executing")(f) and isinstance(f, dict)
        ]

    assert starts(seen) == starts(list(frames_of("node_expansion")))
    states = [
        f["data"]["nodes"] for f in seen if is_event("progress_state")(f) and isinstance(f, dict)
    ]
    part = states[-1]["1.0.0.3"]
    assert (part["display_node_id"], part["parent_node_id"], part["real_node_id"]) == ("1",) * 3


def test_without_a_client_id_everybody_gets_the_progress_alone(client: Client) -> None:
    greeted(client)
    client.http.post("/prompt", json={"prompt": txt2img()})
    seen = client.until(is_event("status", status={"exec_info": {"queue_remaining": 0}}))
    recorded = {f["type"] for f in frames_of("no_client_id") if isinstance(f, dict)}
    assert {f["type"] for f in seen if isinstance(f, dict)} == recorded


@pytest.mark.parametrize("number", range(12))
def test_refusals_have_the_recorded_bodies(client: Client, number: int) -> None:
    call = posted("validation_errors")[number]
    if "body" not in call:
        answer = client.http.post("/prompt", content=b"{not json")
        assert (answer.status_code, answer.content) == (
            500,
            base64.b64decode(call["response_base64"]),
        )
        return
    answer = client.http.post("/prompt", json=renamed(call["body"]))
    wanted, given = renamed(call["response"]), answer.json()
    assert answer.status_code == call["status"]
    if call["status"] == 200:
        assert given["node_errors"] == wanted["node_errors"]
        return
    assert plain(given) == plain(wanted)


def plain(body: dict[str, Any]) -> dict[str, Any]:
    """*body* without the list of checkpoints, which is each server's own."""
    text = json.dumps(body)
    many = json.dumps(Catalogue(Path()).models("checkpoints"))
    return dict(
        json.loads(
            text.replace(many, '["demo-landscapes.safetensors"]').replace(
                many.replace('"', "'"), "['demo-landscapes.safetensors']"
            )
        )
    )


def test_a_returning_client_is_told_its_running_node(server: DemoServer, client: Client) -> None:
    prompt_id = client.post(txt2img(steps=400))
    client.until(is_event("progress"))
    client.socket.close()
    eventually(lambda: not server.engine.sockets.open)
    client.connect()
    first, second = client.receive(), client.receive()
    assert isinstance(first, dict)
    assert first["type"] == "status"
    assert second == {"type": "executing", "data": {"node": "3"}}
    client.http.post(f"/api/jobs/{prompt_id}/cancel")
    client.until_over(prompt_id)


def test_history_entries_have_the_recorded_keys(client: Client) -> None:
    prompt_id, _ = client.run(txt2img())
    lines = (FOLDER / "txt2img.jsonl").read_text(encoding="utf-8").splitlines()
    calls = [json.loads(line).get("http", {}) for line in lines]
    recorded = next(
        next(iter(c["response"].values()))
        for c in calls
        if str(c.get("path")).startswith("/history/") and c.get("response")
    )
    entry = client.history(prompt_id)
    assert list(entry) == list(recorded)
    assert entry["status"].keys() == recorded["status"].keys()
    assert entry["meta"] == recorded["meta"]
    assert [m[0] for m in entry["status"]["messages"]] == [
        m[0] for m in recorded["status"]["messages"]
    ]
