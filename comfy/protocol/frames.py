"""Socket frames and history entries → events. Pure.

Formats (docs/protocol.md): ComfyUI's server.py (``send_image``, ``encode_bytes``,
``BinaryEventTypes``) and execution.py, 0.3.64 and 0.33.0.
"""

import json
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from comfy.errors import FrameError
from comfy.protocol import events as ev
from comfy.protocol.downloads import manager_frame, task_frame
from comfy.protocol.json_values import number as _number
from comfy.protocol.json_values import text as _text
from comfy.protocol.outputs import MAX_FILES, MAX_TEXT, output_of

PREVIEW_IMAGE = 1
TEXT = 3
PREVIEW_IMAGE_WITH_METADATA = 4

MAX_TEXTS = 256
"""Texts taken from one history entry."""
MAX_WARNING = 500
"""Characters kept of why a branch was blocked."""
MAX_NODES = 10_000
"""Nodes read from one ``progress_state`` or ``execution_cached``."""

_MEDIA = {1: "image/jpeg", 2: "image/png"}
_PREVIEW_MEDIA = frozenset({"image/jpeg", "image/png", "image/webp"})

Json = Mapping[str, Any]


def parse(frame: str | bytes, at: float) -> tuple[ev.Event, ...]:
    """Return the events in one WebSocket frame received *at*; () for types we do not know.

    Raises FrameError for what is not JSON, is cut short, or lacks what its type must have.
    """
    return _parse_binary(frame, at) if isinstance(frame, bytes) else _parse_text(frame, at)


def parse_history(prompt_id: str, entry: Json, at: float) -> tuple[ev.Event, ...]:
    """Return the events that settle *prompt_id*, from its ``/history`` entry.

    Raises FrameError where the entry is not one.
    """
    status = entry.get("status")
    outputs = entry.get("outputs")
    messages = _messages(status.get("messages") if isinstance(status, Mapping) else None)
    times = _times(messages)
    for name, data in messages:
        if name == "execution_error" and not _blocked(prompt_id, at, data):
            return (ev.Failed(prompt_id, at, _failure(data), **times),)
        if name == "execution_interrupted":
            return (ev.Interrupted(prompt_id, at, _text(data, "node_id"), **times),)
    if isinstance(status, Mapping) and status.get("status_str") == "error":
        return (ev.Failed(prompt_id, at, ev.Failure("The server gives no reason."), **times),)
    if not isinstance(outputs, Mapping):
        raise FrameError("The server's history entry has no outputs.")
    files: list[ev.OutputFile] = []
    texts: list[str] = []
    for node, output in outputs.items():
        more_files, more_texts = output_of(str(node), output)
        files += more_files
        texts += more_texts
    cached = next((_ids(data) for name, data in messages if name == "execution_cached"), ())
    blocked = (
        _blocked(prompt_id, at, data) for name, data in messages if name == "execution_error"
    )
    finished = ev.Finished(
        prompt_id, at, tuple(files[:MAX_FILES]), tuple(texts[:MAX_TEXTS]), **times
    )
    before = (ev.Cached(prompt_id, at, cached),) if cached else ()
    return (*before, *filter(None, blocked), finished)


def _parse_text(frame: str, at: float) -> tuple[ev.Event, ...]:
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError) as error:
        raise FrameError(f"A frame is not JSON: {error}") from error
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise FrameError("A frame has no type.")
    read = _READERS.get(message["type"])
    if read is None:
        return ()
    data = message.get("data")
    if not isinstance(data, dict):
        raise FrameError(f"A {message['type']!r} frame has no data.")
    return tuple(read(_text(data, "prompt_id"), at, data))


def _parse_binary(frame: bytes, at: float) -> tuple[ev.Event, ...]:
    if len(frame) < 4:
        raise FrameError("A binary frame is shorter than its type.")
    (kind,) = struct.unpack_from(">I", frame)
    if kind == PREVIEW_IMAGE:
        return (_preview(frame, at),)
    if kind == TEXT:
        node, text = _split(frame)
        try:
            said = ev.Said("", at, node.decode(), text.decode(errors="replace")[:MAX_TEXT])
        except UnicodeDecodeError as error:
            raise FrameError("A text frame names a node that is not UTF-8.") from error
        return (said,)
    if kind == PREVIEW_IMAGE_WITH_METADATA:
        return (_preview_with_metadata(frame, at),)
    return ()


def _preview(frame: bytes, at: float) -> ev.Previewed:
    if len(frame) < 8:
        raise FrameError("A preview frame is shorter than its header.")
    (format_,) = struct.unpack_from(">I", frame, 4)
    return ev.Previewed("", at, frame[8:], _MEDIA.get(format_, "image/jpeg"))


