"""The faults that happen at a moment, carried out on a running server."""

import asyncio
import json
import struct
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from comfy.demo.engine.engine import Engine
from comfy.demo.engine.sockets import PREVIEW, PREVIEW_WITH_METADATA

UNKNOWN_TYPE = 99

Refuse = Callable[[float], Awaitable[None]]


def carry_out(
    engine: Engine, refuse: Refuse, doing: str, arguments: Mapping[str, Any]
) -> Awaitable[None] | None:
    """Do one of `faults.DOINGS`; return what is left to await, if any.

    *refuse* cuts every connection and takes no new one for so many seconds. Arguments: drop
    {client_id}; garbage {giant: bytes}; refuse {seconds}; restart {seconds, keep_history,
    keep_output}; clear {history}, else the queue.
    """
    seconds = float(arguments.get("seconds", 0))
    match doing:
        case "drop":
            engine.sockets.cut(arguments.get("client_id"))
        case "silence":
            engine.sockets.silence()
        case "clobber":
            engine.sockets.clobber()
        case "garbage":
            engine.sockets.raw(garbage(int(arguments.get("giant", 0))))
        case "refuse":
            return refuse(seconds)
        case "restart":
            return _restart(engine, refuse, seconds, arguments)
        case "wipe":
            engine.wipe()
        case "clear" if arguments.get("history"):
            engine.clear_history()
        case "clear":
            engine.clear()
    return None


async def _restart(
    engine: Engine, refuse: Refuse, seconds: float, arguments: Mapping[str, Any]
) -> None:
    """Nobody is heard for a while, and what was known is gone: as after a SIGKILL."""
    restart = engine.restart(
        keep_history=bool(arguments.get("keep_history", False)),
        keep_output=bool(arguments.get("keep_output", True)),
    )
    await asyncio.gather(refuse(seconds), restart)


def garbage(giant: int = 0) -> list[str | bytes]:
    """Frames that no client may stumble over; *giant* adds one of that many bytes."""
    stranger = str(uuid.uuid4())
    head = json.dumps({"node_id": "3", "prompt_id": stranger, "image_type": "image/jpeg"}).encode()
    texts: list[Any] = [
        {"type": "crystools.monitor", "data": {"cpu_utilization": 3.5}},
        {"type": "progress", "data": {"value": 3, "max": 4, "prompt_id": stranger, "node": "3"}},
        {"type": "executing", "data": {"node": "3", "display_node": "3", "prompt_id": stranger}},
        {"type": "executing", "data": {"node": None, "prompt_id": stranger}},
        {"type": "execution_success", "data": {"prompt_id": stranger, "timestamp": 0}},
        {"type": "execution_error", "data": {"prompt_id": stranger}},
        {"type": "progress", "data": None},
        {"type": 7, "data": {}},
        ["status"],
        None,
    ]
    frames: list[str | bytes] = [json.dumps(text) for text in texts]
    frames += ["", "{", "not json", '{"type": "status", "data": NaN}', "[" * 2000]
    frames += [b"", b"\0\0", struct.pack(">I", PREVIEW), struct.pack(">I", UNKNOWN_TYPE) + b"?"]
    frames.append(struct.pack(">II", PREVIEW_WITH_METADATA, 10_000) + head)
    frames.append(struct.pack(">II", PREVIEW_WITH_METADATA, len(head)) + head + b"no picture")
    if giant:
        frames.append(struct.pack(">I", UNKNOWN_TYPE) + bytes(giant))
    return frames
