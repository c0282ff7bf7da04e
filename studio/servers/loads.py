"""How busy each server is now: its queue, its memory, its speed. Asked for while somebody looks.

`_lock` guards `_looked_at` and `_known`; each server has a thread, since one that does not
answer holds its own up.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from comfy import clock
from comfy.client.reconcile.freshness import Link
from comfy.client.server import Server
from comfy.client.threads import Threaded
from comfy.errors import ComfyError
from comfy.protocol.system_stats import SystemInfo
from studio.snapshot import Snapshot

log = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
"""Between two questions to a server."""
LOOKING_SECONDS = 10.0
"""How long after a look the servers go on being asked."""


@dataclass(frozen=True, slots=True)
class ServerLoad:
    """One server now. Bytes, 0 where unknown; counts are of everybody's prompts.

    `steps_per_second` is the sum over what samples there, None while nothing does; `measured_at`
    (by `comfy.clock`) when its memory was last told, None before.
    """

    name: str
    running: int
    pending: int
    vram_total: int
    vram_free: int
    ram_total: int
    ram_free: int
    steps_per_second: float | None
    link: Link
    measured_at: float | None = None


class LiveServers(Threaded):
    """Call it for the loads of all *servers*; *live* tells the snapshots that are not over."""

    def __init__(
        self,
        servers: Mapping[str, Server],
        live: Callable[[], Iterable[Snapshot]],
        every: float = EVERY_SECONDS,
    ) -> None:
        super().__init__()
        self._servers = servers
        self._live = live
        self._every = every
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._looked_at = float("-inf")
        self._known: dict[str, tuple[float, SystemInfo]] = {}
        for name in servers:
            self._runs(f"load-{name}", self._run, name)

    def __call__(self) -> list[ServerLoad]:
        """Every server as last heard, in order; returns at once."""
        with self._lock:
            self._looked_at = time.monotonic()
            self._wake.notify_all()
            known = dict(self._known)
        speeds: dict[str, float] = {}
        for snapshot in self._live():
            if snapshot.speed and not snapshot.is_final:
                name = snapshot.server_name
                speeds[name] = speeds.get(name, 0.0) + snapshot.speed
        return [
            _load(server, known.get(name), speeds.get(name))
            for name, server in self._servers.items()
        ]

    def _rouse(self) -> None:
        with self._lock:
            self._wake.notify_all()

    def _run(self, name: str) -> None:
        while True:
            with self._lock:
                self._wake.wait_for(lambda: self._ending.is_set() or self._is_watched())
                if self._ending.is_set():
                    return
            try:
                system = self._servers[name].api.system()
            except ComfyError as error:
                log.debug("no load of %s: %s", name, error)
            except Exception:
                # Whatever a server sent, it is asked again.
                log.exception("the load of %s could not be read", name)
            else:
                with self._lock:
                    self._known[name] = (clock.now(), system)
            with self._lock:
                self._wake.wait_for(self._ending.is_set, self._every)

    def _is_watched(self) -> bool:
        return time.monotonic() - self._looked_at < LOOKING_SECONDS


def _load(
    server: Server, known: tuple[float, SystemInfo] | None, speed: float | None
) -> ServerLoad:
    at, system = known or (None, SystemInfo())
    queue = server.queue
    return ServerLoad(
        server.address.label,
        len(queue.running),
        len(queue.pending),
        system.vram_total,
        system.vram_free,
        system.ram_total,
        system.ram_free,
        speed,
        server.freshness().link,
        at,
    )