def _preview_with_metadata(frame: bytes, at: float) -> ev.Previewed:
    head, image = _split(frame)
    try:
        data = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise FrameError(f"A preview's metadata is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise FrameError("A preview's metadata is not an object.")
    media = _text(data, "image_type")
    # The type ends up in a data: URL, so only pictures that cannot carry a script pass.
    media = media if media in _PREVIEW_MEDIA else "image/jpeg"
    node = _text(data, "display_node_id") or _text(data, "node_id")
    return ev.Previewed(_text(data, "prompt_id"), at, image, media, node)


def _split(frame: bytes) -> tuple[bytes, bytes]:
    """Split what follows the type into a length-prefixed head and the rest."""
    if len(frame) < 8:
        raise FrameError("A binary frame is shorter than its header.")
    (length,) = struct.unpack_from(">I", frame, 4)
    if len(frame) < 8 + length:
        raise FrameError("A binary frame is cut short.")
    return frame[8 : 8 + length], frame[8 + length :]


def _executing(id_: str, at: float, data: Json) -> Iterator[ev.Event]:
    node = _text(data, "node")
    if node:
        yield ev.NodeStarted(id_, at, node, _text(data, "display_node") or node)
    elif id_:
        yield ev.Ended(id_, at)


def _progress(id_: str, at: float, data: Json) -> Iterator[ev.Event]:
    yield ev.Stepped(id_, at, _text(data, "node"), _number(data, "value"), _number(data, "max"))


def _progress_state(id_: str, at: float, data: Json) -> Iterator[ev.Event]:
    nodes = data.get("nodes")
    if not isinstance(nodes, dict):
        raise FrameError("A 'progress_state' frame has no nodes.")
    reports = (_report(str(key), node) for key, node in list(nodes.items())[:MAX_NODES])
    yield ev.Reported(id_, at, tuple(report for report in reports if report))


def _report(key: str, node: Any) -> ev.NodeReport | None:
    if not isinstance(node, dict):
        raise FrameError("A node in a 'progress_state' frame is not an object.")
    try:
        state = ev.NodeState(_text(node, "state"))
    except ValueError:
        return None
    return ev.NodeReport(
        key,
        _number(node, "value"),
        _number(node, "max"),
        state,
        _text(node, "parent_node_id"),
        _text(node, "real_node_id"),
    )


def _executed(id_: str, at: float, data: Json) -> Iterator[ev.Event]:
    node = _text(data, "node")
    files, texts = output_of(node, data.get("output"))
    yield ev.Produced(id_, at, node, tuple(files), tuple(texts))


def _failed(id_: str, at: float, data: Json) -> Iterator[ev.Event]:
    yield _blocked(id_, at, data) or ev.Failed(id_, at, _failure(data))


def _blocked(id_: str, at: float, data: Json) -> ev.Blocked | None:
    """A blocked branch is reported like an error, but the rest of the prompt goes on."""
    if _text(data, "exception_type").rpartition(".")[2] != "ExecutionBlocked":
        return None
    why = _failure(data)
    message = why.message.removeprefix("Execution Blocked:").strip()[:MAX_WARNING]
    return ev.Blocked(id_, at, why.node, why.node_type, message)


def _queue_changed(_id: str, at: float, data: Json) -> Iterator[ev.Event]:
    status = data.get("status")
    info = status.get("exec_info") if isinstance(status, dict) else None
    if isinstance(info, dict) and "queue_remaining" in info:
        yield ev.QueueChanged("", at, int(_number(info, "queue_remaining")))


_READERS: Mapping[str, Callable[[str, float, Json], Iterator[ev.Event]]] = {
    "status": _queue_changed,
    "execution_start": lambda id_, at, _: iter((ev.Started(id_, at),)),
    "execution_cached": lambda id_, at, data: iter((ev.Cached(id_, at, _ids(data)),)),
    "executing": _executing,
    "progress": _progress,
    "execution_progress": _progress,  # the name some bridges use
    "progress_state": _progress_state,
    "executed": _executed,
    "execution_success": lambda id_, at, _: iter((ev.Succeeded(id_, at),)),
    "execution_error": _failed,
    "execution_interrupted": lambda id_, at, data: iter(
        (ev.Interrupted(id_, at, _text(data, "node_id")),)
    ),
    "asset_download": task_frame,
    "missing_model_download": task_frame,
    "cm-queue-status": manager_frame,
}


def _failure(data: Json) -> ev.Failure:
    lines = data.get("traceback")
    trace = "".join(str(line) for line in lines) if isinstance(lines, list) else str(lines or "")
    return ev.Failure(
        (_text(data, "exception_message") or "The server gives no reason.").strip()[:MAX_TEXT],
        _text(data, "node_id"),
        _text(data, "node_type"),
        _text(data, "exception_type"),
        trace[-MAX_TEXT:],
    )


def _messages(value: Any) -> list[tuple[str, Json]]:
    if not isinstance(value, list):
        return []
    return [
        (m[0], m[1])
        for m in value
        if isinstance(m, list | tuple)
        and len(m) == 2
        and isinstance(m[0], str)
        and isinstance(m[1], dict)
    ]


def _times(messages: list[tuple[str, Json]]) -> dict[str, float | None]:
    """Start and end in epoch seconds, from the millisecond stamps of the history's messages."""
    started = ended = None
    for name, data in messages:
        stamp = _number(data, "timestamp") / 1000
        if stamp <= 0:
            continue
        if name == "execution_start":
            started = stamp
        elif name != "execution_cached":
            ended = stamp
    return {"started_at": started, "ended_at": ended}


def _ids(data: Json) -> tuple[str, ...]:
    nodes = data.get("nodes")
    return tuple(str(node) for node in nodes[:MAX_NODES]) if isinstance(nodes, list) else ()
