"""No bytes, text or JSON break the parsers of frames and histories."""

import json
import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from comfy.errors import FrameError
from comfy.graph.plan import make_plan
from comfy.progress.advance import advance, begin
from comfy.protocol import events as ev
from comfy.protocol.frames import parse, parse_history
from tests.comfy.protocol.recorded import FRAMES, KINDS
from tests.support.examples import examples
from tests.support.transcript import Frame, Json

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
