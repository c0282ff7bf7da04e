"""Frames become events, and rubbish a FrameError."""

import json
from typing import Any

import pytest

from comfy.errors import FrameError
from comfy.protocol import events as ev
from comfy.protocol.frames import parse
from comfy.protocol.outputs import MAX_TEXT
from tests.comfy.protocol.recorded import binary, text
from tests.support.transcript import Transcript, join_metadata, transcripts


def only(frame: str | bytes) -> ev.Event:
    (event,) = parse(frame, 5.0)
    return event


# What frames mean


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        (text("execution_start", prompt_id="p"), ev.Started("p", 5)),
        (text("execution_cached", prompt_id="p", nodes=["4", 5]), ev.Cached("p", 5, ("4", "5"))),
        (text("executing", prompt_id="p", node="3"), ev.NodeStarted("p", 5, "3", "3")),
        (
            text("executing", prompt_id="p", node="3.0.0.1", display_node="3"),
            ev.NodeStarted("p", 5, "3.0.0.1", "3"),
        ),
        (text("executing", node="3"), ev.NodeStarted("", 5, "3", "3")),
        (text("executing", prompt_id="p", node=None), ev.Ended("p", 5)),
        (text("progress", prompt_id="p", node="3", value=2, max=8), ev.Stepped("p", 5, "3", 2, 8)),
        (
            text("execution_progress", prompt_id="p", node="3", value=2, max=8),
            ev.Stepped("p", 5, "3", 2, 8),
        ),
        (text("executed", prompt_id="p", node="9", output=None), ev.Produced("p", 5, "9")),
        (text("execution_success", prompt_id="p"), ev.Succeeded("p", 5)),
        (text("execution_interrupted", prompt_id="p", node_id="3"), ev.Interrupted("p", 5, "3")),
        (binary(1, 2, b"png"), ev.Previewed("", 5, b"png", "image/png")),
        (binary(1, 1, b"jpg"), ev.Previewed("", 5, b"jpg", "image/jpeg")),
        (binary(3, 2, b"12", "ä".encode()), ev.Said("", 5, "12", "ä")),
        (
            join_metadata({"prompt_id": "p", "node_id": "3", "image_type": "image/png"}, b"png"),
            ev.Previewed("p", 5, b"png", "image/png", "3"),
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, ev.Event) else "",
)
def test_a_frame_becomes_its_event(frame: str | bytes, event: ev.Event) -> None:
    assert only(frame) == event


@pytest.mark.parametrize(
    "frame",
    [
        text("status"),
        text("status", status=None),
        text("status", status={"exec_info": {}}),
        text("status", status={"exec_info": [1]}),
        text("feature_flags", supports_preview_metadata=True),
        text("crystools.monitor", cpu=3),
        json.dumps({"type": "unheard-of"}),
        text("executing", node=None),
        binary(2, b"unencoded"),
        binary(99),
    ],
)
def test_what_is_not_for_us_is_ignored(frame: str | bytes) -> None:
    assert parse(frame, 5) == ()


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "no json",
        "[]",
        "1",
        "null",
        "{}",
        '{"type": 3}',
        '{"type": "executing"}',
        '{"type": "executing", "data": []}',
        text("progress_state", prompt_id="p"),
        text("progress_state", prompt_id="p", nodes={"3": 1}),
        "[" * 100_000,
        b"",
        b"\0\0\0",
        binary(1),
        binary(3),
        binary(3, 10, b"short"),
        binary(3, 2, b"\xff\xff", b"text"),
        binary(4, 2**32 - 1, b"{}"),
        binary(4, 2, b"[]"),
        binary(4, 2, b"\xff{"),
    ],
    ids=repr,
)
def test_rubbish_is_a_frame_error(frame: str | bytes) -> None:
    with pytest.raises(FrameError):
        parse(frame, 5)


def test_a_progress_state_reports_each_node_with_its_parent() -> None:
    node = {"value": 1, "max": 6, "state": "running", "parent_node_id": "1", "real_node_id": "1"}
    event = only(text("progress_state", prompt_id="p", nodes={"1.0.0.3": node}))
    report = ev.NodeReport("1.0.0.3", 1, 6, ev.NodeState.RUNNING, "1", "1")
    assert event == ev.Reported("p", 5, (report,))


def test_a_node_in_a_state_we_do_not_know_is_left_out() -> None:
    nodes = {"1": {"value": 0, "max": 1, "state": "paused"}}
    assert only(text("progress_state", prompt_id="p", nodes=nodes)) == ev.Reported("p", 5)


@pytest.mark.parametrize("key", ["images", "gifs", "video", "audio", "3d", "result_of_a_plugin"])
def test_anything_with_a_filename_is_a_file(key: str) -> None:
    output = {key: [{"filename": "a.bin", "subfolder": "s", "type": "temp"}]}
    event = only(text("executed", prompt_id="p", node="9", output=output))
    assert isinstance(event, ev.Produced)
    assert event.files == (ev.OutputFile("9", key, "a.bin", "s", "temp", key == "gifs"),)


def test_a_text_output_is_a_text() -> None:
    event = only(text("executed", prompt_id="p", node="9", output={"text": ["hello", 3]}))
    assert event == ev.Produced("p", 5, "9", (), ("hello",))


@pytest.mark.parametrize("media", ["image/svg+xml", "text/html", "", 'image/png" onload="x', None])
def test_a_preview_never_claims_to_be_anything_but_a_picture(media: str | None) -> None:
    event = only(join_metadata({"prompt_id": "p", "image_type": media}, b"<svg/>"))
    assert isinstance(event, ev.Previewed)
    assert event.media == "image/jpeg"


def test_a_giant_text_is_cut() -> None:
    event = only(text("executed", prompt_id="p", node="9", output={"text": ["x" * 2 * MAX_TEXT]}))
    assert isinstance(event, ev.Produced)
    assert len(event.texts[0]) == MAX_TEXT


@pytest.mark.parametrize(
    ("said", "remaining"),
    [(3, 3), (0, 0), ("3", 0), (None, 0), (float("nan"), 0), (1e300, 0), (10**400, 0), (-1, -1)],
)
def test_a_status_says_how_many_prompts_everybody_has(said: Any, remaining: int) -> None:
    event = only(text("status", status={"exec_info": {"queue_remaining": said}}, sid="me"))
    assert event == ev.QueueChanged("", 5, remaining)


@pytest.mark.parametrize("transcript", transcripts(), ids=repr)
def test_every_recorded_frame_is_understood(transcript: Transcript) -> None:
    for frame in transcript.frames:
        events = parse(frame.raw, frame.t)
        assert len(events) == (0 if frame.type == "feature_flags" else 1)
        assert all(e.prompt_id == frame.prompt_id and e.at == frame.t for e in events)


# History
