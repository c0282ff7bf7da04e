"""Everything that can be done to an engine while it works, by name."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

STAGES = ("queued", "loading", "step:3", "finishing", "ended")


@dataclass(frozen=True, slots=True)
class Mischief:
    """`switch` makes the body for ``/demo/faults``; `undo`, if any, follows after some seconds."""

    name: str
    switch: Callable[[random.Random], Json]
    undo: Json | None = None


def _do(doing: str, **arguments: Any) -> Callable[[random.Random], Json]:
    return lambda _: {"do": doing, "arguments": arguments}


def _route(path: str, **what: Any) -> Callable[[random.Random], Json]:
    return lambda dice: {"routes": [{"path": path, **what, "count": dice.randint(1, 3)}]}


def _for_a_while(path: str, **what: Any) -> Callable[[random.Random], Json]:
    return lambda dice: {"routes": [{"path": path, **what, "seconds": dice.uniform(0.5, 6.0)}]}


def _lasting(name: str, *, value: Any = True, otherwise: Any = False) -> Mischief:
    title = name.replace("_", " ")
    return Mischief(title, lambda _: {name: value}, undo={name: otherwise})


POST = {"method": "POST"}
STARTING = {"status": "starting"}
"""JSON of somebody who stands before the server."""

ALL = (
    Mischief("socket dropped", _do("drop")),
    Mischief("socket dropped at a stage", lambda dice: {"at": {dice.choice(STAGES): "drop"}}),
    Mischief("socket falls silent", _do("silence")),
    Mischief("socket clobbered", _do("clobber")),
    Mischief("garbage frames", _do("garbage")),
    Mischief("a giant frame", _do("garbage", giant=24 * 2**20)),
    _lasting("half_open"),
    _lasting("mute"),
    _lasting("garbage_steps"),
    _lasting("dead_worker"),
    _lasting("history_delay", value=1.5, otherwise=0.0),
    Mischief(
        "connections refused", lambda d: {"do": "refuse", "arguments": {"seconds": d.random()}}
    ),
    Mischief("memory lost", lambda d: {"do": "restart", "arguments": {"seconds": d.random()}}),
    Mischief("memory lost at a stage", lambda dice: {"at": {dice.choice(STAGES): "restart"}}),
    Mischief("history kept over a restart", _do("restart", keep_history=True)),
    Mischief("memory and files lost", _do("restart", keep_output=False)),
    Mischief("files wiped", _do("wipe")),
    Mischief("queue cleared", _do("clear")),
    Mischief("history cleared", _do("clear", history=True)),
    Mischief("POST slow", _route("/prompt", **POST, delay=1.0)),
    Mischief("POST answered too late", _route("/prompt", **POST, delay=4.0, after=True)),
    Mischief("POST arrives too late", _route("/prompt", **POST, delay=4.0)),
    Mischief("POST taken, answer lost", _route("/prompt", **POST, lost=True, after=True)),
    Mischief("POST taken, answer 500", _route("/prompt", **POST, status=500, after=True)),
    Mischief("POST taken, answer cut", _route("/prompt", **POST, keep=0.4, after=True)),
    Mischief("POST taken, answer foreign", _route("/prompt", **POST, body=STARTING, after=True)),
    Mischief("POST taken, answer 409", _route("/prompt", **POST, status=409, after=True)),
    Mischief("POST taken, answer 401", _route("/prompt", **POST, status=401, after=True)),
    Mischief("POST 403", _route("/prompt", **POST, status=403)),
    Mischief("POST 429", _route("/prompt", **POST, status=429)),
    Mischief("POST 400 without a reason", _route("/prompt", **POST, status=400)),
    Mischief("POST lost", _route("/prompt", **POST, lost=True)),
    Mischief("POST 500", _route("/prompt", **POST, status=500)),
    Mischief("POST 404", _route("/prompt", **POST, status=404)),
    Mischief("POST HTML", _route("/prompt", **POST, status=502, html=True)),
    Mischief("all 500 for a while", _for_a_while("", status=500)),
    Mischief("all HTML for a while", _for_a_while("", status=502, html=True)),
    Mischief("all 404 for a while", _for_a_while("", status=404)),
    Mischief("all foreign for a while", _for_a_while("", body=STARTING)),
    Mischief("all 401 for a while", _for_a_while("", status=401)),
    Mischief("all cut for a while", _for_a_while("", lost=True)),
    Mischief("all slow for a while", _for_a_while("", delay=0.5)),
    Mischief("no socket for a while", _for_a_while("/ws", status=502, html=True)),
    Mischief("history 500", _for_a_while("/history", status=500)),
    Mischief("history HTML", _for_a_while("/history", status=200, html=True)),
    Mischief("history cut", _route("/history", keep=0.5)),
    Mischief("queue cut", _route("/queue", keep=0.5)),
    Mischief("history foreign", _for_a_while("/history", body=STARTING)),
    Mischief("history empty", _route("/history", body={})),
    Mischief("queue foreign", _for_a_while("/queue", body=STARTING)),
    Mischief("queue half", _for_a_while("/queue", body={"queue_running": []})),
    Mischief("queue 500", _for_a_while("/queue", status=500)),
    Mischief("jobs foreign", _for_a_while("/jobs", body=STARTING)),
    Mischief("cancel 500", _route("/jobs", **POST, status=500)),
    Mischief("cancel lost", _route("/jobs", **POST, lost=True)),
    Mischief("file cut", _route("/view", keep=0.5)),
    Mischief("file 500", _route("/view", status=500)),
    Mischief("file 503", _route("/view", status=503)),
    Mischief("file foreign", _route("/view", body=STARTING)),
    Mischief("file HTML", _route("/view", status=200, html=True)),
    Mischief("file slow", _route("/view", delay=1.0)),
    Mischief("file never", _route("/view", delay=6.0)),
    Mischief("node fails", lambda _: {"nodes": {"KSampler": {"count": 1}}}),
    Mischief("out of memory", lambda _: {"nodes": {"VAEDecode": "memory"}}),
)
