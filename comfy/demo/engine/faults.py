"""Everything that can go wrong with a server, on demand.

Three kinds: *lasting* switches (fields), *route* faults (what HTTP answers), and *doings* that
happen at once or at a stage of a run (`at`). All may be set from any thread while it runs.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from comfy.demo.nodes.context import OUT_OF_MEMORY, OUT_OF_MEMORY_TYPE

DOINGS = ("drop", "silence", "clobber", "garbage", "restart", "refuse", "wipe", "clear")
"""What `Faults.do` and `Faults.at` accept; see `comfy.demo.http.fault_actions`."""
STAGES = ("queued", "loading", "step:N", "finishing", "ended")
"""`finishing` lies between success and history."""

HTML = (
    "<!doctype html><html><head><title>502 Bad Gateway</title></head>"
    "<body><h1>502 Bad Gateway</h1><hr>nginx</body></html>"
)


@dataclass(frozen=True, slots=True)
class RouteFault:
    """What happens to requests whose path starts with `path` ("" all) by `method` ("" any).

    With a `word` only to those that have it in their body.

    First `delay` seconds pass. Then `lost` closes the connection without an answer, `status`
    answers so (with `html` a proxy's page, with `body` that as JSON), `keep` sends only that share
    of the true answer's body and cuts the connection; with none of them the true answer follows.
    With `after` the request has its effect before all this. It ends at `until` (epoch seconds) or
    after `count`.
    """

    path: str = ""
    method: str = ""
    word: str = ""
    status: int = 0
    html: bool = False
    body: Any = None
    delay: float = 0.0
    lost: bool = False
    keep: float = 1.0
    after: bool = False
    until: float | None = None
    count: int | None = None

    def matches(self, method: str, path: str) -> bool:
        """Whether it applies to a request; ``/api/x`` counts as ``/x`` too."""
        bare = path.removeprefix("/api") if path.startswith("/api/") else path
        return self.method in ("", method) and (
            path.startswith(self.path) or bare.startswith(self.path)
        )


@dataclass(frozen=True, slots=True)
class Doing:
    """One of DOINGS with its arguments."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NodeFault:
    """An exception that a node raises; `count` how often, None for always."""

    message: str = "The demo engine was told to fail here."
    exception_type: str = "RuntimeError"
    count: int | None = None


@dataclass
class Faults:
    """The switches of one engine.

    `half_open`: sockets stay up but carry nothing, not even pongs. `mute`: no frames, but
    pongs. `dead_worker`: HTTP answers, nothing runs. `history_delay`: seconds between success
    and history. `garbage_steps`: garbage frames with every step. `node_errors` by class.
    `injected` counts what was done.
    """

    half_open: bool = False
    mute: bool = False
    dead_worker: bool = False
    garbage_steps: bool = False
    history_delay: float = 0.0
    node_errors: dict[str, NodeFault] = field(default_factory=dict)
    injected: Counter[str] = field(default_factory=Counter)
    _routes: list[RouteFault] = field(default_factory=list)
    _stages: list[tuple[str, Doing]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _doer: Callable[[str, Mapping[str, Any]], None] | None = None

    def bind(self, doer: Callable[[str, Mapping[str, Any]], None]) -> None:
        """Say who carries out `do`."""
        self._doer = doer

    def do(self, doing: str, **arguments: Any) -> None:
        """Do one of DOINGS now; returns when it is done."""
        if doing not in DOINGS:
            raise ValueError(f"{doing!r} is no fault: use one of {', '.join(DOINGS)}.")
        if self._doer is None:
            raise RuntimeError("The engine does not run.")
        self.count(doing)
        self._doer(doing, arguments)

    def at(self, stage: str, doing: str, **arguments: Any) -> None:
        """Do *doing* once when the next run reaches *stage*."""
        if doing not in DOINGS or stage.split(":")[0] not in {s.split(":")[0] for s in STAGES}:
            raise ValueError(f"{doing!r} at {stage!r} is no fault.")
        with self._lock:
            self._stages.append((stage, Doing(doing, arguments)))

    def take_stage(self, stage: str) -> list[Doing]:
        """What is to be done at *stage*; each is given out once."""
        with self._lock:
            found = [doing for at, doing in self._stages if at == stage]
            self._stages = [(at, doing) for at, doing in self._stages if at != stage]
        for doing in found:
            self.count(f"{doing.name}@{stage}")
        return found

    def route(self, path: str = "", *, seconds: float | None = None, **what: Any) -> RouteFault:
        """Add a RouteFault; *seconds* sets `until` from now. Returns it."""
        until = time.time() + seconds if seconds is not None else None
        fault = RouteFault(path=path, until=until, **what)
        with self._lock:
            self._routes.append(fault)
        return fault

    @property
    def routes(self) -> tuple[RouteFault, ...]:
        """The route faults that still apply, in the order in which they are looked at."""
        with self._lock:
            return tuple(self._routes)

    def take_route(self, method: str, path: str, body: str = "") -> RouteFault | None:
        """The first route fault for a request, counted down."""
        with self._lock:
            now = time.time()
            self._routes = [f for f in self._routes if f.until is None or f.until > now]
            for index, fault in enumerate(self._routes):
                if fault.matches(method, path) and fault.word in body:
                    if fault.count is not None:
                        left = replace(fault, count=fault.count - 1)
                        self._routes[index : index + 1] = [left] if left.count else []
                    break
            else:
                return None
        self.count(f"{method} {fault.path or '*'}")
        return fault

    def fail(self, node_class: str, fault: NodeFault | None = None) -> None:
        """Make nodes of *node_class* raise."""
        with self._lock:
            self.node_errors[node_class] = fault or NodeFault()

    def out_of_memory(self, node_class: str, count: int | None = 1) -> None:
        """Make *node_class* fail as a full graphics card does."""
        self.fail(node_class, NodeFault(OUT_OF_MEMORY, OUT_OF_MEMORY_TYPE, count))

    def take_node(self, node_class: str) -> NodeFault | None:
        """The fault of a node about to run, counted down."""
        with self._lock:
            fault = self.node_errors.get(node_class)
            if fault is None:
                return None
            if fault.count is not None:
                if fault.count <= 1:
                    del self.node_errors[node_class]
                else:
                    self.node_errors[node_class] = replace(fault, count=fault.count - 1)
        self.count(f"node {node_class}")
        return fault

    def clear(self) -> None:
        """Be well again. What was counted stays."""
        with self._lock:
            self._routes.clear()
            self._stages.clear()
            self.node_errors.clear()
        self.half_open = self.mute = self.dead_worker = self.garbage_steps = False
        self.history_delay = 0.0

    def count(self, name: str) -> None:
        """Count one injected fault."""
        with self._lock:
            self.injected[name] += 1
