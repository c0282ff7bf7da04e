"""Frames and history entries become events, or one FrameError, whatever they hold."""

import json
import math
import struct
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfy.errors import FrameError
from comfy.graph.plan import make_plan
from comfy.progress.advance import advance, begin
from comfy.protocol import events as ev
from comfy.protocol.frames import parse, parse_history
from comfy.protocol.outputs import MAX_TEXT
from tests.support.examples import examples
from tests.support.transcript import Frame, Json, Transcript, join_metadata, transcripts

FRAMES = [frame for transcript in transcripts() for frame in transcript.frames]
KINDS = {frame.type or frame.raw[:4]: frame for frame in FRAMES}
"""One frame of each kind that was recorded."""


def text(type_: str, **data: Any) -> str:
    return json.dumps({"type": type_, "data": data})


def binary(kind: int, *parts: int | bytes) -> bytes:
    packed = (struct.pack(">I", p) if isinstance(p, int) else p for p in parts)
    return struct.pack(">I", kind) + b"".join(packed)


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


def history(*messages: tuple[str, Json], outputs: Any = None, status: str = "success") -> Json:
    return {
        "outputs": {} if outputs is None else outputs,
        "status": {"status_str": status, "messages": [list(m) for m in messages]},
    }


def test_a_history_tells_files_texts_and_times() -> None:
    outputs = {"9": {"images": [{"filename": "a.png"}]}, "8": {"text": ["t"]}}
    start, end = {"timestamp": 1_000}, {"timestamp": 3_500}
    entry = history(("execution_start", start), ("execution_success", end), outputs=outputs)
    (event,) = parse_history("p", entry, 9)
    files = (ev.OutputFile("9", "images", "a.png"),)
    assert event == ev.Finished("p", 9, files, ("t",), started_at=1.0, ended_at=3.5)


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (history(("execution_interrupted", {"node_id": "3"}), status="error"), ev.Interrupted),
        (history(("execution_error", {"node_id": "3"}), status="error"), ev.Failed),
        (history(status="error"), ev.Failed),
        (history(("execution_error", {"exception_type": "ExecutionBlocked"})), ev.Finished),
        ({"outputs": {}}, ev.Finished),
        ({"outputs": {}, "status": None}, ev.Finished),
    ],
)
def test_a_history_ends_the_prompt_as_it_ended(entry: Json, kind: type[ev.Event]) -> None:
    assert isinstance(parse_history("p", entry, 9)[-1], kind)


BLOCKED = {
    "node_id": "21",
    "node_type": "SaveImage",
    "exception_type": "x.ExecutionBlocked",
    "exception_message": "Execution Blocked: not today",
}


def test_a_blocked_branch_is_told_with_its_node_and_ends_nothing() -> None:
    blocked = ev.Blocked("p", 9, "21", "SaveImage", "not today")
    assert parse(text("execution_error", prompt_id="p", **BLOCKED), 9) == (blocked,)
    before, last = parse_history("p", history(("execution_error", BLOCKED)), 9)
    assert (before, type(last)) == (blocked, ev.Finished)


@pytest.mark.parametrize("entry", [{}, {"outputs": []}, {"outputs": None, "status": {}}])
def test_what_is_no_history_is_a_frame_error(entry: Json) -> None:
    with pytest.raises(FrameError):
        parse_history("p", entry, 9)


# Anything at all

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("3")
)
WORDS = """prompt_id node nodes display_node node_id value max state type output outputs images
filename text animated exception_message traceback messages status timestamp"""
KEYS = st.sampled_from(WORDS.split()) | st.text(max_size=4)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)
TYPES = sorted({f.type for f in FRAMES if f.type} | {"execution_progress", "nonsense"})


def numbers(value: Any) -> Iterator[float]:
    """Every number in an event, however deep."""
    if is_dataclass(value):
        for field in fields(value):
            yield from numbers(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, float):
        yield value


def hold(frame: str | bytes) -> None:
    """Events or a FrameError; finite numbers; and nothing that `advance` cannot bear."""
    try:
        events = parse(frame, 5.0)
    except FrameError:
        return
    assert all(isinstance(event, ev.Event) for event in events)
    assert all(map(math.isfinite, numbers(events)))
    progress = begin("p", make_plan({"3": {"class_type": "KSampler", "inputs": {}}}))
    for event in events:
        progress = advance(progress, event)
    assert 0.0 <= progress.fraction <= 1.0


@settings(deadline=None)
@given(st.binary(max_size=64) | st.text(max_size=64))
def test_no_bytes_and_no_text_break_the_parser(frame: str | bytes) -> None:
    hold(frame)


@settings(deadline=None, max_examples=examples(300))
@given(st.sampled_from(TYPES), JSON)
def test_no_data_under_a_known_type_breaks_the_parser(type_: str, data: Any) -> None:
    hold(json.dumps({"type": type_, "data": data}))


@settings(deadline=None, max_examples=examples(300))
@given(st.sampled_from([f for f in KINDS.values() if f.type]), st.data())
def test_no_change_to_a_real_frame_breaks_the_parser(frame: Frame, data: st.DataObject) -> None:
    hold(json.dumps(changed(frame.data, data)))


@settings(deadline=None, max_examples=examples(200))
@given(
    st.sampled_from([f for f in FRAMES if isinstance(f.data, bytes)][:20]),
    st.integers(0, 300),
    st.integers(0, 255),
    st.integers(0, 400),
)
def test_no_cut_or_changed_byte_breaks_the_parser(
    frame: Frame, place: int, byte: int, length: int
) -> None:
    assert isinstance(frame.data, bytes)
    hold(frame.data[:length])
    hold(frame.data[:place] + bytes([byte]) + frame.data[place + 1 :])


@settings(deadline=None, max_examples=examples(300))
@given(st.dictionaries(KEYS, JSON, max_size=5), st.booleans())
def test_no_object_breaks_the_history_parser(entry: Json, real: bool) -> None:
    if real:
        entry = {"outputs": {"9": entry}, "status": {"messages": [["execution_error", entry]]}}
    try:
        events = parse_history("p", entry, 5.0)
    except FrameError:
        return
    assert all(isinstance(e, ev.Event) for e in events)
    assert all(map(math.isfinite, numbers(events)))


def changed(value: Any, data: st.DataObject) -> Any:
    """*value* with one part of it replaced, somewhere, by anything."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: changed(value[key], data)}
    return data.draw(JSON)
