"""What the socket of a real ComfyUI 0.28.0 brought, in two runs of nodes that end oddly."""

import json
from collections.abc import Iterator
from typing import Any

from comfy.graph.plan import make_plan
from comfy.progress.advance import Phase, Progress, advance, begin
from comfy.progress.sent_images import expected, sender
from comfy.protocol import events as ev
from comfy.protocol.frames import parse
from tests.support.paths import RECORDINGS

FOLDER = RECORDINGS / "comfyui-0.28.0"
GRAPH: dict[str, Any] = {
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["4", 1]}},
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
}


def frames(name: str) -> Iterator[str | bytes]:
    """The frames; of binary ones only length and beginning were noted: the rest is made up."""
    for frame in json.loads((FOLDER / f"{name}.json").read_text()):
        if "binary" not in frame:
            yield json.dumps({"type": frame["type"], "data": frame["data"]})
            continue
        head = bytes.fromhex(frame["head"])[4:8]
        length = int.from_bytes(head)
        data = json.dumps({"node_id": "20", "display_node_id": "20", "image_type": "image/png"})
        yield (4).to_bytes(4) + head + data.ljust(length).encode() + b"image"


def seen(name: str, graph: dict[str, Any]) -> Iterator[tuple[Progress, ev.Event]]:
    """Each event with the snapshot that it met."""
    found = [event for frame in frames(name) for event in parse(frame, 1.0)]
    id_ = next(event.prompt_id for event in found if event.prompt_id)
    progress = begin(id_, make_plan(graph))
    for event in found:
        if isinstance(event, ev.Previewed):
            event = ev.Previewed(id_, event.at, event.image, event.media, event.node)
        yield progress, event
        progress = advance(progress, event)


def test_a_blocked_output_leaves_a_warning_and_the_prompt_goes_on_to_its_end() -> None:
    block = {"class_type": "RealBlock", "inputs": {"images": ["8", 0]}}
    save = {"class_type": "SaveImage", "inputs": {"images": ["20", 0]}, "_meta": {"title": "Save"}}
    *_, (last, event) = seen("execution_blocked", {**GRAPH, "20": block, "21": save})
    assert isinstance(event, ev.Ended)
    assert (last.phase, last.succeeded, last.failure) == (Phase.SETTLING, True, None)
    assert last.warnings == (
        "Save was not run, for the workflow blocked it: blocked because I say so.",
    )


def test_the_image_of_a_node_that_sends_it_is_known_from_a_preview() -> None:
    graph = {**GRAPH, "20": {"class_type": "SaveImageWebsocket", "inputs": {"images": ["8", 0]}}}
    sent = [
        sender(progress, event)
        for progress, event in seen("save_image_websocket", graph)
        if isinstance(event, ev.Previewed)
    ]
    assert sent == ["20"]
    *_, (last, _) = seen("save_image_websocket", graph)
    assert expected(last) == {"20": 1}


def test_a_preview_that_names_no_node_is_of_the_one_that_runs() -> None:
    graph = {**GRAPH, "20": {"class_type": "SaveImageWebsocket", "inputs": {"images": ["8", 0]}}}
    start = begin("p", make_plan(graph))
    frame = ev.Previewed("p", 2, b"image", "image/png")
    assert sender(advance(start, ev.NodeStarted("p", 1, "20", "20")), frame) == "20"
    assert sender(advance(start, ev.NodeStarted("p", 1, "3", "3")), frame) == ""
    assert sender(start, frame) == ""
